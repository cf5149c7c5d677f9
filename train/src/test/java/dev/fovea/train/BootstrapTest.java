package dev.fovea.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Seed;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Intervals of figures, and points of ROC curves. */
final class BootstrapTest {
  /** Returns outcomes of which three in four are right. */
  private static Outcomes outcomes(int count) {
    float[][] rows = new float[count][];
    int[] labels = new int[count];
    for (int i = 0; i < count; i++) {
      labels[i] = i % 2;
      boolean right = i % 4 != 3;
      rows[i] = right == (labels[i] == 0) ? new float[] {.8f, .2f} : new float[] {.3f, .7f};
    }
    return Outcomes.of(rows, labels, List.of());
  }

  /** A share p of n samples has a deviation of √(p(1 − p)/n), of which 1.96 lie at each side. */
  @Test
  void theIntervalOfAShareIsThatOfItsDeviation() {
    Bootstrap b = Bootstrap.of(outcomes(400), 2_000, Seed.of(1), o -> o.topK(1));
    double half = 1.96 * Math.sqrt(0.75 * 0.25 / 400);
    assertThat(b.low()).isCloseTo(0.75 - half, within(0.006));
    assertThat(b.high()).isCloseTo(0.75 + half, within(0.006));
    assertThat(Bootstrap.of(outcomes(400), 2_000, Seed.of(1), o -> o.topK(1))).isEqualTo(b);
  }

  @Test
  void drawsWithoutAClassAreLeftOut() {
    Bootstrap b = Bootstrap.of(outcomes(3), 50, Seed.of(1), o -> o.roc(1).area());
    assertThat(b.low()).isEqualTo(1);
    Outcomes one = outcomes(4).subset(0, 2);
    assertThat(one.size()).isEqualTo(2);
    assertThatThrownBy(() -> Bootstrap.of(one, 5, Seed.of(1), o -> o.roc(1).area()))
        .isInstanceOf(FoveaException.class)
        .hasMessage("bootstrap: the figure could be computed of none of the draws");
  }

  /**
   * Positives at 9, 7, 4, 3 and negatives at 8, 5, 2, 1. With one of four negatives taken (8), two
   * positives are found (9, 7); with two (8, 5) still two, then three and four. Misses and false
   * alarms are alike, 2 of 4, at the threshold 5.
   */
  @Test
  void pointsOfACurve() {
    boolean[] positive = {true, true, true, true, false, false, false, false};
    RocCurve curve = RocCurve.of(new double[] {9, 7, 4, 3, 8, 5, 2, 1}, positive);
    assertThat(curve.sensitivityAt(0.75)).isEqualTo(0.5);
    assertThat(curve.sensitivityAt(1)).isEqualTo(0.25);
    assertThat(curve.sensitivityAt(0.5)).isEqualTo(1);
    assertThat(curve.equalErrorRate()).isEqualTo(0.5);
    RocCurve clear = RocCurve.of(new double[] {2, 1}, new boolean[] {true, false});
    assertThat(clear.equalErrorRate()).isZero();
  }
}
