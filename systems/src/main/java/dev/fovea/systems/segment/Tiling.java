package dev.fovea.systems.segment;

import dev.fovea.tensor.FoveaException;

/**
 * How a large picture is cut into square tiles that overlap (Ronneberger et al., 2015).
 *
 * <p>Of each tile the inner square counts, whose side is {@link #step}; the inner squares lie side
 * by side from the upper left corner of the picture on. What a tile shows beyond the edges of the
 * picture is its mirror image.
 *
 * @param side the side of a tile in pixels of the picture
 * @param overlap the share of its side that a tile has in common with the next, 0 … 0.9
 */
public record Tiling(int side, double overlap) {
  /** The largest overlap. */
  public static final double MOST_OVERLAP = 0.9;

  /**
   * Checks the numbers.
   *
   * @throws FoveaException if there is no side, or the overlap is out of range
   */
  public Tiling {
    if (side < 1) {
      throw new FoveaException("tiles: a side of at least 1 pixel expected, got " + side);
    }
    if (!(overlap >= 0 && overlap <= MOST_OVERLAP)) {
      throw new FoveaException(
          "tiles: an overlap from 0 to %s expected, got %s".formatted(MOST_OVERLAP, overlap));
    }
  }

  /** Returns how far one tile lies from the next, in pixels. */
  public int step() {
    return Math.max(1, side - (int) Math.round(overlap * side));
  }

  /** Returns how many pixels of a tile lie before its inner square. */
  public int margin() {
    return (side - step()) / 2;
  }
}
