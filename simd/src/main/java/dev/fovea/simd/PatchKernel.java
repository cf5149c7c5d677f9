package dev.fovea.simd;

import dev.fovea.engine.kernel.Footprint;
import dev.fovea.engine.kernel.Operands;
import dev.fovea.engine.kernel.Span;
import dev.fovea.engine.kernel.TaskKernel;
import dev.fovea.op.Epilogue;
import dev.fovea.simd.Sliding.Grid;
import dev.fovea.simd.Sliding.Tap;
import java.util.Arrays;

/**
 * Convolution and its transpose of stride 1 for a few input channels, such as a network's first
 * layer: all taps and channels of a window are summed in one loop.
 *
 * <p>A padded image is first copied, with its border, into the worker's memory, so that every
 * window reads at the same distances from its first pixel.
 */
final class PatchKernel implements TaskKernel {
  private static final int MR = Micro.ROWS;

  /** How many floats of a padded image a task holds at once. */
  private static final int STRIP = 32_768;

  /** From here on a loop per row of the window is faster than one over a table of distances. */
  private static final int LONG_RUN = 24;

  private final Sliding s;
  private final Grid grid;
  private final Panels panels;
  private final Finish finish;
  private final boolean packed;
  private final boolean copy;
  private final int top;
  private final int left;
  private final int spanHeight;
  private final int width;
  private final int pitch;
  private final int[] reach;
  private final int run;
  private final boolean direct;
  private final int parts;

  PatchKernel(Sliding s, Panels panels, Epilogue epilogue, boolean packed) {
    this.s = s;
    this.grid = s.grids().get(0);
    this.panels = panels;
    this.finish = new Finish(panels.micro(), epilogue);
    this.packed = packed;
    this.copy = s.padded();
    this.top = grid.taps().stream().mapToInt(Tap::dh).min().orElse(0);
    this.left = grid.taps().stream().mapToInt(Tap::dw).min().orElse(0);
    this.spanHeight = grid.taps().stream().mapToInt(Tap::dh).max().orElse(0) - top + 1;
    int right = grid.taps().stream().mapToInt(Tap::dw).max().orElse(0);
    this.width = (grid.cols() - 1) * s.strideWidth() + right - left + 1;
    this.pitch = (copy ? width : s.inWidth()) * s.inChannels();
    this.reach = reach();
    this.run = run();
    boolean simple = Bounds.of(epilogue.activation()).isPresent();
    boolean wide = panels.micro().columns() == Micros.VECTORS.widest().columns();
    this.direct = run == 0 && wide && simple && !epilogue.residual();
    long image = (long) ((grid.rows() - 1) * s.strideHeight() + spanHeight) * width;
    long flops = 2L * s.n() * grid.rows() * grid.cols() * reach.length * s.columns() * s.groups();
    int wanted = flops < Ranges.SMALL ? 1 : Ranges.ceilDiv(16, Math.max(1, s.n()));
    long fit = copy ? image * s.inChannels() / STRIP + 1 : 1;
    this.parts = Ranges.clamp(Math.max(wanted, fit), 1, grid.rows());
  }

  /** Returns whether this kernel suits a geometry: one grid, few channels per group. */
  static boolean suits(Sliding s) {
    return s.sumsStraight() && s.inner() <= 32 && s.grids().get(0).taps().size() > 1;
  }

  private int[] reach() {
    int[] t = new int[grid.taps().size() * s.inner()];
    for (Tap tap : grid.taps()) {
      for (int c = 0; c < s.inner(); c++) {
        t[tap.weight() * s.inner() + c] =
            (tap.dh() - top) * pitch + (tap.dw() - left) * s.inChannels() + c;
      }
    }
    return t;
  }

  /** Returns how many neighbours a window reads from one row if they are enough for a loop. */
  private int run() {
    int n = 1;
    while (n < reach.length && reach[n] == reach[n - 1] + 1) {
      n++;
    }
    for (int i = 0; i < reach.length; i++) {
      if (reach[i] != reach[i / n * n] + i % n) {
        return 0;
      }
    }
    return n >= LONG_RUN && reach.length % n == 0 ? n : 0;
  }

  @Override
  public int phases() {
    return packed ? 1 : 2;
  }

  @Override
  public int tasks(int phase) {
    if (!packed && phase == 0) {
      return panels.tasks();
    }
    return small() ? 1 : s.n() * parts;
  }

  private boolean small() {
    long pixels = (long) s.n() * grid.rows() * grid.cols();
    return 2L * pixels * reach.length * s.columns() * s.groups() < Ranges.SMALL;
  }

  @Override
  public Footprint footprint() {
    return Footprint.NONE.withWorkspace(packed ? 0 : panels.size()).withScratch(scratch());
  }

  private int scratch() {
    int rows = Ranges.ceilDiv(grid.rows(), parts);
    int strip = ((rows - 1) * s.strideHeight() + spanHeight) * pitch;
    return MR * panels.micro().columns() + 2 * 16 + (copy ? strip : 0);
  }

  @Override
  public void compute(int phase, int task, Operands operands, Span own) {
    if (!packed && phase == 0) {
      Span b = operands.input(1);
      Span to = operands.workspace();
      panels.pack(task, b.array(), b.offset(), to.array(), to.offset());
    } else if (small()) {
      for (int i = 0; i < s.n() * parts; i++) {
        strip(i, operands, own);
      }
    } else {
      strip(task, operands, own);
    }
  }

