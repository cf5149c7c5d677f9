package dev.fovea.simd;

import dev.fovea.engine.kernel.Footprint;
import dev.fovea.engine.kernel.Operands;
import dev.fovea.engine.kernel.Span;
import dev.fovea.engine.kernel.TaskKernel;
import dev.fovea.op.Epilogue;
import dev.fovea.simd.Sliding.Grid;
import dev.fovea.simd.Sliding.Tap;

/**
 * Convolution, transposed convolution and matrix product as an indirect matrix product.
 *
 * <p>Nothing is copied: a tile of up to 12 output pixels reads, tap by tap, runs of input channels
 * at 12 offsets; those outside the image point at zeros, at the beginning of the input's array or,
 * where the input is pairs of bfloat16, directly before it. Tiles of a task are swept once per
 * block of columns, whose panel of weights stays in the L2 cache.
 */
final class SlidingKernel implements TaskKernel {
  /** Floats of a panel that may be swept at once: half of an L2 cache of 1 MiB. */
  private static final int PANEL = 131_072;

  /** The longest run of inner products between two loads of the accumulators. */
  private static final int RUN = 2048;

  /** Blocks of columns whose sums are held before they are stored: 512 floats a row at 512 bits. */
  private static final int BLOCKS = 16;

  private static final int MR = Micro.ROWS;

  private final Sliding s;
  private final Panels panels;
  private final Finish finish;
  private final boolean packed;
  private final GridWork[] grids;
  private final int tasks;
  private final int scratch;

  SlidingKernel(Sliding s, Panels panels, Epilogue epilogue, boolean packed) {
    this.s = s;
    this.panels = panels;
    this.finish = new Finish(panels.micro(), epilogue);
    this.packed = packed;
    this.grids = new GridWork[s.grids().size()];
    int first = 0;
    int most = 0;
    for (int i = 0; i < grids.length; i++) {
      grids[i] = new GridWork(s, panels, s.grids().get(i), first);
      first += grids[i].tasks();
      most = Math.max(most, grids[i].scratch());
    }
    this.tasks = first;
    this.scratch = most;
  }

  /**
   * A grid cut into tasks: chunks of tiles × groups × ranges of blocks, and its runs of inputs.
   *
   * <p>All tiles have the same number of rows, the last one computing some of its neighbour's again
   * without storing them: a micro-kernel that is called rarely would not be compiled for long.
   */
  private static final class GridWork {
    final Grid grid;
    final int first;
    final int pixels;
    final int tiles;
    final int tileRows;
    final int chunks;
    final int chunkTiles;
    final int blockParts;
    final TaskOrder order;
    final int blocks;
    final int groups;
    final int[] runLength;
    final int[] runWeight;
    final int[] runChannel;
    final Tap[] runTap;
    final int runsAtOnce;
    final int blocksAtOnce;
    final int nr;

    GridWork(Sliding s, Panels panels, Grid grid, int first) {
      this.grid = grid;
      this.first = first;
      this.groups = s.groups();
      this.nr = panels.micro().columns();
      this.blocks = panels.blocks();
      int perTap = Ranges.ceilDiv(s.inner(), RUN);
      int runs = grid.taps().size() * perTap;
      runLength = new int[runs];
      runWeight = new int[runs];
      runChannel = new int[runs];
      runTap = new Tap[runs];
      for (int i = 0; i < runs; i++) {
        runTap[i] = grid.taps().get(i / perTap);
        runChannel[i] = Ranges.begin(i % perTap, perTap, s.inner());
        runLength[i] = Ranges.begin(i % perTap + 1, perTap, s.inner()) - runChannel[i];
        runWeight[i] = (runTap[i].weight() * s.inner() + runChannel[i]) * nr;
      }
      pixels = s.n() * grid.rows() * grid.cols();
      tiles = Math.max(1, Ranges.ceilDiv(pixels, panels.micro().maxRows()));
      tileRows = Ranges.ceilDiv(pixels, tiles);
      int runSize = Math.max(1, Math.ceilDiv(s.inner(), perTap) * nr);
      runsAtOnce = Math.max(1, PANEL / runSize);
      blocksAtOnce = Ranges.clamp(PANEL / runSize / Math.max(1, runs), 1, BLOCKS);
      long flops = 2L * pixels * grid.taps().size() * s.inner() * s.columns() * s.groups();
      boolean small = flops < Ranges.SMALL;
      int fit = Ranges.clamp(16_384 / (MR * Math.max(1, runs)), 1, 16);
      int even = Math.max(4, Ranges.ceilDiv(tiles * groups, 24));
      chunkTiles = small ? tiles : Math.min(tiles, Math.min(fit, even));
      chunks = Ranges.ceilDiv(tiles, chunkTiles);
      int wanted = Ranges.ceilDiv(16, chunks * groups);
      blockParts = small ? 1 : Math.min(panels.blocks(), wanted);
      long read = (long) s.n() * s.inHeight() * s.inWidth() * s.inChannels();
      long written = (long) pixels * s.outChannels();
      order = TaskOrder.of(chunks, blockParts, panels.size(), read + written);
    }

