package dev.fovea.vision.augment;

import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Rng;

/** What augmentations do with numbers. */
final class Draws {
  private Draws() {}

  static void require(String what, double value, double least, double most) {
    if (!(value >= least && value <= most)) {
      throw new FoveaException(
          "%s %s: a number from %s to %s expected"
              .formatted(what, shortest(value), shortest(least), shortest(most)));
    }
  }

  /** Returns a number without a fraction of zeros. */
  static String shortest(double value) {
    return value == Math.rint(value) && Math.abs(value) < 1e9
        ? Long.toString((long) value)
        : Double.toString(value);
  }

  static double between(Rng rng, double low, double high) {
    return low + (high - low) * rng.nextDouble();
  }

  /** Returns a draw of the Beta distribution with equal parameters, as mixup takes it. */
  static double beta(Rng rng, double alpha) {
    double a = gamma(rng, alpha);
    double b = gamma(rng, alpha);
    return a + b == 0 ? 0.5 : a / (a + b);
  }

  /** Returns a draw of the Gamma distribution of scale 1 (Marsaglia and Tsang, 2000). */
  private static double gamma(Rng rng, double shape) {
    if (shape < 1) {
      double u = 1 - rng.nextDouble();
      return gamma(rng, shape + 1) * StrictMath.pow(u, 1 / shape);
    }
    double d = shape - 1.0 / 3;
    double c = 1 / StrictMath.sqrt(9 * d);
    while (true) {
      double x = rng.nextGaussian();
      double v = 1 + c * x;
      double cube = v * v * v;
      double u = 1 - rng.nextDouble();
      boolean accepted =
          v > 0 && StrictMath.log(u) < 0.5 * x * x + d - d * cube + d * StrictMath.log(cube);
      if (accepted) {
        return d * cube;
      }
    }
  }
}