  private void strip(int task, Operands operands, Span own) {
    int image = task / parts;
    int row0 = Ranges.begin(task % parts, parts, grid.rows());
    int row1 = Ranges.begin(task % parts + 1, parts, grid.rows());
    Span x = operands.input(0);
    int firstRow = row0 * s.strideHeight() + top;
    int sums = own.offset();
    int table = sums + MR * panels.micro().columns();
    if (copy) {
      int at = table + 2 * 16;
      copyRows(x, image, firstRow, (row1 - row0 - 1) * s.strideHeight() + spanHeight, own, at);
      tiles(image, row0, row1, own.array(), at, operands, own.array(), sums, table);
    } else {
      int at = x.offset() + (image * s.inHeight() + firstRow) * pitch + left * s.inChannels();
      tiles(image, row0, row1, x.array(), at, operands, own.array(), sums, table);
    }
  }

  private void copyRows(Span x, int image, int firstRow, int rows, Span own, int at) {
    float[] f = own.array();
    int c = s.inChannels();
    int from = Math.max(0, -left);
    int to = Math.max(from, Math.min(width, s.inWidth() - left));
    for (int r = 0; r < rows; r++) {
      int h = firstRow + r;
      int line = at + r * pitch;
      if (h < 0 || h >= s.inHeight() || from >= to) {
        Arrays.fill(f, line, line + pitch, 0);
        continue;
      }
      Arrays.fill(f, line, line + from * c, 0);
      int source = x.offset() + ((image * s.inHeight() + h) * s.inWidth() + left + from) * c;
      System.arraycopy(x.array(), source, f, line + from * c, (to - from) * c);
      Arrays.fill(f, line + to * c, line + pitch, 0);
    }
  }

  private void tiles(
      int image,
      int row0,
      int row1,
      float[] x,
      int at,
      Operands operands,
      float[] f,
      int sums,
      int table) {
    int pixels = (row1 - row0) * grid.cols();
    int tiles = Ranges.ceilDiv(pixels, panels.micro().maxRows());
    int m = tiles == 0 ? 0 : Ranges.ceilDiv(pixels, tiles);
    int out = (image * s.outHeight() + row0) * s.outWidth() * s.outChannels();
    for (int t = 0; t < tiles; t++) {
      int p = Math.min(t * m, pixels - m);
      locate(p, m, at, out, f, table);
      for (int g = 0; g < s.groups(); g++) {
        blocks(g, m, x, operands, f, sums, table);
        for (int i = 0; i < m && g + 1 < s.groups(); i++) {
          int next = Float.floatToRawIntBits(f[table + 16 + i]) + s.groupIn();
          f[table + 16 + i] = Float.intBitsToFloat(next);
        }
      }
    }
  }

  private void locate(int pixel, int m, int at, int out, float[] f, int table) {
    int col = pixel % grid.cols();
    int row = pixel / grid.cols();
    for (int i = 0; i < m; i++) {
      int from = at + row * s.strideHeight() * pitch + col * s.strideWidth() * s.inChannels();
      f[table + 16 + i] = Float.intBitsToFloat(from);
      f[table + i] = Float.intBitsToFloat(out + (pixel + i) * s.outChannels());
      col++;
      if (col == grid.cols()) {
        col = 0;
        row++;
      }
    }
  }

  private void blocks(
      int group, int m, float[] x, Operands operands, float[] f, int sums, int table) {
    Span w = packed ? operands.input(1) : operands.workspace();
    int nr = panels.micro().columns();
    for (int b = 0; b < panels.blocks(); b++) {
      int column = group * s.columns() + b * nr;
      int used = panels.used(b);
      int wo = w.offset() + panels.at(group, b);
      boolean whole = used == nr && m == panels.micro().maxRows();
      if (direct && whole && panels.micro().takesPatches(m)) {
        direct(m, column, x, w.array(), wo, operands, f, sums, table);
        continue;
      }
      finish.start(operands, m, column, used, f, sums);
      accumulate(m, x, w.array(), wo, f, sums, table + 16);
      finish.store(operands, m, column, used, f, sums, f, table);
    }
  }

  /** Computes a tile from the bias to the activation without a stop in memory. */
  private void direct(
      int m,
      int column,
      float[] x,
      float[] w,
      int wo,
      Operands operands,
      float[] f,
      int zeros,
      int table) {
    Epilogue e = finish.epilogue();
    float[] from = f;
    int at = zeros;
    if (e.bias()) {
      Span bias = operands.input(e.biasInput());
      from = bias.array();
      at = bias.offset() + column;
    } else {
      Arrays.fill(f, zeros, zeros + panels.micro().columns(), 0);
    }
    Bounds bounds = Bounds.of(e.activation()).orElse(Bounds.NONE);
    float floor = bounds.least();
    int k = reach.length;
    int step = s.outChannels();
    float[] y = operands.output().array();
    int to = operands.output().offset() + Float.floatToRawIntBits(f[table]) + column;
    panels.micro().patches(m, k, x, f, table + 16, reach, w, wo, from, at, floor, y, to, step);
    bounds.lower(m, y, to, step, panels.micro().columns());
  }

  private void accumulate(int m, float[] x, float[] w, int wo, float[] f, int sums, int table) {
    Micro micro = panels.micro();
    if (run == 0) {
      micro.gather(m, reach.length, x, f, table, reach, w, wo, f, sums);
      return;
    }
    for (int i = 0; i < reach.length; i += run) {
      micro.rows(m, run, x, reach[i], f, table, w, wo + i * micro.columns(), f, sums);
    }
  }
}
