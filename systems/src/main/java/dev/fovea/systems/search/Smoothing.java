package dev.fovea.systems.search;

import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;

/** Gaussian smoothing of pictures; pixels beyond the border are those of the border. */
final class Smoothing {
  /** Of the bell, what is further away than so many deviations is left out. */
  private static final double REACH = 3;

  private Smoothing() {}

  /** Returns a picture [H, W, C] after a Gaussian filter; the picture itself for σ = 0. */
  static Tensor gaussian(Tensor picture, double sigma) {
    if (sigma <= 0) {
      return picture;
    }
    float[] bell = bell(sigma);
    Shape s = picture.shape();
    int row = s.dim(1) * s.dim(2);
    Tensor rows = along(picture, bell, s.dim(1), s.dim(2), s.dim(2));
    return along(rows, bell, s.dim(0), row, row);
  }

  private static float[] bell(double sigma) {
    int reach = (int) Math.ceil(REACH * sigma);
    float[] bell = new float[2 * reach + 1];
    double sum = 0;
    for (int i = -reach; i <= reach; i++) {
      sum += StrictMath.exp(-i * i / (2 * sigma * sigma));
    }
    for (int i = -reach; i <= reach; i++) {
      bell[i + reach] = (float) (StrictMath.exp(-i * i / (2 * sigma * sigma)) / sum);
    }
    return bell;
  }

  /**
   * Filters along one axis.
   *
   * @param extent how many places the axis has
   * @param stride how far apart neighbours along it are
   * @param run how many numbers one after the other have the same place on it
   */
  private static Tensor along(Tensor from, float[] bell, int extent, int stride, int run) {
    Tensor to = Tensor.zeros(from.shape());
    int reach = bell.length / 2;
    int lines = to.data().length / (extent * run);
    for (int line = 0; line < lines; line++) {
      int first = line * extent * stride;
      for (int i = 0; i < extent; i++) {
        int at = first + i * stride;
        for (int k = -reach; k <= reach; k++) {
          int other = first + Math.clamp(i + k, 0, extent - 1) * stride;
          float weight = bell[k + reach];
          for (int c = 0; c < run; c++) {
            to.data()[at + c] += weight * from.data()[other + c];
          }
        }
      }
    }
    return to;
  }
}