    /** Returns where a tile begins; rows before tile · tileRows are stored by its neighbour. */
    int firstPixel(int tile) {
      return Math.min(tile * tileRows, pixels - tileRows);
    }

    int tasks() {
      return pixels == 0 ? 0 : order.tasks() * groups;
    }

    boolean atOnce() {
      return runLength.length <= runsAtOnce;
    }

    int tileSize() {
      return MR * nr;
    }

    int mostTiles() {
      return Ranges.ceilDiv(tiles, chunks) + 1;
    }

    int scratch() {
      int held = Math.min(blocksAtOnce, blocks);
      int sums = (atOnce() ? held : mostTiles()) * tileSize();
      return sums + mostTiles() * MR * (runLength.length + 1);
    }
  }

  @Override
  public int phases() {
    return packed ? 1 : 2;
  }

  @Override
  public int tasks(int phase) {
    return packing(phase) ? panels.tasks() : Math.max(1, tasks);
  }

  private boolean packing(int phase) {
    return !packed && phase == 0;
  }

  /** Returns how many zeros are read in the place of what is outside. */
  int zeros() {
    return s.padded() ? Math.min(RUN, s.inner()) : 0;
  }

  @Override
  public Footprint footprint() {
    Footprint f =
        Footprint.NONE
            .withWorkspace(packed ? 0 : panels.size())
            .withScratch(scratch)
            .withZeros(panels.rounding().isPresent() ? 0 : zeros());
    Epilogue e = finish.epilogue();
    return e.residual() ? f.over(e.residualInput()) : f;
  }

  @Override
  public void compute(int phase, int task, Operands operands, Span own) {
    if (packing(phase)) {
      Span b = operands.input(1);
      Span to = operands.workspace();
      panels.pack(task, b.array(), b.offset(), to.array(), to.offset());
      return;
    }
    if (tasks == 0) {
      return;
    }
    int g = grids.length - 1;
    while (grids[g].first > task) {
      g--;
    }
    GridWork work = grids[g];
    int local = task - work.first;
    TaskOrder order = work.order;
    int chunk = order.chunk(local % order.tasks());
    int part = order.part(local % order.tasks());
    int group = local / order.tasks();
    sweep(work, group, chunk, part, operands, own);
  }

  private void sweep(GridWork work, int group, int chunk, int part, Operands operands, Span own) {
    float[] f = own.array();
    int tile0 = Ranges.begin(chunk, work.chunks, work.tiles);
    int tile1 = Ranges.begin(chunk + 1, work.chunks, work.tiles);
    int sums = own.offset();
    int offsets = own.offset() + work.scratch() - work.mostTiles() * MR * (1 + runs(work));
    Span x = operands.input(0);
    int outside = panels.rounding().isPresent() ? x.offset() - zeros() : 0;
    for (int t = tile0; t < tile1; t++) {
      int at = offsets + (t - tile0) * MR * (1 + runs(work));
      locate(work, t, x.offset() + group * s.groupIn(), outside, f, at);
    }
    int b0 = Ranges.begin(part, work.blockParts, work.blocks);
    int b1 = Ranges.begin(part + 1, work.blockParts, work.blocks);
    if (!work.atOnce()) {
      for (int b = b0; b < b1; b++) {
        sweepInParts(work, group, b, tile0, tile1, operands, f, sums, offsets);
      }
      return;
    }
    for (int b = b0; b < b1; b += work.blocksAtOnce) {
      int end = Math.min(b1, b + work.blocksAtOnce);
      for (int t = tile0; t < tile1; t++) {
        int at = offsets + (t - tile0) * MR * (1 + runs(work));
        tile(work, group, b, end, t, operands, f, sums, at);
      }
    }
  }

  private static int runs(GridWork work) {
    return work.runLength.length;
  }

