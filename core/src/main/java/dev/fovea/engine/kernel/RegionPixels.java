package dev.fovea.engine.kernel;

import dev.fovea.op.Regions;

/**
 * The pixels of a map that each bin of a region covers whole, by the rule of {@link
 * Regions.MaxPool}.
 *
 * @param pool how regions are cut into bins
 * @param height the rows of the map
 * @param width the columns of the map
 */
public record RegionPixels(Regions.MaxPool pool, int height, int width) {
  private static final int BITS = 16;
  private static final long MASK = (1 << BITS) - 1;

  /**
   * Returns the pixels of a bin, for the methods below.
   *
   * @param regions boxes in pixels of the picture [N, R, 4]
   * @param bin its number, counted over all regions of all pictures
   */
  public long of(Span regions, int bin) {
    int perRegion = pool.height() * pool.width();
    int at = regions.offset() + bin / perRegion * 4;
    int row = bin % perRegion / pool.width();
    int column = bin % pool.width();
    float[] b = regions.array();
    long rows = range(b[at + 1], b[at + 3], row, pool.height(), height);
    return rows << (2 * BITS) | range(b[at], b[at + 2], column, pool.width(), width);
  }

  private long range(float low, float high, int bin, int bins, int extent) {
    double first = round((double) low * pool.scale());
    double size = Math.max(round((double) high * pool.scale()) - first + 1, 1) / bins;
    long begin = (long) Math.clamp(Math.floor(bin * size) + first, 0, extent);
    long end = (long) Math.clamp(Math.ceil((bin + 1) * size) + first, 0, extent);
    return begin << BITS | end;
  }

  /** Rounds halves away from 0. */
  private static double round(double v) {
    return Math.copySign(Math.floor(Math.abs(v) + 0.5), v);
  }

  /** Returns the first row of a bin. */
  public static int top(long pixels) {
    return (int) (pixels >>> (3 * BITS));
  }

  /** Returns the row behind the last one. */
  public static int bottom(long pixels) {
    return (int) (pixels >>> (2 * BITS) & MASK);
  }

  /** Returns the first column of a bin. */
  public static int left(long pixels) {
    return (int) (pixels >>> BITS & MASK);
  }

  /** Returns the column behind the last one. */
  public static int right(long pixels) {
    return (int) (pixels & MASK);
  }

  /** Returns whether a bin has no pixel. */
  public static boolean isEmpty(long pixels) {
    return top(pixels) >= bottom(pixels) || left(pixels) >= right(pixels);
  }
}
