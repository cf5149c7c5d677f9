package dev.fovea.insight.explain;

import dev.fovea.insight.probe.Probe;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Rng;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Tensor;

/**
 * The gradients at noisy copies of an input: their mean is SmoothGrad (Smilkov et al., 2017), their
 * variance VarGrad (Adebayo et al., 2018).
 *
 * @param mean the mean gradient, of the input's shape
 * @param variance the variance of each number's gradients
 */
public record SmoothGrad(Tensor mean, Tensor variance) {
  /** How many copies are looked at unless told otherwise. */
  public static final int COPIES = 50;

  /** The deviation of the noise as a share of the input's range, unless told otherwise. */
  public static final double NOISE = 0.15;

  /**
   * Reads gradients at x + N(0, σ²) with σ a share of max x − min x.
   *
   * @param gradients reads the gradients of the score
   * @param copies how many
   * @param noise the share; 0 gives the plain gradient
   * @param seed from which each copy's noise is drawn
   * @throws FoveaException if there is no copy or the share is negative
   */
  public static SmoothGrad of(Probe gradients, Tensor input, int copies, double noise, Seed seed) {
    if (copies < 1 || !(noise >= 0)) {
      throw new FoveaException(
          "smoothgrad: 1 copy or more and a share of noise of at least 0 expected, got %s and %s"
              .formatted(copies, noise));
    }
    double deviation = noise * range(input);
    double[] sums = new double[input.data().length];
    double[] squares = new double[sums.length];
    gradients.read(
        copies,
        (copy, into, offset) -> {
          Rng rng = seed.split(copy).rng();
          for (int j = 0; j < sums.length; j++) {
            into[offset + j] = (float) (input.data()[j] + deviation * rng.nextGaussian());
          }
        },
        (reading, copy) -> {
          for (int j = 0; j < sums.length; j++) {
            double g = reading.gradient().data()[j];
            sums[j] += g;
            squares[j] += g * g;
          }
        });
    Tensor mean = Tensor.zeros(input.shape());
    Tensor variance = Tensor.zeros(input.shape());
    for (int j = 0; j < sums.length; j++) {
      double m = sums[j] / copies;
      mean.data()[j] = (float) m;
      variance.data()[j] = (float) Math.max(0, squares[j] / copies - m * m);
    }
    return new SmoothGrad(mean, variance);
  }

  private static double range(Tensor input) {
    double low = Double.POSITIVE_INFINITY;
    double high = Double.NEGATIVE_INFINITY;
    for (float v : input.data()) {
      low = Math.min(low, v);
      high = Math.max(high, v);
    }
    return high - low;
  }
}
