package dev.fovea.vision;

import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Shape;

/**
 * The division of a picture into square cells.
 *
 * @param side of a cell in pixels
 */
record Cells(int side) {
  static Cells of(int side) {
    if (side < 1) {
      throw new FoveaException("descriptor: cells of 1 pixel or more expected, got " + side);
    }
    return new Cells(side);
  }

  int rows(Shape picture) {
    return picture.dim(0) / side;
  }

  int columns(Shape picture) {
    return picture.dim(1) / side;
  }

  /** Requires that a picture has so many rows and columns of cells. */
  void require(Shape picture, int least) {
    if (Math.min(rows(picture), columns(picture)) < least) {
      throw new FoveaException(
          "descriptor: a picture of %s×%s pixels, at least %s×%s expected"
              .formatted(picture.dim(0), picture.dim(1), least * side, least * side));
    }
  }

  /** Returns the number of the cell of a pixel, row by row, or −1 behind the last. */
  int cell(Shape picture, int y, int x) {
    int row = y / side;
    int column = x / side;
    boolean inside = row < rows(picture) && column < columns(picture);
    return inside ? row * columns(picture) + column : -1;
  }
}
