package dev.fovea.vision;

import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import java.util.Arrays;

/**
 * Filters that take noise off pictures [H, W, C] without having learned anything. Beyond the border
 * lie the pixels of the border; for the weighted mean of a window, see {@link
 * ImageKernel#gaussian}.
 */
public final class Denoising {
  private Denoising() {}

  /**
   * Returns a picture in which each value is the median of those of its channel in a window.
   *
   * @param side of the window in pixels
   * @throws FoveaException if it is not odd and positive
   */
  public static Tensor median(Tensor picture, int side) {
    Images.requirePicture(picture);
    requireOdd("median", side);
    Shape s = picture.shape();
    Tensor out = Tensor.zeros(s);
    float[] window = new float[side * side];
    for (int i = 0; i < out.data().length; i++) {
      int c = i % s.dim(2);
      int x = i / s.dim(2) % s.dim(1);
      int y = i / s.dim(2) / s.dim(1);
      for (int k = 0; k < window.length; k++) {
        int row = Math.clamp(y + k / side - side / 2, 0, s.dim(0) - 1);
        int column = Math.clamp(x + k % side - side / 2, 0, s.dim(1) - 1);
        window[k] = picture.data()[(row * s.dim(1) + column) * s.dim(2) + c];
      }
      Arrays.sort(window);
      out.data()[i] = window[window.length / 2];
    }
    return out;
  }

  private static void requireOdd(String what, int side) {
    if (side < 1 || side % 2 == 0) {
      throw new FoveaException(what + ": a window of an odd side expected, got " + side);
    }
  }

  /**
   * Returns a picture in which each pixel is the mean of those whose neighbourhoods look like its
   * own (non-local means), weighted by exp(−max(d² − 2σ², 0) / h²), where d² is the mean squared
   * difference of two patches of 5 × 5 pixels in all channels, over a window of 21 × 21 pixels; h =
   * 0.6 σ. Buades et al. (2005).
   *
   * @param deviation σ, the standard deviation of the noise
   * @throws FoveaException if it is not positive
   */
  public static Tensor nonLocalMeans(Tensor picture, double deviation) {
    Images.requirePicture(picture);
    if (!(deviation > 0 && deviation < Double.POSITIVE_INFINITY)) {
      throw new FoveaException("non-local means: a positive deviation expected, got " + deviation);
    }
    return new NonLocalMeans(picture, deviation).filtered();
  }
}
