package dev.fovea.simd;

import dev.fovea.engine.kernel.Span;

/**
 * Per-channel numbers repeated into a longer stretch, so that loops over few channels are as long
 * as vectors want them.
 */
final class Patterns {
  private Patterns() {}

  /**
   * Returns how often n channels are repeated: to about 1024 numbers, at most {@code most} times.
   */
  static int repeats(int n, int most) {
    return n == 0 || n >= 1024 ? 1 : Math.max(1, Math.min(most, 1024 / n));
  }

  /** Writes {@code repeats} copies of the first n numbers into f at {@code at}. */
  static void repeat(Span from, int n, int repeats, float[] f, int at) {
    System.arraycopy(from.array(), from.offset(), f, at, n);
    spread(f, at, n, repeats);
  }

  /** Repeats the n numbers at {@code at} in place. */
  static void spread(float[] f, int at, int n, int repeats) {
    for (int i = 1; i < repeats; i++) {
      System.arraycopy(f, at, f, at + i * n, n);
    }
  }

  /** Adds up the copies at {@code at}: number c becomes the sum of c, c + n, c + 2n, … */
  static void fold(float[] f, int at, int n, int repeats) {
    for (int i = 1; i < repeats; i++) {
      for (int c = 0; c < n; c++) {
        f[at + c] += f[at + i * n + c];
      }
    }
  }
}
