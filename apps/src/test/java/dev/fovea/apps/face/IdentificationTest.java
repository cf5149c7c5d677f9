package dev.fovea.apps.face;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class IdentificationTest {
  /** Returns embeddings of length 1 at angles in degrees. */
  private static Embeddings at(Object... personsAndAngles) {
    List<String> persons = new ArrayList<>();
    Tensor rows = Tensor.zeros(Shape.of(personsAndAngles.length / 2, 2));
    for (int i = 0; i < rows.shape().dim(0); i++) {
      persons.add((String) personsAndAngles[2 * i]);
      double angle = Math.toRadians((Integer) personsAndAngles[2 * i + 1]);
      rows.data()[2 * i] = (float) Math.cos(angle);
      rows.data()[2 * i + 1] = (float) Math.sin(angle);
    }
    return new Embeddings(persons, rows);
  }

  private final Identification door = new Identification(at("Ada", 0, "Bo", 60, "Cy", 180));

  @Test
  void theNearestPersonIsTold() {
    assertThat(door.nearest(at("", 25).row(0)).name()).isEqualTo("Ada");
    assertThat(door.rankOne(at("Ada", 10, "Bo", 20, "Cy", 200))).isCloseTo(2 / 3.0, within(1e-9));
  }

  @Test
  void strangersAreRefused() {
    double least = Math.cos(Math.toRadians(20));
    assertThat(door.identify(at("", 15).row(0), least)).isEqualTo(Optional.of("Ada"));
    assertThat(door.identify(at("", 30).row(0), least)).isEmpty();
    assertThat(door.identified(at("Ada", 10, "Ada", 25, "Bo", 61), least))
        .isCloseTo(2 / 3.0, within(1e-9));
    assertThat(door.refused(at("Di", 10, "Di", 100), least)).isEqualTo(0.5);
  }

  /** As strangers Ada and Bo are 60° from each other, Cy is 120° from Bo: cosines ½, ½ and −½. */
  @Test
  void theThresholdIsThatOfStrangers() {
    assertThat(door.threshold(0)).isCloseTo(0.5, within(1e-6)).isGreaterThan(0.5 - 1e-7);
    assertThat(door.threshold(1)).isCloseTo(-0.5, within(1e-6));
    assertThat(door.threshold(2 / 3.0)).isCloseTo(-0.5, within(1e-6));
    assertThat(new Identification(at("Ada", 0, "Ada", 10, "Bo", 90)).threshold(0))
        .isCloseTo(Math.cos(Math.toRadians(80)), within(1e-6));
  }

  /** Ada's and Bo's pictures change places: all comparisons of one person are 60° apart. */
  @Test
  void comparisonsGiveACurve() {
    assertThat(door.verification(at("Ada", 10, "Bo", 70)).area()).isEqualTo(1);
    assertThat(door.verification(at("Ada", 10, "Bo", 70)).equalErrorRate()).isEqualTo(0);
    assertThat(door.verification(at("Ada", 60, "Bo", 0)).equalErrorRate()).isGreaterThan(0.4);
  }

  @Test
  void whatCannotBeIsTold() {
    assertThatThrownBy(() -> new Embeddings(List.of("Ada"), Tensor.zeros(Shape.of(2, 3))))
        .hasMessage("embeddings: a row for each of 1 names expected, got [2,3]");
    assertThatThrownBy(() -> new Identification(at()))
        .hasMessage("identification: nobody is enrolled");
    assertThatThrownBy(() -> new Identification(at("Ada", 1)).threshold(0))
        .hasMessage("identification: a threshold needs two enrolled persons or more");
    assertThatThrownBy(() -> door.threshold(2))
        .hasMessage("identification: a share of 0 to 1 expected, got 2.0");
  }
}
