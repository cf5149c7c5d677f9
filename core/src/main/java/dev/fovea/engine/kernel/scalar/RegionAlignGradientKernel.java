package dev.fovea.engine.kernel.scalar;

import dev.fovea.engine.kernel.Footprint;
import dev.fovea.engine.kernel.Operands;
import dev.fovea.engine.kernel.RegionReads;
import dev.fovea.engine.kernel.Span;
import dev.fovea.op.RegionBins;
import dev.fovea.tensor.Shape;
import java.util.Arrays;

/**
 * Spreads the numbers of bins over the pixels they were read from. Regions overlap, so a row of
 * work is one block of channels of one image, which nobody else writes.
 */
final class RegionAlignGradientKernel extends RowKernel {
  private static final int BLOCK = 16;

  private final RegionBins bins;
  private final Shape dy;
  private final Shape x;
  private final int numbers;
  private final int across;
  private final int blocks;

  RegionAlignGradientKernel(RegionBins bins, Shape regions, Shape dy, Shape x) {
    super(
        x.dim(0) * Math.ceilDiv(x.dim(3), BLOCK),
        32L * dy.dim(1) * bins.height() * bins.width() * Math.min(BLOCK, x.dim(3)));
    this.bins = bins;
    this.dy = dy;
    this.x = x;
    this.numbers = regions.dim(2);
    this.across = bins.floats(bins.height(), x.dim(1));
    this.blocks = Math.ceilDiv(x.dim(3), BLOCK);
  }

  @Override
  public Footprint footprint() {
    return Footprint.NONE.withScratch(across + bins.floats(bins.width(), x.dim(2)));
  }

  @Override
  void rows(int from, int to, Operands o, Span scratch) {
    for (int row = from; row < to; row++) {
      int image = row / blocks;
      int first = (row - image * blocks) * BLOCK;
      int last = Math.min(x.dim(3), first + BLOCK);
      clear(o.output(), image, first, last);
      for (int r = 0; r < dy.dim(1); r++) {
        int region = image * dy.dim(1) + r;
        if (RegionReads.write(bins, o.input(0), region, numbers, x, across, scratch)) {
          spread(o, region, first, last, scratch);
        }
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

  private void spread(Operands o, int region, int first, int last, Span own) {
    float[] e = own.array();
    int image = o.output().offset() + region / dy.dim(1) * x.dim(1) * x.dim(2) * x.dim(3);
    int rows = own.offset() + bins.height() + 1;
    int columns = own.offset() + across + bins.width() + 1;
    for (int bin = 0; bin < bins.height() * bins.width(); bin++) {
      int p = own.offset() + bin / bins.width();
      int q = own.offset() + across + bin % bins.width();
      int at = o.input(1).offset() + (region * bins.height() * bins.width() + bin) * x.dim(3);
      for (int i = (int) e[p]; i < (int) e[p + 1]; i++) {
        int line = image + ((int) e[rows + 2 * i]) * x.dim(2) * x.dim(3);
        for (int j = (int) e[q]; j < (int) e[q + 1]; j++) {
          int pixel = line + ((int) e[columns + 2 * j]) * x.dim(3);
          float weight = e[rows + 2 * i + 1] * e[columns + 2 * j + 1];
          for (int c = first; c < last; c++) {
            o.output().array()[pixel + c] += weight * o.input(1).array()[at + c];
          }
        }
      }
    }
  }
}
