package dev.fovea.systems.pose;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.fovea.data.KeyPoint;
import dev.fovea.data.KeyPoint.Visibility;
import dev.fovea.systems.box.GraphNumbers;
import dev.fovea.systems.detect.Candidates;
import dev.fovea.systems.detect.DetectionRule;
import dev.fovea.systems.detect.RegionDecoder;
import dev.fovea.systems.detect.RegionSampler;
import dev.fovea.systems.label.Skeleton;
import dev.fovea.systems.region.RegionPoints;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Rng;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The steps of a head for key points, by hand. */
final class RegionPointStepsTest {
  private static final int KINDS = 2;

  /** Two regions, one of the second object, one of background; the first object is no matter. */
  @Test
  void cellsAreThoseOfTheRegionsOwnObject() {
    float[] rows = new float[2 * RegionSampler.NUMBERS];
    System.arraycopy(new float[] {0, 0, 8, 4, 1, 0, 0, 0, 0, 1}, 0, rows, 0, 10);
    System.arraycopy(new float[] {0, 0, 8, 4, 0, 0, 0, 0, 0, 0}, 0, rows, 10, 10);
    Tensor points =
        Tensor.of(Shape.of(1, 2, 3 * KINDS), 1, 1, 2, 1, 1, 2, /* the second: */ 5, 3, 2, 9, 9, 0);
    float[] cells =
        GraphNumbers.result(
            v -> new RegionPointTargets(2, new RegionPoints(4), KINDS).of(v.get(0), v.get(1)),
            Tensor.of(Shape.of(1, 2, RegionSampler.NUMBERS), rows),
            points);
    // (5, 3) of 8×4 pixels is in row 3 and column 2 of 4×4 cells; the other point is absent.
    assertThat(cells).containsExactly(3 * 4 + 2, -1, -1, -1);
  }

  /** −log softmax of the right cell, its mean over two points that count, as a loop. */
  @Test
  void lossIsCrossEntropyOverCells() {
    Rng rng = new Rng(3);
    Tensor logits = Tensor.zeros(Shape.of(1, 2, 3, 3, KINDS));
    for (int i = 0; i < logits.data().length; i++) {
      logits.data()[i] = rng.nextFloat(-2, 2);
    }
    Tensor cells = Tensor.of(Shape.of(1, 2, KINDS), 4, -1, -1, 7);
    double expected = (entropy(logits, 0, 0, 4) + entropy(logits, 1, 1, 7)) / 2;
    List<float[]> found =
        GraphNumbers.of(v -> new RegionPointLoss().of(v.subList(0, 2), List.of()), logits, cells);
    assertThat((double) found.get(0)[0]).isCloseTo(expected, within(1e-5));
    // The gradient is (softmax − 1 at the cell) / 2 for points that count, 0 for others.
    for (int cell = 0; cell < 9; cell++) {
      double p = Math.exp(-entropy(logits, 0, 0, cell));
      assertThat((double) found.get(1)[cell * KINDS])
          .isCloseTo((p - (cell == 4 ? 1 : 0)) / 2, within(1e-5));
      assertThat(found.get(1)[cell * KINDS + 1]).isZero();
    }
    Tensor none = Tensor.of(Shape.of(1, 2, KINDS), -1, -1, -1, -1);
    assertThat(
            GraphNumbers.result(
                v -> new RegionPointLoss().of(v.subList(0, 2), List.of()), logits, none))
        .containsExactly(0);
  }

  private static double entropy(Tensor logits, int region, int kind, int cell) {
    double sum = 0;
    for (int i = 0; i < 9; i++) {
      sum += Math.exp(logits.data()[(region * 9 + i) * KINDS + kind]);
    }
    return Math.log(sum) - logits.data()[(region * 9 + cell) * KINDS + kind];
  }

  /** A map that is highest in one cell tells its place; a class without points tells none. */
  @Test
  void pointsAreToldOfClassesThatHaveThem() {
    Tensor found = Tensor.of(Shape.of(1, 2, 6), 10, 20, 14, 24, 0.9f, 3, 0, 0, 4, 4, 0.8f, 1);
    Tensor logits = Tensor.zeros(Shape.of(1, 2, 4, 4, KINDS));
    logits.data()[(1 * 4 + 2) * KINDS] = 9;
    logits.data()[(3 * 4 + 0) * KINDS + 1] = 9;
    Candidates told = new Candidates();
    RegionDecoder decoder =
        new RegionDecoder(false, Skeleton.of(List.of("left", "right"), List.of()), Set.of(3));
    decoder.decode(List.of(found, logits), 0, 0, told);
    assertThat(told.points(0))
        .containsExactly(
            new KeyPoint(12.5, 21.5, 0, Visibility.VISIBLE),
            new KeyPoint(10.5, 23.5, 1, Visibility.VISIBLE));
    assertThat(told.points(1)).isEmpty();
    DetectionRule rule = new DetectionRule(decoder, 0.5, 0.5, 9);
    assertThat(DetectionRule.parse(rule.toText(), "test")).isEqualTo(rule);
    assertThatThrownBy(() -> decoder.decode(List.of(found), 0, 0, told))
        .isInstanceOf(FoveaException.class)
        .hasMessage(
            "regions: maps of 2 key points for each of 2 rows expected, the network gives [[1,2,6]]");
  }
}
