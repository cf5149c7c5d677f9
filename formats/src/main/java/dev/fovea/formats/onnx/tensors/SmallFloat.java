package dev.fovea.formats.onnx.tensors;

/**
 * A floating-point format of at most 8 bits: a sign, an exponent and a fraction (Micikevicius et
 * al., FP8 Formats for Deep Learning, 2022; Open Compute Project, Microscaling Formats, 2023).
 *
 * @param exponent the bits of the exponent
 * @param fraction the bits of the fraction
 * @param bias what the exponent is stored larger by
 * @param greatest the greatest finite number; codes above it are no numbers
 * @param infinite whether the least code above it is infinity
 * @param oneZero whether the code of −0 is no number
 */
record SmallFloat(
    int exponent, int fraction, int bias, double greatest, boolean infinite, boolean oneZero) {
  static final SmallFloat E4M3FN = new SmallFloat(4, 3, 7, 448, false, false);
  static final SmallFloat E4M3FNUZ = new SmallFloat(4, 3, 8, 240, false, true);
  static final SmallFloat E5M2 = new SmallFloat(5, 2, 15, 57344, true, false);
  static final SmallFloat E5M2FNUZ = new SmallFloat(5, 2, 16, 57344, false, true);
  static final SmallFloat E2M1 = new SmallFloat(2, 1, 1, 6, false, false);

  /** Returns the number that a code stands for. */
  double value(int code) {
    int signBit = 1 << (exponent + fraction);
    if (oneZero && code == signBit) {
      return Double.NaN;
    }
    int e = (code & (signBit - 1)) >> fraction;
    int f = code & ((1 << fraction) - 1);
    double size =
        e == 0
            ? Math.scalb((double) f, 1 - bias - fraction)
            : Math.scalb((double) (f + (1 << fraction)), e - bias - fraction);
    if (size > greatest) {
      size = infinite && f == 0 ? Double.POSITIVE_INFINITY : Double.NaN;
    }
    return (code & signBit) == 0 ? size : -size;
  }

  /** Returns whether all codes are numbers. */
  private boolean isFinite() {
    return !oneZero && value((1 << (exponent + fraction)) - 1) == greatest;
  }

  /**
   * Returns the nearest number of the format, of two equally near ones the even; 0 for what is no
   * number where all codes are.
   *
   * @param saturate whether numbers beyond the greatest become it; else they become infinity, or no
   *     number where the format has none
   */
  double round(double x, boolean saturate) {
    if (Double.isNaN(x) && isFinite()) {
      return 0;
    }
    int least = Math.max(Math.getExponent(x), 1 - bias) - fraction;
    double r = Math.scalb(Math.rint(Math.scalb(x, -least)), least);
    if (Math.abs(r) > greatest) {
      double beyond = infinite ? Double.POSITIVE_INFINITY : Double.NaN;
      return Math.copySign(saturate ? greatest : beyond, x);
    }
    return oneZero && r == 0 ? 0 : r;
  }
}
