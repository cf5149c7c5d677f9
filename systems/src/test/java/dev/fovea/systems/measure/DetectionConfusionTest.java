package dev.fovea.systems.measure;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fovea.data.Box;
import dev.fovea.systems.measure.Truth.Role;
import dev.fovea.train.ConfusionMatrix;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What boxes are taken for. */
final class DetectionConfusionTest {
  private static final List<String> CLASSES = List.of("cat", "dog");

  private static Truth truth(double left, int label) {
    return Truth.of(new Box(left, 0, left + 10, 10, label));
  }

  private static Found found(double left, int label, double score) {
    return Found.of(label, score, new Rectangle(left, 0, 10, 10));
  }

  private static void check(ConfusionMatrix matrix, long... rows) {
    for (int i = 0; i < rows.length; i++) {
      assertThat(matrix.count(i / 3, i % 3)).as("%s, %s", i / 3, i % 3).isEqualTo(rows[i]);
    }
  }

  /** A cat found, one taken for a dog, one missed, a dog out of thin air, one not sure enough. */
  @Test
  void countsRightConfusedMissedAndFalse() {
    List<Truth> truth = List.of(truth(0, 0), truth(100, 0), truth(200, 0));
    List<Found> found =
        List.of(found(1, 0, 0.9), found(101, 1, 0.8), found(300, 1, 0.7), found(200, 0, 0.4));
    ConfusionMatrix matrix = new DetectionConfusion(CLASSES, 0.5, 0.5).add(truth, found).result();
    check(matrix, 1, 1, 1, 0, 0, 0, 0, 1, 0);
    assertThat(matrix.label(2)).isEqualTo("background");
    assertThat(matrix.recall(0)).isEqualTo(1.0 / 3);
    assertThat(matrix.precision(0)).isEqualTo(1);
  }

  /** The surer dog lies better on the cat, yet the cat is there to be found as one. */
  @Test
  void ownClassComesFirst() {
    List<Found> found = List.of(found(0, 1, 0.9), found(2, 0, 0.6));
    ConfusionMatrix matrix =
        new DetectionConfusion(CLASSES, 0.5, 0.5).add(List.of(truth(0, 0)), found).result();
    check(matrix, 1, 0, 0, 0, 0, 0, 0, 1, 0);
  }

  @Test
  void whatLiesInACrowdCountsAsNothing() {
    Truth crowd = Truth.of(new Box(0, 0, 100, 100, 0)).as(Role.CROWD);
    List<Found> found = List.of(found(0, 0, 0.9), found(50, 0, 0.9), found(20, 1, 0.9));
    ConfusionMatrix matrix =
        new DetectionConfusion(CLASSES, 0.5, 0.5).add(List.of(crowd), found).result();
    check(matrix, 0, 0, 0, 0, 0, 0, 0, 1, 0);
  }
}
