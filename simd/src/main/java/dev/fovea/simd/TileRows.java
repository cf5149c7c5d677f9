package dev.fovea.simd;

/**
 * Which rows of transformed tiles of Winograd's convolution are computed.
 *
 * <p>A transform of columns and then rows gives each row of positions apart from the others, so
 * that half of the positions of F(4×4,3×3) take little more than half of the time. F(2×2,3×3)
 * computes its columns whole for either half.
 */
enum TileRows {
  /** All. */
  ALL,
  /** The first half. */
  UPPER,
  /** The second half. */
  LOWER;

  /** Returns the first row, of so many. */
  int begin(int side) {
    return this == LOWER ? side / 2 : 0;
  }

  /** Returns the row after the last, of so many. */
  int end(int side) {
    return this == UPPER ? side / 2 : side;
  }
}
