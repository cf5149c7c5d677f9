package dev.fovea.systems.search;

import dev.fovea.tensor.Tensor;

/**
 * The three numbers that tell the colour of a pixel, each brought to 0 … 255. What differs little
 * in one of them may differ much in another.
 */
public enum ColourSpace {
  /** Red, green and blue as they are. */
  RGB(ColourSpace::same),
  /** Hue, saturation and value: shadows change the last one alone. */
  HSV(ColourSpace::hsv),
  /** CIE L*a*b* of sRGB under D65: equal distances look alike. */
  LAB(ColourSpace::lab);

  /** The numbers of a pixel. */
  static final int CHANNELS = 3;

  private static final float WHITE = 255;
  private static final double HALF = 128;

  /** Writes the numbers of a pixel. */
  @FunctionalInterface
  private interface Conversion {
    void convert(float[] rgb, int from, float[] to, int at);
  }

  @SuppressWarnings("ImmutableEnumChecker") // functions without state
  private final Conversion conversion;

  ColourSpace(Conversion conversion) {
    this.conversion = conversion;
  }

  /** Writes the numbers of a pixel. */
  void convert(float[] rgb, int from, float[] to, int at) {
    conversion.convert(rgb, from, to, at);
  }

  /** Returns a picture [H, W, 3] of 0 … 255 in this space. */
  Tensor of(Tensor picture) {
    Tensor out = Tensor.zeros(picture.shape());
    for (int i = 0; i < out.data().length; i += CHANNELS) {
      convert(picture.data(), i, out.data(), i);
    }
    return out;
  }

  private static void same(float[] rgb, int from, float[] to, int at) {
    System.arraycopy(rgb, from, to, at, CHANNELS);
  }

  private static void hsv(float[] rgb, int from, float[] to, int at) {
    float r = rgb[from];
    float g = rgb[from + 1];
    float b = rgb[from + 2];
    float most = Math.max(r, Math.max(g, b));
    float span = most - Math.min(r, Math.min(g, b));
    float sixth = 0;
    if (span > 0) {
      sixth =
          most == r
              ? (g - b) / span + (g < b ? 6 : 0)
              : most == g ? (b - r) / span + 2 : (r - g) / span + 4;
    }
    to[at] = sixth * WHITE / 6;
    to[at + 1] = most > 0 ? span / most * WHITE : 0;
    to[at + 2] = most;
  }

  private static void lab(float[] rgb, int from, float[] to, int at) {
    double r = linear(rgb[from]);
    double g = linear(rgb[from + 1]);
    double b = linear(rgb[from + 2]);
    double x = cubeRoot((0.4124 * r + 0.3576 * g + 0.1805 * b) / 0.9505);
    double y = cubeRoot(0.2126 * r + 0.7152 * g + 0.0722 * b);
    double z = cubeRoot((0.0193 * r + 0.1192 * g + 0.9505 * b) / 1.089);
    to[at] = (float) ((116 * y - 16) * WHITE / 100);
    to[at + 1] = (float) (500 * (x - y) + HALF);
    to[at + 2] = (float) (200 * (y - z) + HALF);
  }

  private static double linear(float value) {
    double c = Math.clamp(value, 0, WHITE) / WHITE;
    return c <= 0.04045 ? c / 12.92 : StrictMath.pow((c + 0.055) / 1.055, 2.4);
  }

  private static double cubeRoot(double t) {
    return t > 0.008856 ? StrictMath.cbrt(t) : 7.787 * t + 16.0 / 116;
  }
}
