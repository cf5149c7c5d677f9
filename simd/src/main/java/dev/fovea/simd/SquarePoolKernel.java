package dev.fovea.simd;

import dev.fovea.engine.kernel.Operands;
import dev.fovea.engine.kernel.Span;
import dev.fovea.engine.kernel.TaskKernel;
import dev.fovea.op.Window2d;
import dev.fovea.simd.RowLoops.Extent;
import dev.fovea.tensor.Shape;

/**
 * Max pooling with dense windows of 2×2 or 3×3 pixels, and the mean of 2×2 pixels that lie side by
 * side, in one sweep.
 */
final class SquarePoolKernel implements TaskKernel {
  private static final int L = Species.FLOATS.length();

  private final Window2d v;
  private final boolean average;
  private final int height;
  private final int width;
  private final int channels;
  private final int rows;
  private final int cols;
  private final int allRows;

  SquarePoolKernel(Window2d v, boolean average, Shape x, Shape y) {
    this.v = v;
    this.average = average;
    this.height = x.dim(1);
    this.width = x.dim(2);
    this.channels = x.dim(3);
    this.rows = y.dim(1);
    this.cols = y.dim(2);
    this.allRows = y.dim(0) * rows;
  }

  /** Returns whether this kernel suits a geometry. */
  static boolean suits(Window2d v, boolean average, int channels) {
    if (average) {
      return sideBySide(v);
    }
    boolean square = v.kernelHeight() == v.kernelWidth();
    boolean dense = v.dilationHeight() * v.dilationWidth() == 1;
    boolean small = v.kernelHeight() == 2 || v.kernelHeight() == 3;
    return square && dense && small && channels >= L;
  }

  /** Returns whether the windows are 2×2 pixels, meet and do not overlap or leave the image. */
  static boolean sideBySide(Window2d v) {
    return v.equals(Window2d.of(2, 2).stride(2, 2));
  }

  @Override
  public int tasks(int phase) {
    return Ranges.parts((long) allRows * cols * channels * v.taps(), allRows);
  }

  @Override
  public void compute(int phase, int task, Operands operands, Span own) {
    Span x = operands.input(0);
    Span y = operands.output();
    int end = Ranges.begin(task + 1, tasks(0), allRows);
    for (int i = Ranges.begin(task, tasks(0), allRows); i < end; i++) {
      int image = x.offset() + i / rows * height * width * channels;
      int to = y.offset() + i * cols * channels;
      if (average) {
        mean(x.array(), image, i % rows, y.array(), to);
      } else {
        largest(x.array(), image, i % rows, y.array(), to);
      }
    }
  }

  private void mean(float[] x, int image, int row, float[] y, int to) {
    int r0 = image + 2 * row * width * channels;
    int r1 = r0 + width * channels;
    if (channels < L) {
      PoolLoops.meanOfFew(x, r0, r1, y, to, cols, channels);
    } else {
      PoolLoops.mean(x, r0, r1, y, to, cols, channels);
    }
  }

  private int row(int image, int row, int k) {
    int h = Ranges.clamp(row * v.strideHeight() - v.padTop() + k, 0, height - 1);
    return image + h * width * channels;
  }

  /** One place calls the loops, which the compiler would copy to each of several. */
  private void largest(float[] x, int image, int row, float[] y, int to) {
    int from = PoolWindows.firstInside(v, cols);
    int end = PoolWindows.lastInside(v, width, cols) + 1;
    int n;
    for (int col = 0; col < cols; col += n) {
      n = col >= from && col < end ? Math.min(end, cols) - col : 1;
      windows(x, image, row, col, n, y, to);
    }
  }

  /** Computes n windows of a row that are cut alike, which is to say one or those not cut. */
  private void windows(float[] x, int image, int row, int col, int n, float[] y, int to) {
    int left = col * v.strideWidth() - v.padLeft();
    int a = Ranges.clamp(left, 0, width - 1);
    int b = (Ranges.clamp(left + 1, 0, width - 1) - a) * channels;
    int c = (Ranges.clamp(left + 2, 0, width - 1) - a) * channels;
    int r0 = row(image, row, 0) + a * channels;
    int r1 = row(image, row, 1) + a * channels;
    int step = v.strideWidth() * channels;
    int at = to + col * channels;
    if (v.kernelWidth() == 2) {
      PoolLoops.largest(x, r0, r1, b, step, y, at, n, channels);
    } else {
      int r2 = row(image, row, 2) + a * channels;
      if (FirstRows.ofProcess().takes(RowFormula.LARGEST_OF_NINE, channels)) {
        Extent e = new Extent(channels, n, step, 0, channels);
        first(e, x, r0, r1, r2, b, c, y, at);
        return;
      }
      PoolLoops.largest(x, r0, r1, r2, b, c, step, y, at, n, channels);
    }
  }

  private static void first(
      Extent e, float[] x, int r0, int r1, int r2, int b, int c, float[] y, int at) {
    int[] places = {r0, r0 + b, r0 + c, r1, r1 + b, r1 + c, r2, r2 + b, r2 + c, at};
    FirstRows.ofProcess().apply(RowFormula.LARGEST_OF_NINE, e, x, y, places);
  }
}
