package dev.fovea.tensor;

/**
 * A seed of random numbers, which is passed on by splitting and never shared.
 *
 * <p>Different labels give independent seeds, in whatever order they are split off. What one sample
 * or layer draws therefore depends neither on what the others draw nor on the number of threads.
 *
 * @param value the 64 bits of the seed
 */
public record Seed(long value) {
  private static final long GOLDEN = 0x9E3779B97F4A7C15L;

  /** Returns the seed of this number. */
  public static Seed of(long value) {
    return new Seed(value);
  }

  /** Returns the seed of the part of the work with this label. */
  public Seed split(String label) {
    long h = mix(value);
    for (int i = 0; i < label.length(); i++) {
      h = mix(h + GOLDEN + label.charAt(i));
    }
    return new Seed(mix(h ^ label.length()));
  }

  /** Returns the seed of the part with this index: an epoch, a step, a sample. */
  public Seed split(long index) {
    return new Seed(mix(mix(value) + GOLDEN * (index + 1)));
  }

  /** Returns a generator that begins at this seed. */
  public Rng rng() {
    return new Rng(value);
  }

  /**
   * Returns a bijective scrambling of 64 bits (the finaliser of SplitMix64, Steele et al. 2014).
   */
  public static long mix(long z) {
    long a = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    long b = (a ^ (a >>> 27)) * 0x94D049BB133111EBL;
    return b ^ (b >>> 31);
  }
}
