package dev.fovea.quantize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.fovea.tensor.Rng;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

final class CalibrationTest {
  private static final int COUNT = 100_000;

  /** A hundred thousand normal numbers, and one far away. */
  private static float[] numbers() {
    float[] x = new float[COUNT];
    Rng rng = new Rng(7);
    for (int i = 0; i < COUNT; i++) {
      double u = rng.nextDouble();
      x[i] = (float) (Math.sqrt(-2 * Math.log1p(-u)) * Math.cos(2 * Math.PI * rng.nextDouble()));
    }
    x[COUNT / 2] = 300;
    return x;
  }

  private static ValueHistogram histogram(float... numbers) {
    ValueHistogram h = new ValueHistogram();
    for (float x : numbers) {
      h.add(x);
    }
    return h;
  }

  @Test
  void leastAndGreatestAreExact() {
    float[] x = numbers();
    float[] sorted = x.clone();
    Arrays.sort(sorted);
    assertThat(Calibration.MIN_MAX.range(histogram(x)))
        .isEqualTo(new ValueRange(sorted[0], sorted[COUNT - 1]));
  }

  @Test
  void percentilesLeaveATenThousandthOutAtEachEnd() {
    float[] x = numbers();
    float[] sorted = x.clone();
    Arrays.sort(sorted);
    ValueRange r = Calibration.PERCENTILE.range(histogram(x));
    float bin = 512f / 4096;
    assertThat(r.low()).isCloseTo(sorted[COUNT / 10_000], within(bin));
    assertThat(r.high()).isCloseTo(sorted[COUNT - COUNT / 10_000], within(bin));
  }

  /** No other range of a grid of them has a smaller error, measured on the numbers themselves. */
  @Test
  void leastSquaresBeatOtherRanges() {
    float[] x = numbers();
    x[COUNT / 2] = 40;
    ValueRange found = Calibration.MSE.range(histogram(x));
    double least = error(x, found);
    for (double low = 2; low < 8; low += 0.5) {
      for (double high = 2; high < 42; high += 2) {
        ValueRange other = new ValueRange((float) -low, (float) high);
        assertThat(least).as("against " + other).isLessThan(1.02 * error(x, other));
      }
    }
    assertThat(found.high()).isLessThan(40);
  }

  private static double error(float[] numbers, ValueRange range) {
    QuantizedNetwork.Range steps = QuantizedNetwork.Range.of(range);
    double sum = 0;
    for (float x : numbers) {
      sum += Math.pow(steps.nearest(x) - x, 2);
    }
    return sum;
  }

  /** What lies outside a range is counted to the width of a bin; the order changes nothing. */
  @Test
  void clippedNumbersAreCounted() {
    ValueHistogram up = histogram(0, 0.5f, 1, 100, -3, 2);
    ValueHistogram down = histogram(2, -3, 100, 1, 0.5f, 0);
    ValueRange range = new ValueRange(0, 1.5f);
    assertThat(up.outside(range)).isEqualTo(0.5).isEqualTo(down.outside(range));
    assertThat(histogram(0, 0, 0).outside(range)).isZero();
    assertThat(histogram(0, 0).quantile(0.9999)).isZero();
  }

  @Test
  void namesAreThoseOfTheCommand() {
    assertThat(Calibration.of("min-max")).isEqualTo(Calibration.MIN_MAX);
    assertThatThrownBy(() -> Calibration.of("entropy"))
        .hasMessage("calibration entropy: not one of min-max, percentile, mse");
  }
}
