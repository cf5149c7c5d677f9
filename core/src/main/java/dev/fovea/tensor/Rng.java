package dev.fovea.tensor;

/**
 * A small generator of pseudo-random numbers: SplitMix64 (Steele, Lea and Flood, 2014).
 *
 * <p>Its sequence is fixed by its seed for ever, on every JDK, because models and data sets are
 * reproduced from it. Not for use by several threads at once: split a {@link Seed} instead.
 */
public final class Rng {
  private static final long GOLDEN = 0x9E3779B97F4A7C15L;

  private long state;

  /** Creates a generator that starts at these 64 bits. */
  public Rng(long state) {
    this.state = state;
  }

  /** Returns the next 64 random bits. */
  public long nextLong() {
    state += GOLDEN;
    return Seed.mix(state);
  }

  /** Returns a number in [0, 1) with 24 random bits. */
  public float nextFloat() {
    return (nextLong() >>> 40) * 0x1p-24f;
  }

  /** Returns a number in [low, high). */
  public float nextFloat(float low, float high) {
    return low + (high - low) * nextFloat();
  }

  /** Returns a number in [0, 1) with 53 random bits. */
  public double nextDouble() {
    return (nextLong() >>> 11) * 0x1p-53;
  }

  /** Returns a whole number in [0, bound), each equally likely to within 2⁻³². */
  public int nextInt(int bound) {
    return (int) (((nextLong() >>> 32) * bound) >>> 32);
  }

  /** Returns a number of the standard normal distribution (Box–Muller, one of the pair). */
  public double nextGaussian() {
    double radius = StrictMath.sqrt(-2 * StrictMath.log(1 - nextDouble()));
    return radius * StrictMath.cos(2 * Math.PI * nextDouble());
  }

  /** Returns the numbers 0 … n−1 in random order (Fisher–Yates). */
  public int[] permutation(int n) {
    int[] p = new int[n];
    for (int i = 0; i < n; i++) {
      int j = nextInt(i + 1);
      p[i] = p[j];
      p[j] = i;
    }
    return p;
  }
}
