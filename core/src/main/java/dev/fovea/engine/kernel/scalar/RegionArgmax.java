package dev.fovea.engine.kernel.scalar;

import dev.fovea.engine.kernel.RegionPixels;
import dev.fovea.engine.kernel.Span;
import dev.fovea.op.Regions;
import dev.fovea.tensor.Shape;

/** Where the largest element of a bin lies. */
final class RegionArgmax {
  private final RegionPixels pixels;
  private final int binsOfPicture;
  private final Shape x;

  RegionArgmax(Regions.MaxPool pool, Shape x, int regions) {
    this.pixels = new RegionPixels(pool, x.dim(1), x.dim(2));
    this.binsOfPicture = pool.height() * pool.width() * regions;
    this.x = x;
  }

  /** Returns the pixels of a bin, see {@link RegionPixels}. */
  long pixels(Span boxes, int bin) {
    return pixels.of(boxes, bin);
  }

  /** Returns where in X the first largest element of a channel lies, −1 if there is no pixel. */
  int at(Span map, int bin, long pixels, int c) {
    int image = bin / binsOfPicture;
    int best = -1;
    for (int row = RegionPixels.top(pixels); row < RegionPixels.bottom(pixels); row++) {
      for (int column = RegionPixels.left(pixels); column < RegionPixels.right(pixels); column++) {
        int at = ((image * x.dim(1) + row) * x.dim(2) + column) * x.dim(3) + c;
        if (best < 0 || map.array()[map.offset() + at] > map.array()[map.offset() + best]) {
          best = at;
        }
      }
    }
    return best;
  }
}
