package dev.fovea.simd;

import dev.fovea.engine.kernel.Footprint;
import dev.fovea.engine.kernel.Operands;
import dev.fovea.engine.kernel.Span;
import dev.fovea.engine.kernel.TaskKernel;
import dev.fovea.op.BinaryFunction;

/**
 * Softmax or its logarithm of many rows that are shorter than a vector: rows are brought into
 * planes of {@value #ROWS}, so that vectors run across them.
 */
record NarrowSoftmaxKernel(int rows, int n, boolean log) implements TaskKernel {
  private static final int ROWS = 512;

  /** Returns whether this kernel suits a shape. */
  static boolean suits(int rows, int n) {
    return n < Species.FLOATS.length() && rows >= Species.FLOATS.length();
  }

  private int blocks() {
    return Ranges.ceilDiv(rows, ROWS);
  }

  @Override
  public int tasks(int phase) {
    return Ranges.parts(4L * rows * n, blocks());
  }

  @Override
  public Footprint footprint() {
    return Footprint.NONE.withScratch((n + 3) * ROWS).over(0);
  }

  @Override
  public void compute(int phase, int task, Operands operands, Span own) {
    Span x = operands.input(0);
    Span y = operands.output();
    int end = Ranges.begin(task + 1, tasks(0), blocks());
    for (int i = Ranges.begin(task, tasks(0), blocks()); i < end; i++) {
      int m = Math.min(ROWS, rows - i * ROWS);
      float[] f = own.array();
      int at = own.offset();
      for (int c = 0; c < n; c++) {
        int from = x.offset() + i * ROWS * n + c;
        Transposes.stride(x.array(), from, n, f, at + c * ROWS, m);
      }
      block(f, at, m);
      for (int c = 0; c < n; c++) {
        int to = y.offset() + i * ROWS * n + c;
        Transposes.spread(f, at + c * ROWS, y.array(), to, n, m);
      }
    }
  }

  /**
   * Replaces the planes at {@code at} by the result; the largest, a sum and a power follow them.
   */
  private void block(float[] f, int at, int m) {
    int largest = at + n * ROWS;
    int sum = largest + ROWS;
    System.arraycopy(f, at, f, largest, m);
    for (int c = 1; c < n; c++) {
      apply(BinaryFunction.MAX, f, largest, at + c * ROWS, largest, m);
    }
    for (int c = 0; c < n; c++) {
      int plane = at + c * ROWS;
      int power = log ? sum + ROWS : plane;
      apply(BinaryFunction.SUBTRACT, f, plane, largest, plane, m);
      Functions.exp(f, plane, f, power, m);
      if (c == 0) {
        System.arraycopy(f, power, f, sum, m);
      } else {
        apply(BinaryFunction.ADD, f, sum, power, sum, m);
      }
    }
    if (log) {
      Functions.logFromOne(f, sum, f, sum, m);
    }
    for (int c = 0; c < n; c++) {
      int plane = at + c * ROWS;
      apply(log ? BinaryFunction.SUBTRACT : BinaryFunction.DIVIDE, f, plane, sum, plane, m);
    }
  }

  private static void apply(BinaryFunction g, float[] f, int a, int b, int to, int m) {
    Pairs.apply(g, f, a, f, b, f, to, m);
  }
}
