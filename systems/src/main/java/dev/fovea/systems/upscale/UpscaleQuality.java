package dev.fovea.systems.upscale;

import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import dev.fovea.vision.Images;

/**
 * How near an enlarged picture comes to the one it was made small from, as peak signal-to-noise
 * ratio of the brightness in decibels, 10 · log10(255² / mean squared difference).
 *
 * @param network of what the network enlarges
 * @param bicubic of what bicubic interpolation enlarges
 */
public record UpscaleQuality(double network, double bicubic) {
  private static final double MOST = 255;
  private static final double DECIBELS = 10;

  /**
   * Makes a picture small by bicubic interpolation, its values rounded, and has it enlarged again.
   * Rows and columns at the end that are no whole multiple of the factor are left out.
   *
   * @param picture [H, W, C], its values 0 … 255
   * @throws FoveaException if the picture is smaller than the factor
   */
  public static UpscaleQuality of(Upscaler upscaler, Tensor picture) {
    int factor = upscaler.factor();
    int height = picture.shape().dim(0) / factor;
    int width = picture.shape().dim(1) / factor;
    if (height < 1 || width < 1) {
      throw new FoveaException(
          "upscaler: a picture of %s×%s pixels, at least %s×%s expected"
              .formatted(picture.shape().dim(0), picture.shape().dim(1), factor, factor));
    }
    Tensor bright = Images.toGrey(picture);
    Tensor large = upperLeft(bright, height * factor, width * factor);
    Tensor small = clamped(Images.resizeCubic(large, height, width), true);
    Tensor smooth = clamped(Images.resizeCubic(small, height * factor, width * factor), false);
    Tensor told = Images.toGrey(upscaler.upscale(small));
    return new UpscaleQuality(peakSignalToNoise(large, told), peakSignalToNoise(large, smooth));
  }

  /**
   * Returns the peak signal-to-noise ratio of two pictures in decibels; infinite for equal ones.
   *
   * @throws FoveaException if they are of different sizes
   */
  public static double peakSignalToNoise(Tensor a, Tensor b) {
    if (!a.shape().equals(b.shape())) {
      throw new FoveaException(
          "peak signal-to-noise ratio: pictures of one size expected, got %s and %s"
              .formatted(a.shape(), b.shape()));
    }
    double squares = 0;
    for (int i = 0; i < a.data().length; i++) {
      double d = (double) a.data()[i] - b.data()[i];
      squares += d * d;
    }
    return DECIBELS * Math.log10(MOST * MOST * a.data().length / squares);
  }

  private static Tensor upperLeft(Tensor picture, int height, int width) {
    Tensor part = Tensor.zeros(Shape.of(height, width, 1));
    for (int y = 0; y < height; y++) {
      System.arraycopy(picture.data(), y * picture.shape().dim(1), part.data(), y * width, width);
    }
    return part;
  }

  private static Tensor clamped(Tensor picture, boolean whole) {
    Tensor out = picture.copy();
    for (int i = 0; i < out.data().length; i++) {
      float value = whole ? Math.round(out.data()[i]) : out.data()[i];
      out.data()[i] = Math.clamp(value, 0, (float) MOST);
    }
    return out;
  }
}
