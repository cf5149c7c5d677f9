package dev.fovea.simd;

import dev.fovea.engine.kernel.Footprint;
import dev.fovea.engine.kernel.Operands;
import dev.fovea.engine.kernel.RegionReads;
import dev.fovea.engine.kernel.Span;
import dev.fovea.engine.kernel.TaskKernel;
import dev.fovea.op.RegionBins;
import dev.fovea.tensor.Shape;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * The weighted sums of the pixels that each bin of a region reads: a task is some regions.
 *
 * <p>Of a bin, some vectors of channels at a time are summed up in registers over all its pixels.
 */
final class RegionAlignKernel implements TaskKernel {
  private static final VectorSpecies<Float> S = Species.FLOATS;
  private static final int L = S.length();

  private final RegionBins bins;
  private final Shape x;
  private final Shape y;
  private final boolean sums;
  private final int numbers;
  private final int across;

  RegionAlignKernel(RegionBins bins, Shape regions, Shape x, Shape y, boolean sums) {
    this.bins = bins;
    this.x = x;
    this.y = y;
    this.sums = sums;
    this.numbers = regions.dim(2);
    this.across = bins.floats(bins.height(), x.dim(1));
  }

  @Override
  public int tasks(int phase) {
    return Ranges.parts(8L * y.elements(), y.dim(0) * y.dim(1));
  }

  @Override
  public Footprint footprint() {
    Footprint needs = Footprint.NONE.withScratch(across + bins.floats(bins.width(), x.dim(2)));
    return sums ? needs.over(2) : needs;
  }

  @Override
  public void compute(int phase, int task, Operands o, Span own) {
    int regions = y.dim(0) * y.dim(1);
    int row = bins.height() * bins.width() * y.dim(4);
    int end = Ranges.begin(task + 1, tasks(0), regions);
    for (int region = Ranges.begin(task, tasks(0), regions); region < end; region++) {
      boolean reads = RegionReads.write(bins, o.input(0), region, numbers, x, across, own);
      int at = o.output().offset() + region * row;
      if (sums) {
        int sum = o.input(2).offset() + region * row;
        System.arraycopy(o.input(2).array(), sum, o.output().array(), at, row);
      } else if (!reads) {
        Arrays.fill(o.output().array(), at, at + row, 0);
      }
      if (reads) {
        read(o, region, own);
      }
    }
  }

  private void read(Operands o, int region, Span own) {
    int at = o.output().offset() + region * bins.height() * bins.width() * y.dim(4);
    int image = o.input(1).offset() + region / y.dim(1) * x.dim(1) * x.dim(2) * x.dim(3);
    float[] to = o.output().array();
    int channels = x.dim(3);
    for (int bin = 0; bin < bins.height() * bins.width(); bin++) {
      int p = own.offset() + bin / bins.width();
      int q = own.offset() + across + bin % bins.width();
      int c = 0;
      for (; c + 4 * L <= channels; c += 4 * L) {
        four(o.input(1).array(), image + c, own, p, q, to, at + c);
      }
      for (; c + L <= channels; c += L) {
        one(o.input(1).array(), image + c, own, p, q, to, at + c);
      }
      for (; c < channels; c++) {
        last(o.input(1).array(), image + c, own, p, q, to, at + c);
      }
      at += channels;
    }
  }

  private FloatVector begin(float[] to, int at) {
    return sums ? FloatVector.fromArray(S, to, at) : FloatVector.zero(S);
  }

  private void four(float[] from, int image, Span own, int p, int q, float[] to, int at) {
    float[] e = own.array();
    int rows = own.offset() + bins.height() + 1;
    int columns = own.offset() + across + bins.width() + 1;
    FloatVector a = begin(to, at);
    FloatVector b = begin(to, at + L);
    FloatVector c = begin(to, at + 2 * L);
    FloatVector d = begin(to, at + 3 * L);
    int rowEnd = rows + 2 * (int) e[p + 1];
    int columnBegin = columns + 2 * (int) e[q];
    int columnEnd = columns + 2 * (int) e[q + 1];
    for (int i = rows + 2 * (int) e[p]; i < rowEnd; i += 2) {
      int line = image + ((int) e[i]) * x.dim(2) * x.dim(3);
      for (int j = columnBegin; j < columnEnd; j += 2) {
        int pixel = line + ((int) e[j]) * x.dim(3);
        FloatVector w = FloatVector.broadcast(S, e[i + 1] * e[j + 1]);
        a = FloatVector.fromArray(S, from, pixel).fma(w, a);
        b = FloatVector.fromArray(S, from, pixel + L).fma(w, b);
        c = FloatVector.fromArray(S, from, pixel + 2 * L).fma(w, c);
        d = FloatVector.fromArray(S, from, pixel + 3 * L).fma(w, d);
      }
    }
    a.intoArray(to, at);
    b.intoArray(to, at + L);
    c.intoArray(to, at + 2 * L);
    d.intoArray(to, at + 3 * L);
  }

  private void one(float[] from, int image, Span own, int p, int q, float[] to, int at) {
    float[] e = own.array();
    int rows = own.offset() + bins.height() + 1;
    int columns = own.offset() + across + bins.width() + 1;
    FloatVector a = begin(to, at);
    for (int i = (int) e[p]; i < (int) e[p + 1]; i++) {
      int line = image + ((int) e[rows + 2 * i]) * x.dim(2) * x.dim(3);
      for (int j = (int) e[q]; j < (int) e[q + 1]; j++) {
        int pixel = line + ((int) e[columns + 2 * j]) * x.dim(3);
        FloatVector w = FloatVector.broadcast(S, e[rows + 2 * i + 1] * e[columns + 2 * j + 1]);
        a = FloatVector.fromArray(S, from, pixel).fma(w, a);
      }
    }
    a.intoArray(to, at);
  }

  private void last(float[] from, int image, Span own, int p, int q, float[] to, int at) {
    float[] e = own.array();
    int rows = own.offset() + bins.height() + 1;
    int columns = own.offset() + across + bins.width() + 1;
    float a = sums ? to[at] : 0;
    for (int i = (int) e[p]; i < (int) e[p + 1]; i++) {
      int line = image + ((int) e[rows + 2 * i]) * x.dim(2) * x.dim(3);
      for (int j = (int) e[q]; j < (int) e[q + 1]; j++) {
        int pixel = line + ((int) e[columns + 2 * j]) * x.dim(3);
        a += e[rows + 2 * i + 1] * e[columns + 2 * j + 1] * from[pixel];
      }
    }
    to[at] = a;
  }
}
