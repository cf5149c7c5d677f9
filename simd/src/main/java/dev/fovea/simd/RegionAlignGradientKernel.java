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
 * Spreads the numbers of bins over the pixels they were read from, regions in their order. Regions
 * overlap, so that a task is some blocks of channels of images, which nobody else writes.
 */
final class RegionAlignGradientKernel implements TaskKernel {
  private static final VectorSpecies<Float> S = Species.FLOATS;
  private static final int L = S.length();

  /** The channels of a block: few enough for several tasks, as many as two vectors of 512 bits. */
  private static final int BLOCK = 32;

  private final RegionBins bins;
  private final Shape dy;
  private final Shape x;
  private final int numbers;
  private final int across;
  private final int blocks;

  RegionAlignGradientKernel(RegionBins bins, Shape regions, Shape dy, Shape x) {
    this.bins = bins;
    this.dy = dy;
    this.x = x;
    this.numbers = regions.dim(2);
    this.across = bins.floats(bins.height(), x.dim(1));
    this.blocks = Ranges.ceilDiv(x.dim(3), BLOCK);
  }

  @Override
  public int tasks(int phase) {
    return Ranges.parts((long) x.elements() + 8L * dy.elements(), x.dim(0) * blocks);
  }

  @Override
  public Footprint footprint() {
    return Footprint.NONE.withScratch(across + bins.floats(bins.width(), x.dim(2)));
  }

  @Override
  public void compute(int phase, int task, Operands o, Span own) {
    int all = x.dim(0) * blocks;
    int end = Ranges.begin(task + 1, tasks(0), all);
    for (int block = Ranges.begin(task, tasks(0), all); block < end; block++) {
      int image = block / blocks;
      int first = (block - image * blocks) * BLOCK;
      int last = Math.min(x.dim(3), first + BLOCK);
      clear(o.output(), image, first, last);
      for (int r = 0; r < dy.dim(1); r++) {
        int region = image * dy.dim(1) + r;
        if (RegionReads.write(bins, o.input(0), region, numbers, x, across, own)) {
          spread(o, region, first, last, own);
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
    int image = o.output().offset() + region / dy.dim(1) * x.dim(1) * x.dim(2) * x.dim(3);
    int at = o.input(1).offset() + region * bins.height() * bins.width() * x.dim(3);
    float[] from = o.input(1).array();
    float[] to = o.output().array();
    for (int bin = 0; bin < bins.height() * bins.width(); bin++) {
      int p = own.offset() + bin / bins.width();
      int q = own.offset() + across + bin % bins.width();
      int c = first;
      for (; c + 2 * L <= last; c += 2 * L) {
        two(from, at + c, own, p, q, to, image + c);
      }
      for (; c < last; c++) {
        one(from, at + c, own, p, q, to, image + c);
      }
      at += x.dim(3);
    }
  }

  private void two(float[] from, int at, Span own, int p, int q, float[] to, int image) {
    float[] e = own.array();
    int rows = own.offset() + bins.height() + 1;
    int columns = own.offset() + across + bins.width() + 1;
    FloatVector a = FloatVector.fromArray(S, from, at);
    FloatVector b = FloatVector.fromArray(S, from, at + L);
    int rowEnd = rows + 2 * (int) e[p + 1];
    int columnBegin = columns + 2 * (int) e[q];
    int columnEnd = columns + 2 * (int) e[q + 1];
    for (int i = rows + 2 * (int) e[p]; i < rowEnd; i += 2) {
      int line = image + ((int) e[i]) * x.dim(2) * x.dim(3);
      for (int j = columnBegin; j < columnEnd; j += 2) {
        int pixel = line + ((int) e[j]) * x.dim(3);
        FloatVector w = FloatVector.broadcast(S, e[i + 1] * e[j + 1]);
        a.fma(w, FloatVector.fromArray(S, to, pixel)).intoArray(to, pixel);
        b.fma(w, FloatVector.fromArray(S, to, pixel + L)).intoArray(to, pixel + L);
      }
    }
  }

  private void one(float[] from, int at, Span own, int p, int q, float[] to, int image) {
    float[] e = own.array();
    int rows = own.offset() + bins.height() + 1;
    int columns = own.offset() + across + bins.width() + 1;
    for (int i = (int) e[p]; i < (int) e[p + 1]; i++) {
      int line = image + ((int) e[rows + 2 * i]) * x.dim(2) * x.dim(3);
      for (int j = (int) e[q]; j < (int) e[q + 1]; j++) {
        int pixel = line + ((int) e[columns + 2 * j]) * x.dim(3);
        to[pixel] += e[rows + 2 * i + 1] * e[columns + 2 * j + 1] * from[at];
      }
    }
  }
}
