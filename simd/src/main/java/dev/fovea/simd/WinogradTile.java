package dev.fovea.simd;

/**
 * How many results one tile of Winograd's convolution with a 3×3 window gives: F(m×m, 3×3) computes
 * m² of them from (m + 2)² products per pair of channels, where the definition takes 9·m².
 */
enum WinogradTile {
  /** F(2×2, 3×3): 2.25 times fewer products; rounding errors like those of the definition. */
  TWO(2),
  /** F(4×4, 3×3): 4 times fewer products; a few times the definition's rounding errors. */
  FOUR(4);

  private final int size;

  WinogradTile(int size) {
    this.size = size;
  }

  /** Returns m: rows and columns of results. */
  int size() {
    return size;
  }

  /** Returns m + 2: rows and columns of image and of products. */
  int side() {
    return size + 2;
  }

  /** Returns how many products there are per pair of channels. */
  int positions() {
    return side() * side();
  }

  /** Transforms {@link #side} rows of an image that lie at {@code from + i · pitch}. */
  void image(int n, float[] x, int from, int pitch, float[] y, int to, int step) {
    int second = from + pitch;
    int third = second + pitch;
    int fourth = third + pitch;
    if (this == TWO) {
      imageTwo(n, x, from, second, third, fourth, y, to, step);
    } else {
      int fifth = fourth + pitch;
      imageFour(n, x, from, second, third, fourth, fifth, fifth + pitch, y, to, step);
    }
  }

  /**
   * Transforms {@link #side} rows of an image; row i lies where the bits of {@code t[o+i]} say.
   *
   * @param part the rows that are wanted, at least
   */
  void image(int n, TileRows part, float[] x, float[] t, int o, float[] y, int to, int step) {
    int r0 = Float.floatToRawIntBits(t[o]);
    int r1 = Float.floatToRawIntBits(t[o + 1]);
    int r2 = Float.floatToRawIntBits(t[o + 2]);
    int r3 = Float.floatToRawIntBits(t[o + 3]);
    if (this == TWO) {
      imageTwo(n, x, r0, r1, r2, r3, y, to, step);
    } else {
      int r4 = Float.floatToRawIntBits(t[o + 4]);
      int r5 = Float.floatToRawIntBits(t[o + 5]);
      switch (part) {
        case ALL -> imageFour(n, x, r0, r1, r2, r3, r4, r5, y, to, step);
        case UPPER -> WinogradLines.imageUpper4(n, x, r0, r1, r2, r3, r4, y, to, step);
        case LOWER -> WinogradLines.imageLower4(n, x, r1, r2, r3, r4, r5, y, to, step);
      }
    }
  }

  private static void imageTwo(
      int n, float[] x, int r0, int r1, int r2, int r3, float[] y, int to, int step) {
    FirstRows first = FirstRows.ofProcess();
    if (first.takes(RowFormula.IMAGE_TWO, n)) {
      first.lines(RowFormula.IMAGE_TWO, n, x, y, to, step, r0, r1, r2, r3);
    } else {
      WinogradLines.image2(n, x, r0, r1, r2, r3, y, to, step);
    }
  }

  private static void imageFour(
      int n,
      float[] x,
      int r0,
      int r1,
      int r2,
      int r3,
      int r4,
      int r5,
      float[] y,
      int to,
      int step) {
    FirstRows first = FirstRows.ofProcess();
    if (first.takes(RowFormula.IMAGE_FOUR, n)) {
      first.lines(RowFormula.IMAGE_FOUR, n, x, y, to, step, r0, r1, r2, r3, r4, r5);
    } else {
      WinogradLines.image4(n, x, r0, r1, r2, r3, r4, r5, y, to, step);
    }
  }

  /** Replaces {@link #side} rows of products by {@link #size} rows of results. */
  void result(int n, float[] m, int at, int step) {
    FirstRows first = FirstRows.ofProcess();
    int third = at + 2 * step;
    int fourth = third + step;
    if (this == TWO) {
      if (first.takes(RowFormula.RESULT_TWO, n)) {
        first.lines(RowFormula.RESULT_TWO, n, m, m, at, step, at, at + step, third, fourth);
      } else {
        WinogradLines.result2(n, m, at, step);
      }
    } else if (first.takes(RowFormula.RESULT_FOUR, n)) {
      int fifth = fourth + step;
      int sixth = fifth + step;
      first.lines(
          RowFormula.RESULT_FOUR, n, m, m, at, step, at, at + step, third, fourth, fifth, sixth);
    } else {
      WinogradLines.result4(n, m, at, step);
    }
  }

  /** Transforms three rows of weights to {@link #side} rows. */
  void weights(int n, float[] w, int r0, int r1, int r2, float[] y, int to, int step) {
    FirstRows first = FirstRows.ofProcess();
    RowFormula f = this == TWO ? RowFormula.WEIGHTS_TWO : RowFormula.WEIGHTS_FOUR;
    if (first.takes(f, n)) {
      first.lines(f, n, w, y, to, step, r0, r1, r2);
    } else if (this == TWO) {
      WinogradLines.weights2(n, w, r0, r1, r2, y, to, step);
    } else {
      WinogradLines.weights4(n, w, r0, r1, r2, y, to, step);
    }
  }

  /**
   * Transforms {@link #size} rows of a result's gradient, {@code pitch} apart, to {@link #side}.
   *
   * @param part the rows that are wanted, at least
   */
  void gradient(int n, TileRows part, float[] x, int from, int pitch, float[] y, int to, int step) {
    if (this == TWO) {
      WinogradLines.gradient2(n, x, from, from + pitch, y, to, step);
    } else {
      int second = from + pitch;
      int third = second + pitch;
      int fourth = third + pitch;
      switch (part) {
        case ALL -> WinogradLines.gradient4(n, x, from, second, third, fourth, y, to, step);
        case UPPER -> WinogradLines.gradientUpper4(n, x, from, second, third, fourth, y, to, step);
        case LOWER -> WinogradLines.gradientLower4(n, x, from, second, third, fourth, y, to, step);
      }
    }
  }

  /** Transforms {@link #side} rows of sums, {@code pitch} apart, to three rows of taps. */
  void taps(int n, float[] m, int at, int pitch, float[] y, int to, int step) {
    if (this == TWO) {
      WinogradLines.taps2(n, m, at, pitch, y, to, step);
    } else {
      WinogradLines.taps4(n, m, at, pitch, y, to, step);
    }
  }
}
