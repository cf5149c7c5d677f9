package dev.fovea.simd;

import dev.fovea.engine.kernel.Operands;
import dev.fovea.engine.kernel.Span;
import dev.fovea.engine.kernel.TaskKernel;
import dev.fovea.op.Window2d;
import dev.fovea.tensor.Shape;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.VectorOperators;

/** The largest unsigned byte of each window, a vector of channels at a time. */
final class BytePoolKernel implements TaskKernel {
  private static final int LANES = ByteLoops.B.length();

  private final Window2d window;
  private final Shape x;
  private final Shape y;
  private final int channels;
  private final int rows;

  BytePoolKernel(Window2d window, Shape x, Shape y) {
    this.window = window;
    this.x = x;
    this.y = y;
    this.channels = y.dim(3);
    this.rows = y.dim(0) * y.dim(1);
  }

  /** Returns whether there are channels enough for a vector. */
  static boolean suits(Shape x) {
    return x.dim(3) >= LANES;
  }

  @Override
  public int tasks(int phase) {
    return Ranges.parts((long) y.elements() * window.taps() / Float.BYTES, rows);
  }

  @Override
  public void compute(int phase, int task, Operands o, Span own) {
    int end = Ranges.begin(task + 1, tasks(0), rows);
    for (int row = Ranges.begin(task, tasks(0), rows); row < end; row++) {
      row(row, o.input(0), o.output());
    }
  }

  private void row(int row, Span in, Span out) {
    int top = row % y.dim(1) * window.strideHeight() - window.padTop();
    int h = window.dilationHeight();
    int w = window.dilationWidth();
    int firstRow = first(top, h);
    int lines = end(top, h, window.kernelHeight(), x.dim(1)) - firstRow;
    int line = row / y.dim(1) * x.dim(1) + top + firstRow * h;
    for (int i = 0; i < y.dim(2); i++) {
      int left = i * window.strideWidth() - window.padLeft();
      int firstColumn = first(left, w);
      int columns = end(left, w, window.kernelWidth(), x.dim(2)) - firstColumn;
      int from = in.offset() + (line * x.dim(2) + left + firstColumn * w) * channels;
      int to = out.offset() + (row * y.dim(2) + i) * channels;
      int down = h * x.dim(2) * channels;
      pool(in.bytes(), from, lines, down, columns, w * channels, out.bytes(), to, channels);
    }
  }

  /** Returns the first tap of a line of taps that lies inside. */
  private static int first(int at, int step) {
    return at >= 0 ? 0 : Ranges.ceilDiv(-at, step);
  }

  /** Returns the end of the taps that lie inside. */
  private static int end(int at, int step, int taps, int extent) {
    return at >= extent ? 0 : Math.min(taps, (extent - 1 - at) / step + 1);
  }

  private static void pool(
      byte[] x, int from, int rows, int down, int cols, int across, byte[] y, int to, int n) {
    for (int j = 0; j < n; j += LANES) {
      int c = Math.min(j, n - LANES);
      ByteVector most = ByteVector.zero(ByteLoops.B);
      for (int ky = 0; ky < rows; ky++) {
        int at = from + ky * down + c;
        for (int kx = 0; kx < cols; kx++) {
          ByteVector v = ByteVector.fromArray(ByteLoops.B, x, at + kx * across);
          most = most.lanewise(VectorOperators.UMAX, v);
        }
      }
      most.intoArray(y, to + c);
    }
  }
}
