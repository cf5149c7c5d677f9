package dev.fovea.engine.kernel.scalar;

/** Loops over stretches of arrays that several kernels are made of. */
final class Lines {
  /** Up to so many elements are copied without a loop or a call, which take longer to begin. */
  static final int FEW = 4;

  private Lines() {}

  /** A function of one number along a line. */
  @FunctionalInterface
  interface Map {
    /** Sets {@code y[i] = f(x[i])} for {@code n} elements; the two may be the same stretch. */
    void apply(float[] x, int xAt, float[] y, int yAt, int n);
  }

  /** A function of two numbers along a line. */
  @FunctionalInterface
  interface Zip {
    /** Sets {@code y[i] = f(a[i·aStep], b[i·bStep])} for {@code n} elements. */
    void apply(
        float[] a, int aAt, int aStep, float[] b, int bAt, int bStep, float[] y, int yAt, int n);
  }

  /** Copies {@code n} elements that lie {@code step} apart. */
  static void copy(float[] x, int xAt, int step, float[] y, int yAt, int n) {
    if (n > 0 && n <= FEW) {
      copyFew(x, xAt, step, y, yAt, n);
      return;
    }
    for (int i = 0; i < n; i++) {
      y[yAt + i] = x[xAt + i * step];
    }
  }

  /** Copies one to {@link #FEW} elements, such as a pixel's. */
  private static void copyFew(float[] x, int xAt, int step, float[] y, int yAt, int n) {
    y[yAt] = x[xAt];
    if (n > 1) {
      y[yAt + 1] = x[xAt + step];
    }
    if (n > 2) {
      y[yAt + 2] = x[xAt + 2 * step];
    }
    if (n > 3) {
      y[yAt + 3] = x[xAt + 3 * step];
    }
  }

  /** Copies {@code n} bytes that lie {@code step} apart. */
  static void copy(byte[] x, int xAt, int step, byte[] y, int yAt, int n) {
    for (int i = 0; i < n; i++) {
      y[yAt + i] = x[xAt + i * step];
    }
  }

  /** Adds {@code factor·x} to {@code y}. */
  static void addScaled(float factor, float[] x, int xAt, float[] y, int yAt, int n) {
    for (int i = 0; i < n; i++) {
      y[yAt + i] += factor * x[xAt + i];
    }
  }

  /** Adds {@code a·b}, element by element, to {@code y}. */
  static void addProduct(float[] a, int aAt, float[] b, int bAt, float[] y, int yAt, int n) {
    for (int i = 0; i < n; i++) {
      y[yAt + i] += a[aAt + i] * b[bAt + i];
    }
  }

  /** Adds {@code x} to {@code y}. */
  static void add(float[] x, int xAt, float[] y, int yAt, int n) {
    for (int i = 0; i < n; i++) {
      y[yAt + i] += x[xAt + i];
    }
  }

  /** Returns Σ a·b over {@code n} elements, those of a lying {@code aStep} apart. */
  static float dot(float[] a, int aAt, int aStep, float[] b, int bAt, int n) {
    float s0 = 0;
    float s1 = 0;
    float s2 = 0;
    float s3 = 0;
    int i = 0;
    for (; i + 3 < n; i += 4) {
      s0 += a[aAt + i * aStep] * b[bAt + i];
      s1 += a[aAt + (i + 1) * aStep] * b[bAt + i + 1];
      s2 += a[aAt + (i + 2) * aStep] * b[bAt + i + 2];
      s3 += a[aAt + (i + 3) * aStep] * b[bAt + i + 3];
    }
    for (; i < n; i++) {
      s0 += a[aAt + i * aStep] * b[bAt + i];
    }
    return (s0 + s1) + (s2 + s3);
  }
}