  /** Writes a tile's offsets in the output, then those in the input for each run. */
  private void locate(GridWork work, int tile, int base, int outside, float[] f, int at) {
    Grid grid = work.grid;
    int m = work.tileRows;
    int p = work.firstPixel(tile);
    int col = p % grid.cols();
    int row = p / grid.cols() % grid.rows();
    int image = p / grid.cols() / grid.rows();
    for (int i = 0; i < m; i++) {
      int outRow = image * s.outHeight() + row * grid.stepDown() + grid.top();
      int out = (outRow * s.outWidth() + col * grid.stepRight() + grid.left()) * s.outChannels();
      f[at + i] = Float.intBitsToFloat(out);
      int down = row * s.strideHeight();
      locatePixel(work, image * s.inHeight(), down, col, base, outside, f, at + MR + i);
      col++;
      if (col == grid.cols()) {
        col = 0;
        row++;
        if (row == grid.rows()) {
          row = 0;
          image++;
        }
      }
    }
  }

  private void locatePixel(
      GridWork work, int imageRow, int row, int col, int base, int outside, float[] f, int at) {
    int left = col * s.strideWidth();
    for (int r = 0; r < runs(work); r++) {
      int h = row + work.runTap[r].dh();
      int w = left + work.runTap[r].dw();
      boolean inside = h >= 0 && h < s.inHeight() && w >= 0 && w < s.inWidth();
      int offset = ((imageRow + h) * s.inWidth() + w) * s.inChannels() + work.runChannel[r] + base;
      f[at + r * MR] = Float.intBitsToFloat(inside ? offset : outside);
    }
  }

  /** Computes a tile of some blocks of columns, then stores row by row, as memory likes it. */
  private void tile(
      GridWork work,
      int group,
      int begin,
      int end,
      int t,
      Operands operands,
      float[] f,
      int sums,
      int at) {
    int m = work.tileRows;
    int size = work.tileSize();
    for (int b = begin; b < end; b++) {
      int c = sums + (b - begin) * size;
      int bias = biasColumn(group, b * work.nr);
      finish.start(operands, m, bias, panels.used(b), f, c);
      accumulate(work, group, b, 0, runs(work), m, operands, f, c, at + MR);
    }
    int skip = t * m - work.firstPixel(t);
    int first = begin * work.nr;
    int cols = Math.min(end * work.nr, s.columns()) - first;
    int c = sums + skip * work.nr;
    int shift = group * s.groupOut() + first;
    finish.store(operands, m - skip, shift, cols, f, c, size, f, at + skip);
  }

  /** Returns the bias column: groups of a convolution lie side by side, products share it. */
  private int biasColumn(int group, int first) {
    return s.outChannels() > s.columns() ? group * s.columns() + first : first;
  }

  private void sweepInParts(
      GridWork work,
      int group,
      int block,
      int tile0,
      int tile1,
      Operands operands,
      float[] f,
      int sums,
      int offsets) {
    int first = block * work.nr;
    int bias = biasColumn(group, first);
    int used = panels.used(block);
    int tileSize = work.tileSize();
    for (int r = 0; r < runs(work); r += work.runsAtOnce) {
      int end = Math.min(runs(work), r + work.runsAtOnce);
      for (int t = tile0; t < tile1; t++) {
        int m = work.tileRows;
        int at = offsets + (t - tile0) * MR * (1 + runs(work));
        int c = sums + (t - tile0) * tileSize;
        if (r == 0) {
          finish.start(operands, m, bias, used, f, c);
        }
        accumulate(work, group, block, r, end, m, operands, f, c, at + MR);
        if (end == runs(work)) {
          int skip = t * m - work.firstPixel(t);
          c += skip * work.nr;
          finish.store(operands, m - skip, group * s.groupOut() + first, used, f, c, f, at + skip);
        }
      }
    }
  }

  private void accumulate(
      GridWork work,
      int group,
      int block,
      int from,
      int to,
      int m,
      Operands operands,
      float[] f,
      int sums,
      int offsets) {
    Span x = operands.input(0);
    Span w = packed ? operands.input(1) : operands.workspace();
    int panel = w.offset() + panels.at(group, block);
    for (int r = from; r < to; r++) {
      panels
          .micro()
          .rows(
              m,
              work.runLength[r],
              x.array(),
              0,
              f,
              offsets + r * MR,
              w.array(),
              panel + work.runWeight[r],
              f,
              sums);
    }
  }
}
