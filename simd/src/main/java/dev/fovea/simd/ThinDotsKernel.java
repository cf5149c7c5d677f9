package dev.fovea.simd;

import dev.fovea.engine.kernel.Footprint;
import dev.fovea.engine.kernel.Operands;
import dev.fovea.engine.kernel.Span;
import dev.fovea.engine.kernel.TaskKernel;
import dev.fovea.op.BinaryFunction;
import dev.fovea.op.Epilogue;

/**
 * A [M, N] · Bᵀ with few rows M and a large B [K, N]: each line of B, read once as it lies in
 * memory, gives a column of results.
 *
 * @param m rows of A
 * @param k lines of B
 * @param n their length
 * @param epilogue what is done to the results
 */
record ThinDotsKernel(int m, int k, int n, Epilogue epilogue) implements TaskKernel {
  @Override
  public int phases() {
    return epilogue.isNone() ? 1 : 2;
  }

  @Override
  public int tasks(int phase) {
    return phase == 0 ? Ranges.clamp(k / 32, 1, 64) : 1;
  }

  @Override
  public Footprint footprint() {
    return Footprint.NONE.withScratch(scratch());
  }

  /** The lanes of a step's sums, and a copy of A whose lines do not share a place in the cache. */
  private int scratch() {
    return lanes() + m * pitch();
  }

  private static int lanes() {
    return Thin.ROWS * Thin.ROWS * Species.FLOATS.length();
  }

  private int pitch() {
    return Ranges.roundUp(n, ThinKernel.GAP) + ThinKernel.GAP;
  }

  @Override
  public void compute(int phase, int task, Operands operands, Span own) {
    if (phase == 0) {
      dots(Ranges.begin(task, tasks(0), k), Ranges.begin(task + 1, tasks(0), k), operands, own);
    } else {
      finish(operands);
    }
  }

  private void dots(int begin, int end, Operands operands, Span own) {
    float[] f = own.array();
    Span a = operands.input(0);
    Span b = operands.input(1);
    Span y = operands.output();
    int rowsAt = own.offset() + lanes();
    for (int r = 0; r < m; r++) {
      System.arraycopy(a.array(), a.offset() + r * n, f, rowsAt + r * pitch(), n);
    }
    int i = begin;
    while (i < end) {
      int lines = end - i >= Thin.ROWS ? Thin.ROWS : 1;
      int bo = b.offset() + i * n;
      for (int r = 0; r < m; r += Thin.ROWS) {
        int rows = Math.min(Thin.ROWS, m - r);
        int ao = rowsAt + r * pitch();
        int to = y.offset() + r * k + i;
        Thin.dots(
            rows, lines, f, ao, pitch(), b.array(), bo, n, n, y.array(), to, k, f, own.offset());
      }
      i += lines;
    }
  }

  private void finish(Operands operands) {
    float[] y = operands.output().array();
    int to = operands.output().offset();
    for (int r = 0; r < m && epilogue.bias(); r++) {
      Span bias = operands.input(epilogue.biasInput());
      add(y, to + r * k, bias, k);
    }
    if (epilogue.residual()) {
      add(y, to, operands.input(epilogue.residualInput()), m * k);
    }
    Activations.finish(epilogue, y, to, m * k);
  }

  private static void add(float[] y, int to, Span x, int n) {
    Pairs.apply(BinaryFunction.ADD, y, to, x.array(), x.offset(), y, to, n);
  }
}
