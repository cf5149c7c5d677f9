package dev.fovea.simd;

/**
 * Numbers of 16 bits, the upper half of a float (bfloat16), two of them in the bits of a float: the
 * specification of what kernels compute with such pairs, to the bit.
 *
 * <p>Arithmetic knows no numbers below 2⁻¹²⁶, neither as operands nor as results: each is a zero of
 * its sign, as the instructions of AVX512_BF16 have it, whatever the modes of the processor.
 */
public final class Bfloat16 {
  private static final int UPPER = 0xFFFF_0000;
  private static final int EXPONENT = 0x7F80_0000;
  private static final int QUIET = 0x0040_0000;

  private Bfloat16() {}

  /** Returns two floats as a pair, each rounded to the nearest number, half to even. */
  public static float pair(float first, float second) {
    return Float.intBitsToFloat((rounded(first) >>> Short.SIZE) | (rounded(second) & UPPER));
  }

  /** Returns the first of a pair. */
  public static float first(float pair) {
    return normal(Float.intBitsToFloat(Float.floatToRawIntBits(pair) << Short.SIZE));
  }

  /** Returns the second of a pair. */
  public static float second(float pair) {
    return normal(Float.intBitsToFloat(Float.floatToRawIntBits(pair) & UPPER));
  }

  /**
   * Returns sum + x.second · w.second + x.first · w.first, the second product added first, each
   * rounded once.
   */
  public static float addProducts(float x, float w, float sum) {
    float half = normal(Math.fma(second(x), second(w), normal(sum)));
    return normal(Math.fma(first(x), first(w), half));
  }

  /** Does what {@link PairRounding#neighbours} says, number by number. */
  public static void neighbours(
      int rows, int n, float[] x, int xo, int xs, float[] y, int yo, int ys) {
    for (int r = 0; r < rows; r++) {
      for (int i = 0; i < n; i += 2) {
        int from = xo + r * xs + i;
        y[yo + r * ys + i / 2] = pair(x[from], i + 1 < n ? x[from + 1] : 0);
      }
    }
  }

  /** Does what {@link PairRounding#lines} says, number by number. */
  public static void lines(int lines, int n, float[] x, int xo, int xs, float[] y, int yo, int ys) {
    for (int i = 0; i < lines; i += 2) {
      for (int j = 0; j < n; j++) {
        int from = xo + i * xs + j;
        y[yo + i / 2 * ys + j] = pair(x[from], i + 1 < lines ? x[from + xs] : 0);
      }
    }
  }

  /** Returns the bits of a rounded number, with others below. */
  private static int rounded(float x) {
    int bits = Float.floatToRawIntBits(normal(x));
    return Float.isNaN(x) ? bits | QUIET : bits + 0x7FFF + (bits >>> Short.SIZE & 1);
  }

  private static float normal(float x) {
    int bits = Float.floatToRawIntBits(x);
    return (bits & EXPONENT) == 0 ? Float.intBitsToFloat(bits & 0x8000_0000) : x;
  }
}
