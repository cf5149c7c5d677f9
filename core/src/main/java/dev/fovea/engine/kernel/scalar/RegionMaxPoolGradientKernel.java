package dev.fovea.engine.kernel.scalar;

import dev.fovea.engine.kernel.Operands;
import dev.fovea.engine.kernel.Span;
import dev.fovea.op.Regions;
import dev.fovea.tensor.Shape;
import java.util.Arrays;

/**
 * Sends each bin's number to where its largest element lies. Regions overlap, so a row of work is
 * one block of channels of one image, which nobody else writes.
 */
final class RegionMaxPoolGradientKernel extends RowKernel {
  private static final int BLOCK = 16;

  private final RegionArgmax argmax;
  private final Shape x;
  private final int bins;
  private final int blocks;

  RegionMaxPoolGradientKernel(Regions.MaxPool pool, Shape x, Shape dy) {
    super(
        x.dim(0) * Math.ceilDiv(x.dim(3), BLOCK),
        16L * dy.dim(1) * pool.height() * pool.width() * Math.min(BLOCK, x.dim(3)));
    this.argmax = new RegionArgmax(pool, x, dy.dim(1));
    this.x = x;
    this.bins = dy.dim(1) * pool.height() * pool.width();
    this.blocks = Math.ceilDiv(x.dim(3), BLOCK);
  }

  @Override
  void rows(int from, int to, Operands o, Span scratch) {
    for (int row = from; row < to; row++) {
      int image = row / blocks;
      int first = (row - image * blocks) * BLOCK;
      int last = Math.min(x.dim(3), first + BLOCK);
      clear(o.output(), image, first, last);
      for (int bin = image * bins; bin < (image + 1) * bins; bin++) {
        scatter(o, bin, first, last);
      }
    }
  }

  private void clear(Span dx, int image, int first, int last) {
    int pixels = x.dim(1) * x.dim(2);
    for (int pixel = image * pixels; pixel < (image + 1) * pixels; pixel++) {
      int at = dx.offset() + pixel * x.dim(3);
      Arrays.fill(dx.array(), at + first, at + last, 0);
    }
  }

  private void scatter(Operands o, int bin, int first, int last) {
    long pixels = argmax.pixels(o.input(0), bin);
    float[] dy = o.input(2).array();
    for (int c = first; c < last; c++) {
      int at = argmax.at(o.input(1), bin, pixels, c);
      if (at >= 0) {
        o.output().array()[o.output().offset() + at] +=
            dy[o.input(2).offset() + bin * x.dim(3) + c];
      }
    }
  }
}
