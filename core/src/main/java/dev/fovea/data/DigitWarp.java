package dev.fovea.data;

import dev.fovea.tensor.Rng;

/**
 * A random hand: turns points of a form in its box of 100 by 100 into points on the sheet.
 *
 * <p>Points are bent by a slow wave in each direction, then go through x' = a x + b y + e, y' = c x
 * + d y + f.
 */
final class DigitWarp {
  private static final double JITTER = 3.2;
  private static final double MIDDLE = Digits.SIZE / 2.0;

  private final double a;
  private final double b;
  private final double c;
  private final double d;
  private final double e;
  private final double f;
  private final Wave bendX;
  private final Wave bendY;

  /** A displacement of amplitude · sin(frequency · (x, y) + phase). */
  private record Wave(double amplitude, double fx, double fy, double phase) {
    static Wave random(Rng rng) {
      return new Wave(
          rng.nextFloat(0f, 7f),
          rng.nextFloat(-0.06f, 0.06f),
          rng.nextFloat(-0.06f, 0.06f),
          rng.nextFloat(0f, (float) (2 * Math.PI)));
    }

    double at(double x, double y) {
      return amplitude * StrictMath.sin(fx * x + fy * y + phase);
    }
  }

  private DigitWarp(Rng rng) {
    double angle = 0.19 * limited(rng);
    double shear = 0.22 * limited(rng) - 0.06;
    double height = rng.nextFloat(0.185f, 0.265f);
    double width = height * rng.nextFloat(0.72f, 1.12f);
    double cos = StrictMath.cos(angle);
    double sin = StrictMath.sin(angle);
    a = cos * width;
    b = cos * shear * height - sin * height;
    c = sin * width;
    d = sin * shear * height + cos * height;
    e = MIDDLE + rng.nextFloat(-2.3f, 2.3f);
    f = MIDDLE + rng.nextFloat(-2.3f, 2.3f);
    bendX = Wave.random(rng);
    bendY = Wave.random(rng);
  }

  static DigitWarp random(Rng rng) {
    return new DigitWarp(rng);
  }

  /** Returns a normally distributed number, limited to two standard deviations. */
  private static double limited(Rng rng) {
    return Math.clamp(rng.nextGaussian(), -2.0, 2.0);
  }

  /** Returns the points x0, y0, … of a stroke on the sheet, each moved a little. */
  double[] apply(double[] stroke, Rng rng) {
    double[] out = new double[stroke.length];
    for (int i = 0; i < stroke.length; i += 2) {
      double x = stroke[i] - 50 + JITTER * limited(rng);
      double y = stroke[i + 1] - 50 + JITTER * limited(rng);
      double bentX = x + bendX.at(x, y);
      double bentY = y + bendY.at(x, y);
      out[i] = a * bentX + b * bentY + e;
      out[i + 1] = c * bentX + d * bentY + f;
    }
    return out;
  }
}
