package dev.fovea.engine.kernel.scalar;

import dev.fovea.engine.kernel.Span;
import dev.fovea.op.Regions;
import dev.fovea.tensor.Shape;

/** Where the largest element of a bin lies. */
final class RegionArgmax {
  private static final int BITS = 16;
  private static final long MASK = (1 << BITS) - 1;

  private final Regions.MaxPool pool;
  private final Shape x;
  private final int regions;

  RegionArgmax(Regions.MaxPool pool, Shape x, int regions) {
    this.pool = pool;
    this.x = x;
    this.regions = regions;
  }

  /** Returns the first row, the row behind the last one, and the columns likewise, 16 bits each. */
  long pixels(Span boxes, int bin) {
    int perRegion = pool.height() * pool.width();
    int at = boxes.offset() + bin / perRegion * 4;
    int row = bin % perRegion / pool.width();
    int column = bin % pool.width();
    float[] b = boxes.array();
    long rows = range(b[at + 1], b[at + 3], row, pool.height(), x.dim(1));
    return rows << (2 * BITS) | range(b[at], b[at + 2], column, pool.width(), x.dim(2));
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

  /** Returns where in X the first largest element of a channel lies, −1 if there is no pixel. */
  int at(Span map, int bin, long pixels, int c) {
    int image = bin / (pool.height() * pool.width()) / regions;
    int best = -1;
    for (int row = (int) (pixels >>> (3 * BITS)); row < (pixels >>> (2 * BITS) & MASK); row++) {
      for (int column = (int) (pixels >>> BITS & MASK); column < (pixels & MASK); column++) {
        int at = ((image * x.dim(1) + row) * x.dim(2) + column) * x.dim(3) + c;
        if (best < 0 || map.array()[map.offset() + at] > map.array()[map.offset() + best]) {
          best = at;
        }
      }
    }
    return best;
  }
}
