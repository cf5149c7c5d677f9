package dev.fovea.systems.label;

import dev.fovea.tensor.Tensor;

/** The pixels that belong to an object. */
public interface Region {
  /**
   * Returns 1 for each pixel that belongs to the object, else 0.
   *
   * @param height the height of the picture
   * @param width the width of the picture
   * @return [H, W]
   */
  Tensor in(int height, int width);
}
