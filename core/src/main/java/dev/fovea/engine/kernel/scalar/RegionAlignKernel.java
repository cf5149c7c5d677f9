package dev.fovea.engine.kernel.scalar;

import dev.fovea.engine.kernel.Footprint;
import dev.fovea.engine.kernel.Operands;
import dev.fovea.engine.kernel.RegionReads;
import dev.fovea.engine.kernel.Span;
import dev.fovea.op.RegionBins;
import dev.fovea.tensor.Shape;
import java.util.Arrays;

/** The weighted sums of the pixels that each bin of a region reads; a row is a region. */
final class RegionAlignKernel extends RowKernel {
  private final RegionBins bins;
  private final Shape x;
  private final Shape y;
  private final boolean sums;
  private final int numbers;
  private final int across;

  RegionAlignKernel(RegionBins bins, Shape regions, Shape x, Shape y, boolean sums) {
    super(y.dim(0) * y.dim(1), 32L * bins.height() * bins.width() * y.dim(4));
    this.bins = bins;
    this.x = x;
    this.y = y;
    this.sums = sums;
    this.numbers = regions.dim(2);
    this.across = bins.floats(bins.height(), x.dim(1));
  }

  @Override
  public Footprint footprint() {
    Footprint needs = Footprint.NONE.withScratch(across + bins.floats(bins.width(), x.dim(2)));
    return sums ? needs.over(2) : needs;
  }

  @Override
  void rows(int from, int to, Operands o, Span scratch) {
    int row = bins.height() * bins.width() * y.dim(4);
    for (int region = from; region < to; region++) {
      int at = o.output().offset() + region * row;
      if (sums) {
        int sum = o.input(2).offset() + region * row;
        System.arraycopy(o.input(2).array(), sum, o.output().array(), at, row);
      } else {
        Arrays.fill(o.output().array(), at, at + row, 0);
      }
      if (RegionReads.write(bins, o.input(0), region, numbers, x, across, scratch)) {
        read(o, region, scratch);
      }
    }
  }

  private void read(Operands o, int region, Span own) {
    float[] e = own.array();
    int image = o.input(1).offset() + region / y.dim(1) * x.dim(1) * x.dim(2) * x.dim(3);
    int rows = own.offset() + bins.height() + 1;
    int columns = own.offset() + across + bins.width() + 1;
    for (int bin = 0; bin < bins.height() * bins.width(); bin++) {
      int p = own.offset() + bin / bins.width();
      int q = own.offset() + across + bin % bins.width();
      int at = o.output().offset() + (region * bins.height() * bins.width() + bin) * y.dim(4);
      for (int i = (int) e[p]; i < (int) e[p + 1]; i++) {
        int line = image + ((int) e[rows + 2 * i]) * x.dim(2) * x.dim(3);
        for (int j = (int) e[q]; j < (int) e[q + 1]; j++) {
          int pixel = line + ((int) e[columns + 2 * j]) * x.dim(3);
          float weight = e[rows + 2 * i + 1] * e[columns + 2 * j + 1];
          add(o.input(1).array(), pixel, weight, o.output().array(), at);
        }
      }
    }
  }

  private void add(float[] from, int pixel, float weight, float[] to, int at) {
    for (int c = 0; c < x.dim(3); c++) {
      to[at + c] += weight * from[pixel + c];
    }
  }
}
