package dev.fovea.systems.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.fovea.data.KeyPoint;
import dev.fovea.data.KeyPoint.Visibility;
import dev.fovea.systems.VisionFacts;
import dev.fovea.systems.VisionFacts.Fact;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Shares of correct key points and mean errors, as mmpose counts them. */
final class KeyPointAccuracyTest {
  static List<Fact> nearerThan() {
    return VisionFacts.of("pose", "share of points nearer than thr");
  }

  @ParameterizedTest
  @MethodSource("nearerThan")
  void shareOfCorrectPoints(Fact fact) {
    double threshold = VisionFacts.number(fact.param("threshold"));
    KeyPointAccuracy.Result result = measure(fact, KeyPointAccuracy.pck(5, threshold));
    check(result.perKind(), fact);
    assertThat(result.mean())
        .isCloseTo(VisionFacts.number(fact.answer("mean")), within(fact.tolerance()));
    assertThat((long) result.kinds()).isEqualTo(fact.answer("points"));
  }

  @Test
  void shareOfPointsNearerThanHalfAHead() {
    Fact fact = VisionFacts.of("pose", "share of points with distance <= 0.5").get(0);
    check(measure(fact, KeyPointAccuracy.pckh(5)).perKind(), fact);
  }

  @Test
  void meanErrors() {
    Fact fact = VisionFacts.of("pose", "normalised mean error").get(0);
    KeyPointAccuracy.Result result = measure(fact, KeyPointAccuracy.pck(5, 0.1));
    assertThat(result.normalizedMeanError())
        .isCloseTo(VisionFacts.number(fact.answer("nme")), within(fact.tolerance()));
    assertThat(result.endPointError())
        .isCloseTo(VisionFacts.number(fact.answer("epe")), within(fact.tolerance()));
  }

  private static void check(List<Double> perKind, Fact fact) {
    assertThat(perKind.stream().mapToDouble(Double::doubleValue).toArray())
        .containsExactly(VisionFacts.numbers(fact.answer("per_point")), within(fact.tolerance()));
  }

  private static KeyPointAccuracy.Result measure(Fact fact, KeyPointAccuracy measure) {
    List<Object> truth = VisionFacts.list(fact.input("truth"));
    List<Object> found = VisionFacts.list(fact.input("prediction"));
    double[][] visible = VisionFacts.rows(fact.input("visible"));
    for (int i = 0; i < truth.size(); i++) {
      List<KeyPoint> there = points(VisionFacts.rows(truth.get(i)), visible[i]);
      List<KeyPoint> those = points(VisionFacts.rows(found.get(i)), visible[i]);
      if (fact.inputs().containsKey("head")) {
        measure.add(there, those, VisionFacts.numbers(fact.input("head"))[i]);
      } else {
        double[] size = VisionFacts.rows(fact.input("norm"))[i];
        measure.add(there, those, size[0], size[1]);
      }
    }
    return measure.result();
  }

  private static List<KeyPoint> points(double[][] places, double[] visible) {
    List<KeyPoint> points = new ArrayList<>();
    for (int k = 0; k < places.length; k++) {
      Visibility seen = visible[k] == 0 ? Visibility.ABSENT : Visibility.VISIBLE;
      points.add(new KeyPoint(places[k][0], places[k][1], k, seen));
    }
    return points;
  }

  /** At the threshold a point is not near by PCK's rule, near by PCKh's. */
  @Test
  void thresholdsAreStrictOnlyForBoxes() {
    List<KeyPoint> there = List.of(new KeyPoint(10, 10, 0, Visibility.VISIBLE));
    List<KeyPoint> beside = List.of(new KeyPoint(15, 10, 0, Visibility.VISIBLE));
    assertThat(KeyPointAccuracy.pck(1, 0.5).add(there, beside, 10).result().mean()).isZero();
    assertThat(KeyPointAccuracy.pckh(1).add(there, beside, 10).result().mean()).isEqualTo(1);
    assertThat(KeyPointAccuracy.head(new Rectangle(0, 0, 30, 40))).isEqualTo(30);
  }

  @Test
  void pointsThatWereNotFoundAreNotNear() {
    List<KeyPoint> there = List.of(new KeyPoint(10, 10, 1, Visibility.VISIBLE));
    KeyPointAccuracy.Result result =
        KeyPointAccuracy.pck(2, 0.5).add(there, List.of(), 10).result();
    assertThat(result.perKind()).containsExactly(-1.0, 0.0);
    assertThat(result.notFound()).isEqualTo(1);
    assertThatThrownBy(() -> KeyPointAccuracy.pck(1, 0.5).add(there, List.of(), 10))
        .hasMessage("key points: one of kind 1, there are kinds 0 to 0");
  }
}
