package dev.fovea.simd;

/** Moving numbers between interleaved channels and planes. */
final class Transposes {
  /**
   * How many planes {@link #split} and {@link #join} take at once: rows are short, and so is a
   * loop.
   */
  static final int PLANES = 3;

  private Transposes() {}

  /** y[i] = x[i · step]. */
  static void stride(float[] x, int xo, int step, float[] y, int yo, int n) {
    if (step == 1) {
      System.arraycopy(x, xo, y, yo, n);
      return;
    }
    int at = xo;
    for (int i = 0; i < n; i++) {
      y[yo + i] = x[at];
      at += step;
    }
  }

  /** y[i · step] = x[i]. */
  static void spread(float[] x, int xo, float[] y, int yo, int step, int n) {
    if (step == 1) {
      System.arraycopy(x, xo, y, yo, n);
      return;
    }
    int at = yo;
    for (int i = 0; i < n; i++) {
      y[at] = x[xo + i];
      at += step;
    }
  }

  /** Moves three neighbouring channels of n pixels, {@code step} apart, into planes. */
  static void split(float[] x, int xo, int step, float[] y, int yo, int plane, int n) {
    int y1 = yo + plane;
    int y2 = y1 + plane;
    for (int i = 0; i < n; i++) {
      int at = xo + i * step;
      y[yo + i] = x[at];
      y[y1 + i] = x[at + 1];
      y[y2 + i] = x[at + 2];
    }
  }

  /** Moves n pixels of three planes to neighbouring channels of pixels {@code step} apart. */
  static void join(float[] x, int xo, int plane, float[] y, int yo, int step, int n) {
    int x1 = xo + plane;
    int x2 = x1 + plane;
    for (int i = 0; i < n; i++) {
      int at = yo + i * step;
      y[at] = x[xo + i];
      y[at + 1] = x[x1 + i];
      y[at + 2] = x[x2 + i];
    }
  }
}
