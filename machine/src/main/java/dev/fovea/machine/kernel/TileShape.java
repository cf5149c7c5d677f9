package dev.fovea.machine.kernel;

import dev.fovea.machine.assembler.Width;

/**
 * What tiles a set of micro-kernels has.
 *
 * @param vectors the vectors of a row
 * @param width the width of a vector
 * @param avx512 whether the processor has AVX-512
 * @param pairs whether factors are pairs of bfloat16, whose products AVX512_BF16 adds
 */
public record TileShape(int vectors, Width width, boolean avx512, boolean pairs) {
  /** Returns tiles of products of floats. */
  public static TileShape ofFloats(int vectors, Width width, boolean avx512) {
    return new TileShape(vectors, width, avx512, false);
  }

  /** Returns tiles of products of pairs, of vectors of 512 bits. */
  public static TileShape ofPairs(int vectors) {
    return new TileShape(vectors, Width.BITS_512, true, true);
  }

  /** Returns the columns of a tile. */
  public int columns() {
    return vectors * width.floats();
  }

  /** Returns whether there are registers for a tile of two neighbouring panels. */
  public boolean hasWide() {
    return avx512 && width == Width.BITS_512 && vectors == 2;
  }

  /** Returns this shape with another number of vectors. */
  public TileShape withVectors(int other) {
    return new TileShape(other, width, avx512, pairs);
  }

  /** Returns whether there are registers for so many rows. */
  public boolean has(int rows) {
    return new Tile(rows, vectors, width, avx512, pairs).fits();
  }

  Tile tile(int rows) {
    Tile tile = new Tile(rows, vectors, width, avx512, pairs);
    if (!tile.fits()) {
      throw new IllegalArgumentException("there are no registers for " + tile);
    }
    return tile;
  }

  Tile wide(int rows) {
    return new Tile(rows, 2 * vectors, width, avx512, pairs);
  }
}
