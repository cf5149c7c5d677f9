package dev.fovea.tensor;

/**
 * Draws from a normal distribution, many at a time: the numbers that {@link
 * Rng#nextGaussian(double)} gives one after the other, to the last bit.
 *
 * <p>Logarithm and cosine are series in simple loops, which the JVM's compiler makes vectors of.
 * They are exact to some 2⁻⁴⁴. Where that does not decide how a number is rounded to a float, which
 * is one in 40,000, the strict functions do.
 */
final class GaussianBlock {
  private static final int SIZE = 256;

  /** Random bits of a number in [0, 1). */
  private static final int BITS = 53;

  /** √2 · 2⁵³: of what is at least this, half is taken, so that it lies in [√½, √2). */
  private static final long ROOT = (long) (Math.sqrt(2) * (1L << BITS));

  private static final double LOG_2 = 0x1.62e42fefa39efp-1;

  /** Above the relative difference of the series and the strict functions. */
  private static final double MARGIN = 0x1p-40;

  /** Above the error of a strict cosine's argument, which is what counts where it is near 0. */
  private static final double ANGLE_MARGIN = 0x1p-48;

  private final double deviation;
  private final long[] steps = new long[SIZE];
  private final long[] first = new long[SIZE];
  private final double[] exponent = new double[SIZE];
  private final double[] radius = new double[SIZE];
  private final double[] wave = new double[SIZE];
  private final float[] low = new float[SIZE];
  private final float[] high = new float[SIZE];

  /** Creates a block of draws with this standard deviation. */
  GaussianBlock(double deviation) {
    this.deviation = deviation;
    for (int i = 0; i < SIZE; i++) {
      steps[i] = 2L * i * Rng.GOLDEN;
    }
  }

  /** Stores n draws, which a generator in this state would give. */
  void fill(long state, float[] values, int at, int n) {
    for (int done = 0; done < n; done += SIZE) {
      int count = Math.min(SIZE, n - done);
      long begin = state + 2L * done * Rng.GOLDEN;
      draw(count, begin + Rng.GOLDEN, steps, first);
      split(count, first, radius, exponent);
      radii(count, radius, exponent, deviation);
      turns(count, begin + Rng.GOLDEN + Rng.GOLDEN, steps, wave);
      waves(count, wave);
      bounds(count, radius, wave, low, high);
      System.arraycopy(low, 0, values, at + done, count);
      decide(count, begin, values, at + done);
    }
  }

  /** 2⁵³ · (1 − u) of numbers u in [0, 1). */
  private static void draw(int n, long state, long[] steps, long[] r) {
    for (int i = 0; i < n; i++) {
      r[i] = (1L << BITS) - (Seed.mix(state + steps[i]) >>> (Long.SIZE - BITS));
    }
  }

  /** r · 2⁻⁵³ as z · 2ᵉ with z from √½ to √2. */
  private static void split(int n, long[] r, double[] z, double[] e) {
    for (int i = 0; i < n; i++) {
      int zeros = Long.numberOfLeadingZeros(r[i]) - (Long.SIZE - BITS - 1);
      long whole = r[i] << zeros;
      long below = (whole - ROOT) >> (Long.SIZE - 1); // −1 or 0
      z[i] = whole * 0x1p-54 * (1 - below);
      e[i] = 1 - zeros + below;
    }
  }

  /** deviation · √(−2 log(z · 2ᵉ)), by log z = 2 artanh((z − 1) / (z + 1)). */
  private static void radii(int n, double[] z, double[] e, double deviation) {
    for (int i = 0; i < n; i++) {
      double f = (z[i] - 1) / (z[i] + 1);
      double s = f * f;
      double p = s / 17 + 1 / 15.0;
      p = p * s + 1 / 13.0;
      p = p * s + 1 / 11.0;
      p = p * s + 1 / 9.0;
      p = p * s + 1 / 7.0;
      p = p * s + 1 / 5.0;
      p = p * s + 1 / 3.0;
      double log = e[i] * LOG_2 + (2 * f + 2 * f * s * p);
      z[i] = deviation * Math.sqrt(-2 * log);
    }
  }

  /** Numbers in [0, 1): angles as parts of a turn. */
  private static void turns(int n, long state, long[] steps, double[] u) {
    for (int i = 0; i < n; i++) {
      u[i] = (Seed.mix(state + steps[i]) >>> (Long.SIZE - BITS)) * 0x1p-53;
    }
  }

  /** cos(2πu), as the sine of an angle from −π/2 to π/2: Taylor's series up to x¹⁹. */
  private static void waves(int n, double[] u) {
    for (int i = 0; i < n; i++) {
      double x = (Math.abs(u[i] - 0.5) - 0.25) * (2 * Math.PI);
      double s = x * x;
      double p = 1 / 355687428096000.0 - s / 121645100408832000.0;
      p = p * s - 1 / 1307674368000.0;
      p = p * s + 1 / 6227020800.0;
      p = p * s - 1 / 39916800.0;
      p = p * s + 1 / 362880.0;
      p = p * s - 1 / 5040.0;
      p = p * s + 1 / 120.0;
      p = p * s - 1 / 6.0;
      u[i] = x + x * s * p;
    }
  }

  private static void bounds(int n, double[] radius, double[] wave, float[] low, float[] high) {
    for (int i = 0; i < n; i++) {
      double near = radius[i] * wave[i];
      double margin = Math.abs(radius[i]) * ANGLE_MARGIN + Math.abs(near) * MARGIN;
      low[i] = (float) (near - margin);
      high[i] = (float) (near + margin);
    }
  }

  /** Replaces what the bounds do not decide, among it the sign of 0. */
  private void decide(int n, long state, float[] values, int at) {
    for (int i = 0; i < n; i++) {
      if (low[i] != high[i] || low[i] == 0) {
        values[at + i] = new Rng(state + steps[i]).nextGaussian(deviation);
      }
    }
  }
}
