package dev.fovea.simd;

import dev.fovea.engine.kernel.Footprint;
import dev.fovea.engine.kernel.Operands;
import dev.fovea.engine.kernel.RegionPixels;
import dev.fovea.engine.kernel.Span;
import dev.fovea.engine.kernel.TaskKernel;
import dev.fovea.op.Regions;
import dev.fovea.tensor.Shape;
import java.util.Arrays;

/**
 * Sends each bin's number to where its largest element lies, bins in their order. Regions overlap,
 * so that a task is some blocks of channels of images, which nobody else writes.
 */
final class RegionMaxPoolGradientKernel implements TaskKernel {
  private static final int BLOCK = 16;

  private final RegionPixels pixels;
  private final RegionMaxima maxima;
  private final Shape x;
  private final int channels;
  private final int bins;
  private final int blocks;

  RegionMaxPoolGradientKernel(Regions.MaxPool pool, Shape x, Shape dy) {
    this.pixels = new RegionPixels(pool, x.dim(1), x.dim(2));
    this.maxima = new RegionMaxima(x.dim(2), x.dim(3));
    this.x = x;
    this.channels = x.dim(3);
    this.bins = dy.dim(1) * pool.height() * pool.width();
    this.blocks = Ranges.ceilDiv(channels, BLOCK);
  }

  @Override
  public int tasks(int phase) {
    long work = x.elements() + 8L * x.dim(0) * bins * channels;
    return Ranges.parts(work, x.dim(0) * blocks);
  }

  @Override
  public Footprint footprint() {
    return Footprint.NONE.withScratch(BLOCK + RegionMaxima.LANES);
  }

  @Override
  public void compute(int phase, int task, Operands o, Span own) {
    int all = x.dim(0) * blocks;
    int end = Ranges.begin(task + 1, tasks(0), all);
    for (int block = Ranges.begin(task, tasks(0), all); block < end; block++) {
      int image = block / blocks;
      int first = (block - image * blocks) * BLOCK;
      int last = Math.min(channels, first + BLOCK);
      clear(o.output(), image, first, last);
      for (int bin = image * bins; bin < (image + 1) * bins; bin++) {
        long covered = pixels.of(o.input(0), bin);
        if (!RegionPixels.isEmpty(covered)) {
          scatter(o, bin, covered, first, last, own);
        }
      }
    }
  }

  private int begin(int image) {
    return image * x.dim(1) * x.dim(2) * channels;
  }

  private void clear(Span dx, int image, int first, int last) {
    int end = dx.offset() + begin(image + 1);
    for (int at = dx.offset() + begin(image); at < end; at += channels) {
      Arrays.fill(dx.array(), at + first, at + last, 0);
    }
  }

  private void scatter(Operands o, int bin, long covered, int first, int last, Span own) {
    float[] map = o.input(1).array();
    int image = begin(bin / bins);
    int from = o.input(1).offset() + image;
    float[] where = own.array();
    int c = first;
    for (; c + RegionMaxima.LANES <= last; c += RegionMaxima.LANES) {
      maxima.pixels(map, from + c, covered, where, own.offset() + c - first);
    }
    for (; c < last; c++) {
      where[own.offset() + c - first] = maxima.pixel(map, from + c, covered);
    }
    float[] dy = o.input(2).array();
    int at = o.input(2).offset() + bin * channels;
    float[] dx = o.output().array();
    int to = o.output().offset() + image;
    for (c = first; c < last; c++) {
      dx[to + ((int) where[own.offset() + c - first]) * channels + c] += dy[at + c];
    }
  }
}
