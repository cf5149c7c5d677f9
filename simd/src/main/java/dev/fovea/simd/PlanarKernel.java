package dev.fovea.simd;

import dev.fovea.engine.kernel.Footprint;
import dev.fovea.engine.kernel.Operands;
import dev.fovea.engine.kernel.Span;
import dev.fovea.engine.kernel.TaskKernel;
import dev.fovea.op.Activation;
import dev.fovea.op.Epilogue;
import dev.fovea.simd.Sliding.Grid;
import dev.fovea.simd.Sliding.Tap;
import java.util.Arrays;

/**
 * Convolution and its transpose of stride 1 to a few output channels: vectors run over pixels.
 *
 * <p>The padded image is first brought into planes [channel][row][column] in the worker's memory;
 * pixels are then neighbours across row ends too, at the price of a few sums that are thrown away.
 */
final class PlanarKernel implements TaskKernel {
  /** The most output channels; above that, vectors over channels lose little. */
  private static final int MOST_COLUMNS = 12;

  /** How many floats of planes a task holds at once. */
  private static final int STRIP = 49_152;

  private final Sliding s;
  private final Grid grid;
  private final Panels panels;
  private final Epilogue epilogue;
  private final boolean packed;
  private final int top;
  private final int left;
  private final int spanHeight;
  private final int width;
  private final int parts;
  private final int rowsPerPart;
  private final int[] reach;

  PlanarKernel(Sliding s, Panels panels, Epilogue epilogue, boolean packed) {
    this.s = s;
    this.grid = s.grids().get(0);
    this.panels = panels;
    this.epilogue = epilogue;
    this.packed = packed;
    this.top = grid.taps().stream().mapToInt(Tap::dh).min().orElse(0);
    this.left = grid.taps().stream().mapToInt(Tap::dw).min().orElse(0);
    this.spanHeight = grid.taps().stream().mapToInt(Tap::dh).max().orElse(0) - top + 1;
    int right = grid.taps().stream().mapToInt(Tap::dw).max().orElse(0);
    this.width = grid.cols() + right - left;
    long image = (long) (grid.rows() + spanHeight) * width * s.inner();
    long wanted = flops() < Ranges.SMALL ? 1 : Ranges.ceilDiv(16, s.n());
    this.parts = Ranges.clamp(Math.max(wanted, image / STRIP + 1), 1, grid.rows());
    // All strips but the last have the same number of rows, so one table of distances serves them.
    this.rowsPerPart = Ranges.ceilDiv(grid.rows(), parts);
    this.reach = reach();
  }

  /** Returns whether this kernel suits a geometry: stride 1, one group, few output channels. */
  static boolean suits(Sliding s) {
    return s.sumsStraight()
        && s.groups() == 1
        && s.strideHeight() * s.strideWidth() == 1
        && s.columns() <= Math.min(MOST_COLUMNS, Micros.VECTORS.widest().maxRows())
        && s.inner() <= 64
        && s.grids().get(0).taps().size() > 1
        && s.grids().get(0).cols() >= 8;
  }

  private long flops() {
    return 2L * s.n() * grid.rows() * grid.cols() * grid.taps().size() * s.inner() * s.columns();
  }

  private int[] reach() {
    int[] t = new int[grid.taps().size() * s.inner()];
    for (Tap tap : grid.taps()) {
      for (int c = 0; c < s.inner(); c++) {
        t[tap.weight() * s.inner() + c] = c * plane() + (tap.dh() - top) * width + tap.dw() - left;
      }
    }
    return t;
  }

  private int plane() {
    return (rowsPerPart + spanHeight - 1) * width;
  }

  /** Returns the length of a row of sums: all pixels of a strip, up to a whole tile. */
  private int sums() {
    return Ranges.roundUp(rowsPerPart * width, panels.micro().columns());
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
    return flops() < Ranges.SMALL ? 1 : s.n() * parts;
  }

  @Override
  public Footprint footprint() {
    return Footprint.NONE.withWorkspace(packed ? 0 : panels.size()).withScratch(scratch());
  }

  private int scratch() {
    return s.columns() * sums() + s.inner() * plane() + 2 * panels.micro().columns() + spanHeight;
  }

