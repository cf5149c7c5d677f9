package dev.fovea.insight.explain;

import dev.fovea.insight.probe.Probe;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Tensor;

/**
 * Integrated gradients (Sundararajan et al., 2017): (x − x₀) · ∫₀¹ ∇S(x₀ + a (x − x₀)) da, pixel by
 * pixel, with the integral by Gauss and Legendre's points.
 *
 * <p>The attributions add up to S(x) − S(x₀) if the integral is exact. {@link #delta} tells by how
 * much they miss it: shown with every map, it says whether the points were enough.
 *
 * @param attributions of each number of the input, of its shape
 * @param score S(x)
 * @param baselineScore S(x₀)
 * @param points how many points the integral has
 */
public record IntegratedGradients(
    Tensor attributions, double score, double baselineScore, int points) {
  /** How many points the integral has unless told otherwise. */
  public static final int POINTS = 50;

  private static final int MOST_POINTS = 1000;

  /**
   * Attributes a score.
   *
   * @param gradients reads the gradients of the score
   * @param scores reads the score
   * @param input x
   * @param baseline x₀, of the same shape
   * @param points of the integral, 1 to 1000
   * @throws FoveaException if shapes differ or there are too many or too few points
   */
  public static IntegratedGradients of(
      Probe gradients, Probe scores, Tensor input, Tensor baseline, int points) {
    if (!input.shape().equals(baseline.shape()) || points < 1 || points > MOST_POINTS) {
      throw new FoveaException(
          "integrated gradients: an input and a baseline of one shape and 1 to %s points expected, got %s, %s and %s"
              .formatted(MOST_POINTS, input.shape(), baseline.shape(), points));
    }
    GaussLegendre rule = GaussLegendre.of(points);
    double[] sums = new double[input.data().length];
    gradients.read(
        points,
        (i, into, offset) -> {
          for (int j = 0; j < sums.length; j++) {
            float from = baseline.data()[j];
            into[offset + j] = (float) (from + rule.node(i) * (input.data()[j] - from));
          }
        },
        (reading, i) -> {
          for (int j = 0; j < sums.length; j++) {
            sums[j] += rule.weight(i) * reading.gradient().data()[j];
          }
        });
    Tensor attributions = Tensor.zeros(input.shape());
    for (int j = 0; j < sums.length; j++) {
      attributions.data()[j] = (float) (sums[j] * (input.data()[j] - baseline.data()[j]));
    }
    return new IntegratedGradients(
        attributions, scores.read(input).score(), scores.read(baseline).score(), points);
  }

  /** Returns the sum of all attributions. */
  public double sum() {
    double sum = 0;
    for (float a : attributions.data()) {
      sum += a;
    }
    return sum;
  }

  /** Returns Σ − (S(x) − S(x₀)): 0 if nothing is missing. */
  public double delta() {
    return sum() - (score - baselineScore);
  }
}
