package dev.fovea.quantize;

import java.util.function.DoubleUnaryOperator;

/** The search for the range, or the scale, whose steps are nearest to numbers in squares. */
final class LeastSquares {
  /** A tried range is larger than the next by this share of the whole. */
  private static final double STEP = 0.02;

  private static final int TRIED = 45;

  private LeastSquares() {}

  /** Returns the best range: both ends move to 0 together first, then each alone. */
  static ValueRange range(ValueHistogram numbers) {
    ValueRange all = numbers.range();
    double both = best(k -> error(numbers, all.times(k, k)));
    double upper = best(k -> error(numbers, all.times(both, k)));
    double lower = all.low() < 0 ? best(k -> error(numbers, all.times(k, upper))) : 1;
    return all.times(lower, upper);
  }

  private static double error(ValueHistogram numbers, ValueRange range) {
    return numbers.error(QuantizedNetwork.Range.of(range.low(), range.high()));
  }

  /**
   * Returns the scale of weights, at most the one that reaches the largest.
   *
   * @param weights weights of all output channels, which lie next to each other
   * @param channel the channel
   * @param channels how many channels there are
   * @param largest the scale that reaches the largest weight
   * @param steps how many steps there are on each side of 0
   */
  static float scale(float[] weights, int channel, int channels, float largest, int steps) {
    return (float) (largest * best(k -> error(weights, channel, channels, largest * k, steps)));
  }

  private static double error(float[] w, int channel, int channels, double scale, int steps) {
    double sum = 0;
    for (int i = channel; i < w.length; i += channels) {
      double d = Math.clamp(Math.rint(w[i] / scale), -steps, steps) * scale - w[i];
      sum += d * d;
    }
    return sum;
  }

  private static double best(DoubleUnaryOperator error) {
    double best = 1;
    double least = error.applyAsDouble(1);
    for (int i = 1; i <= TRIED; i++) {
      double e = error.applyAsDouble(1 - i * STEP);
      if (e < least) {
        least = e;
        best = 1 - i * STEP;
      }
    }
    return best;
  }
}
