package dev.fovea.systems.upscale;

import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import dev.fovea.vision.Images;
import dev.fovea.vision.PictureSimilarity;

/**
 * How near an enlarged picture comes to the one it was made small from, in brightness: the peak
 * signal-to-noise ratio in decibels and the structural similarity ({@link PictureSimilarity}).
 *
 * @param network the ratio of what the network enlarges
 * @param bicubic the ratio of what bicubic interpolation enlarges
 * @param networkSimilarity the similarity of what the network enlarges
 * @param bicubicSimilarity the similarity of what bicubic interpolation enlarges
 */
public record UpscaleQuality(
    double network, double bicubic, double networkSimilarity, double bicubicSimilarity) {
  private static final float MOST = 255;

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
    Tensor large = upperLeft(Images.toGrey(picture), height * factor, width * factor);
    Tensor small = small(large, factor);
    Tensor smooth = clamped(Images.resizeCubic(small, height * factor, width * factor), false);
    Tensor told = Images.toGrey(upscaler.upscale(small));
    return new UpscaleQuality(
        PictureSimilarity.peakSignalToNoise(large, told),
        PictureSimilarity.peakSignalToNoise(large, smooth),
        PictureSimilarity.structural(large, told),
        PictureSimilarity.structural(large, smooth));
  }

  /** Returns a picture made small by bicubic interpolation, its values rounded. */
  static Tensor small(Tensor large, int factor) {
    int height = large.shape().dim(0) / factor;
    return clamped(Images.resizeCubic(large, height, large.shape().dim(1) / factor), true);
  }

  /** Returns the upper left part of a picture of one channel. */
  static Tensor upperLeft(Tensor picture, int height, int width) {
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
      out.data()[i] = Math.clamp(value, 0, MOST);
    }
    return out;
  }
}
