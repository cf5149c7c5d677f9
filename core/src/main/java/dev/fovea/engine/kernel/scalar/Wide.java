package dev.fovea.engine.kernel.scalar;

/**
 * Numbers of 48 significant bits in memory for floats: two floats whose sum is the number.
 *
 * <p>Partial sums are kept so, since they are added in double precision.
 */
final class Wide {
  private Wide() {}

  static void put(float[] a, int at, double value) {
    float high = (float) value;
    a[at] = high;
    a[at + 1] = Float.isInfinite(high) ? 0 : (float) (value - high);
  }

  static double get(float[] a, int at) {
    return (double) a[at] + a[at + 1];
  }
}