  @Override
  public void compute(int phase, int task, Operands operands, Span own) {
    if (!packed && phase == 0) {
      Span b = operands.input(1);
      Span to = operands.workspace();
      panels.pack(task, b.array(), b.offset(), to.array(), to.offset());
    } else if (tasks(phase) == 1) {
      for (int i = 0; i < s.n() * parts; i++) {
        strip(i, operands, own);
      }
    } else {
      strip(task, operands, own);
    }
  }

  private void strip(int task, Operands operands, Span own) {
    int image = task / parts;
    int row0 = task % parts * rowsPerPart;
    int rows = Math.min(rowsPerPart, grid.rows() - row0);
    if (rows <= 0) {
      return;
    }
    float[] f = own.array();
    int sums = own.offset();
    int planes = sums + s.columns() * sums();
    planes(operands.input(0), image, row0 + top, rows + spanHeight - 1, f, planes);
    Arrays.fill(f, planes + s.inner() * plane(), own.offset() + scratch(), 0);
    int pixels = (rows - 1) * width + grid.cols();
    start(operands, pixels, f, sums);
    Span w = packed ? operands.input(1) : operands.workspace();
    Micro micro = panels.micro();
    for (int p = 0; p < pixels; p += micro.columns()) {
      int at = w.offset();
      micro.planar(
          s.columns(), reach.length, w.array(), at, f, planes + p, reach, f, sums + p, sums());
    }
    finish(operands, image, row0, rows, f, sums);
  }

  private void planes(Span x, int image, int firstRow, int rows, float[] f, int planes) {
    int c = s.inChannels();
    int from = Math.min(width, Math.max(0, -left));
    int to = Math.max(from, Math.min(width, s.inWidth() - left));
    for (int r = 0; r < rows; r++) {
      int h = firstRow + r;
      boolean inside = h >= 0 && h < s.inHeight();
      int source = x.offset() + ((image * s.inHeight() + h) * s.inWidth() + left + from) * c;
      for (int i = 0; i < c; i++) {
        int line = planes + i * plane() + r * width;
        if (inside) {
          Arrays.fill(f, line, line + from, 0);
          Transposes.stride(x.array(), source + i, c, f, line + from, to - from);
          Arrays.fill(f, line + to, line + width, 0);
        } else {
          Arrays.fill(f, line, line + width, 0);
        }
      }
    }
  }

  private void start(Operands operands, int pixels, float[] f, int sums) {
    int length = Ranges.roundUp(pixels, panels.micro().columns());
    for (int k = 0; k < s.columns(); k++) {
      float bias = 0;
      if (epilogue.bias()) {
        Span b = operands.input(epilogue.biasInput());
        bias = b.array()[b.offset() + k];
      }
      Arrays.fill(f, sums + k * sums(), sums + k * sums() + length, bias);
    }
  }

  private void finish(Operands operands, int image, int row0, int rows, float[] f, int sums) {
    int k = s.columns();
    int pixels = (rows - 1) * width + grid.cols();
    Span y = operands.output();
    for (int r = 0; r < rows; r++) {
      int at = (image * s.outHeight() + row0 + r) * s.outWidth() * k;
      if (epilogue.residual()) {
        Span add = operands.input(epilogue.residualInput());
        addRow(add.array(), add.offset() + at, f, sums + r * width);
      }
    }
    if (epilogue.activation().kind() != Activation.Kind.IDENTITY) {
      int n = Ranges.roundUp(pixels, panels.micro().columns());
      for (int i = 0; i < k; i++) {
        Activations.finish(epilogue, f, sums + i * sums(), n);
      }
    }
    for (int r = 0; r < rows; r++) {
      int at = y.offset() + (image * s.outHeight() + row0 + r) * s.outWidth() * k;
      int row = sums + r * width;
      int whole = k / Transposes.PLANES * Transposes.PLANES;
      for (int i = 0; i < whole; i += Transposes.PLANES) {
        Transposes.join(f, row + i * sums(), sums(), y.array(), at + i, k, grid.cols());
      }
      for (int i = whole; i < k; i++) {
        Transposes.spread(f, row + i * sums(), y.array(), at + i, k, grid.cols());
      }
    }
  }

  private void addRow(float[] add, int from, float[] f, int at) {
    int k = s.columns();
    for (int i = 0; i < k; i++) {
      int to = at + i * sums();
      for (int col = 0; col < grid.cols(); col++) {
        f[to + col] += add[from + col * k + i];
      }
    }
  }
}
