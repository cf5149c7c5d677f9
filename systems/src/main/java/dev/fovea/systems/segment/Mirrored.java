package dev.fovea.systems.segment;

import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;

/**
 * A picture that is extended beyond its edges by reflection, without repeating the pixels at the
 * edge.
 */
record Mirrored(Tensor picture) {
  /**
   * Returns a part of the picture or of what is around it.
   *
   * @param top its first row; negative above the picture
   * @param left its first column
   */
  Tensor part(int top, int left, int height, int width) {
    Shape shape = picture.shape();
    int channels = shape.dim(2);
    Tensor part = Tensor.zeros(Shape.of(height, width, channels));
    for (int y = 0; y < height; y++) {
      int row = inside(top + y, shape.dim(0)) * shape.dim(1);
      for (int x = 0; x < width; x++) {
        int from = (row + inside(left + x, shape.dim(1))) * channels;
        System.arraycopy(picture.data(), from, part.data(), (y * width + x) * channels, channels);
      }
    }
    return part;
  }

  /** Returns the row or column that is seen at a place: … 2 1 0 1 2 … n−2 n−1 n−2 …. */
  static int inside(int place, int extent) {
    if (extent == 1) {
      return 0;
    }
    int period = 2 * (extent - 1);
    int within = Math.floorMod(place, period);
    return Math.min(within, period - within);
  }
}
