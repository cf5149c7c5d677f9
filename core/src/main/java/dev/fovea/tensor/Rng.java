package dev.fovea.tensor;

/**
 * A small pseudo-random number generator: SplitMix64 (Steele, Lea and Flood, 2014).
 *
 * <p>A seed gives the same sequence on every JDK and in every future version, because models and
 * data sets are reproduced from it. A generator is not thread-safe: split a {@link Seed} instead.
 */
public final class Rng {
  static final long GOLDEN = 0x9E3779B97F4A7C15L;

  /** Above the relative difference of fast and strict functions: some five ulps of each. */
  private static final double MARGIN = 0x1p-48;

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

  /** Returns a sample from the standard normal distribution (Box–Muller, one of the pair). */
  public double nextGaussian() {
    double first = nextDouble();
    return gaussian(first, nextDouble());
  }

  /**
   * Returns a sample from the normal distribution with mean 0 and this standard deviation. The
   * result equals {@code (float) (deviation * nextGaussian())} to the last bit and takes less time.
   *
   * <p>The library's fast logarithm and cosine are not the same on every JVM, but within an ulp of
   * the exact ones, as the strict ones are. Where so small a difference could change the rounding
   * to a float, the strict ones decide.
   */
  public float nextGaussian(double deviation) {
    double first = nextDouble();
    double second = nextDouble();
    double radius = Math.sqrt(-2 * Math.log(1 - first));
    double near = deviation * (radius * Math.cos(2 * Math.PI * second));
    double margin = near * MARGIN;
    float rounded = (float) (near - margin);
    boolean sure = rounded == (float) (near + margin) && rounded != 0;
    return sure ? rounded : (float) (deviation * gaussian(first, second));
  }

  /**
   * Stores the next {@code n} numbers of {@link #nextGaussian(double)} in an array, from {@code at}
   * on; many at a time take a fraction of the time.
   */
  public void nextGaussians(double deviation, float[] values, int at, int n) {
    new GaussianBlock(deviation).fill(state, values, at, n);
    skip(2L * n);
  }

  private static double gaussian(double first, double second) {
    double radius = StrictMath.sqrt(-2 * StrictMath.log(1 - first));
    return radius * StrictMath.cos(2 * Math.PI * second);
  }

  /** Returns a generator that continues {@code numbers} 64-bit numbers ahead of this one. */
  public Rng ahead(long numbers) {
    return new Rng(state + GOLDEN * numbers);
  }

  /** Skips {@code numbers} 64-bit numbers. */
  public void skip(long numbers) {
    state += GOLDEN * numbers;
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
