package dev.fovea.simd;

import dev.fovea.engine.kernel.Footprint;
import dev.fovea.engine.kernel.Operands;
import dev.fovea.engine.kernel.RegionPixels;
import dev.fovea.engine.kernel.Span;
import dev.fovea.engine.kernel.TaskKernel;
import dev.fovea.op.Regions;
import dev.fovea.tensor.Shape;
import java.util.Arrays;

/** The largest element of each bin of each region: a task is some bins. */
final class RegionMaxPoolKernel implements TaskKernel {
  private final RegionPixels pixels;
  private final RegionMaxima maxima;
  private final Shape x;
  private final int channels;
  private final int bins;
  private final int binsOfPicture;

  RegionMaxPoolKernel(Regions.MaxPool pool, Shape x, Shape y) {
    this.pixels = new RegionPixels(pool, x.dim(1), x.dim(2));
    this.maxima = new RegionMaxima(x.dim(2), x.dim(3));
    this.x = x;
    this.channels = x.dim(3);
    this.binsOfPicture = y.dim(1) * pool.height() * pool.width();
    this.bins = y.dim(0) * binsOfPicture;
  }

  @Override
  public int tasks(int phase) {
    return Ranges.parts(8L * bins * channels, bins);
  }

  @Override
  public Footprint footprint() {
    return Footprint.NONE;
  }

  @Override
  public void compute(int phase, int task, Operands o, Span own) {
    int end = Ranges.begin(task + 1, tasks(0), bins);
    for (int bin = Ranges.begin(task, tasks(0), bins); bin < end; bin++) {
      long covered = pixels.of(o.input(0), bin);
      int at = o.output().offset() + bin * channels;
      if (RegionPixels.isEmpty(covered)) {
        Arrays.fill(o.output().array(), at, at + channels, 0);
      } else {
        pool(o, bin, covered, at);
      }
    }
  }

  private void pool(Operands o, int bin, long covered, int at) {
    float[] map = o.input(1).array();
    float[] to = o.output().array();
    int image = o.input(1).offset() + bin / binsOfPicture * x.dim(1) * x.dim(2) * channels;
    int c = 0;
    for (; c + RegionMaxima.LANES <= channels; c += RegionMaxima.LANES) {
      maxima.values(map, image + c, covered, to, at + c);
    }
    for (; c < channels; c++) {
      to[at + c] = map[image + c + maxima.pixel(map, image + c, covered) * channels];
    }
  }
}
