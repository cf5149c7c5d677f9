package dev.fovea.simd;

import dev.fovea.kernel.Kernel;
import dev.fovea.kernel.Operands;
import dev.fovea.kernel.Span;
import dev.fovea.simd.Correlation.Parts;

/**
 * The weight gradient of a convolution, and Aᵀ·B: a matrix product whose inner dimension is pixels.
 *
 * <p>Strips of rows are copied into the worker's memory, each pixel's channels together, at one
 * distance for every tap; the border is zeros. Each fixed share of the strips has partial sums of
 * its own in the workspace; a second phase adds these in order, so that the result does not depend
 * on the number of threads.
 */
final class CorrelationKernel implements Kernel, TileSums.Rows {
  private final Correlation g;
  private final Micro micro;
  private final StripPacker packer;
  private final Split split;
  private final TileSums sums;
  private final int blocks;
  private final int stripRows;
  private final int strips;
  private final int columnParts;
  private final int rowParts;
  private final int xPixel;
  private final int dPixel;

  CorrelationKernel(Correlation g) {
    this.g = g;
    this.micro = Micros.forColumns(g.columns());
    this.packer = new StripPacker(g);
    this.split = Split.of(g.inner(), micro.maxRows());
    this.blocks = Ranges.ceilDiv(g.columns(), micro.columns());
    Parts parts = g.parts();
    this.rowParts = Math.min(split.blocks(), parts.rows());
    this.columnParts = Math.min(blocks, parts.columns());
    this.stripRows = Ranges.clamp(g.stripTarget() / g.planeCols(), 1, g.rows());
    this.strips = g.n() * Ranges.ceilDiv(g.rows(), stripRows);
    int wanted = Ranges.ceilDiv(g.usefulTasks(), g.groups() * rowParts * columnParts);
    int tiles = g.window().taps() * split.blocks();
    this.sums = TileSums.of(g, micro.columns(), blocks, tiles, Math.min(wanted, strips));
    this.xPixel = apart(Ranges.ceilDiv(split.blocks(), rowParts) * split.size());
    this.dPixel = apart(Ranges.ceilDiv(blocks, columnParts) * micro.columns());
  }

  /** Returns a distance for so many floats that keeps neighbours from one place in a cache. */
  private static int apart(int floats) {
    int lines = Ranges.ceilDiv(floats, 16);
    return (lines % 2 == 0 ? lines + 1 : lines) * 16;
  }

  @Override
  public int phases() {
    return 2;
  }

  @Override
  public int tasks(int phase) {
    if (phase == 1) {
      return sums.tasks();
    }
    return g.flops() < Ranges.SMALL ? 1 : parts();
  }

  private int parts() {
    return sums.shares() * g.groups() * columnParts * rowParts;
  }

  @Override
  public int workspace() {
    return sums.size();
  }

  @Override
  public int scratch() {
    return xSize() + stripRows * g.planeCols() * dPixel;
  }

  private int xSize() {
    return g.stripPixels(stripRows) * xPixel;
  }

  @Override
  public int tile(int tap, int channel) {
    return tap * split.blocks() + channel / split.size();
  }

  @Override
  public int within(int tap, int channel) {
    return channel - split.begin(channel / split.size());
  }

  @Override
  public void run(int phase, int task, Operands operands, Span own) {
    if (phase == 1) {
      sums.gather(task, this, operands);
      return;
    }
    int end = Ranges.begin(task + 1, tasks(0), parts());
    for (int i = Ranges.begin(task, tasks(0), parts()); i < end; i++) {
      sum(i, operands, own);
    }
  }

  /** A share of the pixels, and blocks of columns and of channels of a group. */
  private record Part(int share, int group, int b0, int b1, int c0, int c1) {}

  private void sum(int index, Operands operands, Span own) {
    int columnPart = index % columnParts;
    int rowPart = index / columnParts % rowParts;
    int group = index / columnParts / rowParts % g.groups();
    int share = index / columnParts / rowParts / g.groups();
    Part part =
        new Part(
            share,
            group,
            Ranges.begin(columnPart, columnParts, blocks),
            Ranges.begin(columnPart + 1, columnParts, blocks),
            Ranges.begin(rowPart, rowParts, split.blocks()),
            Ranges.begin(rowPart + 1, rowParts, split.blocks()));
    clear(part, operands);
    int end = Ranges.begin(share + 1, sums.shares(), strips);
    for (int i = Ranges.begin(share, sums.shares(), strips); i < end; i++) {
      strip(i, part, operands, own);
    }
  }

  private void clear(Part p, Operands operands) {
    for (int b = p.b0; b < p.b1; b++) {
      for (int t = 0; t < sums.tiles(); t++) {
        int c = t % split.blocks();
        if (c >= p.c0 && c < p.c1) {
          sums.clearTile(operands, p.share, p.group, b, t);
        }
      }
    }
  }

  private void strip(int strip, Part p, Operands operands, Span own) {
    int perImage = strips / g.n();
    int image = strip / perImage;
    int row0 = strip % perImage * stripRows;
    int r = Math.min(stripRows, g.rows() - row0);
    float[] f = own.array();
    int xs = own.offset();
    int ds = xs + xSize();
    int nr = micro.columns();
    int c = split.begin(p.c0);
    Span x = operands.input(0).after(p.group * g.xGroup() + c);
    packer.pixels(x, image, row0, r, split.begin(p.c1 - 1) + split.size() - c, xPixel, f, xs);
    Span d = operands.input(1).after(p.group * g.dGroup() + p.b0 * nr * g.dColumn());
    int columns = Math.min(g.columns(), p.b1 * nr) - p.b0 * nr;
    packer.gradient(d, image, row0, r, columns, (p.b1 - p.b0) * nr, dPixel, f, ds);
    int k = (r - 1) * g.planeCols() + g.cols();
    float[] to = operands.workspace().array();
    for (int b = p.b0; b < p.b1; b++) {
      int first = sums.at(operands, p.share, p.group, b, 0);
      tiles(r, k, p, f, xs, ds + (b - p.b0) * nr, to, first);
    }
  }

  private void tiles(int r, int k, Part p, float[] f, int xs, int ds, float[] to, int first) {
    for (int tap = 0; tap < g.window().taps(); tap++) {
      int from = xs + g.tapOffset(tap, r) * xPixel - split.begin(p.c0);
      for (int c = p.c0; c < p.c1; c++) {
        int tile = first + (tap * split.blocks() + c) * sums.tileSize();
        micro.outer(split.size(), k, f, from + split.begin(c), xPixel, f, ds, dPixel, to, tile);
      }
    }
  }
}
