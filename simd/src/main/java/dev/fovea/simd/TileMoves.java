package dev.fovea.simd;

import java.util.Arrays;

/**
 * What moves numbers to and from the tiles and panels of a {@link Micro} and computes no products.
 * It depends on the number of columns alone, whoever computes the products.
 */
abstract class TileMoves {
  /** Returns the moves for tiles of so many columns: one vector or two. */
  static TileMoves of(int columns) {
    return columns == Species.FLOATS.length() ? new MovesOne() : new MovesTwo();
  }

  /** Returns the number of columns of a tile and of a panel. */
  public abstract int columns();

  /** Sets each row of a tile to the first {@code cols} numbers of a bias and zeros. */
  abstract void start(int m, float[] bias, int bo, int cols, float[] c, int co);

  /** Copies n runs of {@code cols} floats, {@code step} apart, to rows of a panel, zeros after. */
  abstract void pack(int n, int cols, float[] x, int xo, int step, float[] c, int co);

  /**
   * Copies the first {@code cols} columns of a row of tiles, which are {@code cs} apart, to y, row
   * r to yo + o(r).
   */
  abstract void store(
      int m, int cols, float[] c, int co, int cs, float[] o, int oo, float[] y, int yo);

  /** Does as {@link #store} with max(·, 0). */
  abstract void storeRelu(
      int m, int cols, float[] c, int co, int cs, float[] o, int oo, float[] y, int yo);

  /** Adds to the tiles what {@link #store} would overwrite. */
  abstract void add(
      int m, int cols, float[] c, int co, int cs, float[] o, int oo, float[] y, int yo);

  /** Sets a tile to zero. */
  final void zero(int m, float[] c, int co) {
    Arrays.fill(c, co, co + m * columns(), 0);
  }
}
