package dev.fovea.simd;

/** Moving numbers between interleaved channels and planes. */
final class Transposes {
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
}
