package dev.fovea.engine.kernel.scalar;

import dev.fovea.engine.kernel.Operands;
import dev.fovea.engine.kernel.Span;
import dev.fovea.op.Regions;
import dev.fovea.tensor.Shape;

/** The largest element of each bin of a region, or what a second map holds there; a row is one. */
final class RegionMaxPoolKernel extends RowKernel {
  private final RegionArgmax argmax;
  private final Shape y;
  private final int read;

  /** Creates a kernel that reads input {@code read} where input 1 is largest. */
  RegionMaxPoolKernel(Regions.MaxPool pool, Shape x, Shape y, int read) {
    super(y.dim(0) * y.dim(1) * pool.height() * pool.width(), 16L * x.dim(3));
    this.argmax = new RegionArgmax(pool, x, y.dim(1));
    this.y = y;
    this.read = read;
  }

  @Override
  void rows(int from, int to, Operands o, Span scratch) {
    int channels = y.dim(4);
    for (int bin = from; bin < to; bin++) {
      long pixels = argmax.pixels(o.input(0), bin);
      for (int c = 0; c < channels; c++) {
        int at = argmax.at(o.input(1), bin, pixels, c);
        o.output().array()[o.output().offset() + bin * channels + c] =
            at < 0 ? 0 : o.input(read).array()[o.input(read).offset() + at];
      }
    }
  }
}
