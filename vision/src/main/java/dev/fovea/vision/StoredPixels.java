package dev.fovea.vision;

import dev.fovea.tensor.Shape;

/** The pixels of a picture in the order in which its file holds them. */
interface StoredPixels {
  /** Returns the shape [H, W, C]: C is 1 for grey, 3 for red, green, blue. */
  Shape shape();

  /**
   * Writes a rectangle, row by row, pixel by pixel, values 0 … 255.
   *
   * @param x the column of its upper left pixel
   * @param y the row of its upper left pixel
   * @param values at least height · width · C values
   */
  void read(int x, int y, int width, int height, float[] values);

  /** Returns the rows as they are stored. */
  default PictureRows rows() {
    return PictureRows.of(shape(), (y, row) -> read(0, y, shape().dim(1), 1, row));
  }
}
