package dev.fovea.simd;

import dev.fovea.engine.kernel.Footprint;
import dev.fovea.engine.kernel.Operands;
import dev.fovea.engine.kernel.Span;
import dev.fovea.engine.kernel.TaskKernel;

/**
 * Aᵀ · B of A [M, K] and B [M, N] with few rows M, the gradient of a large matrix [K, N]: each line
 * of the result is a sum of M lines of B and written once, in the order of memory.
 *
 * @param m rows of both
 * @param k columns of A, lines of the result
 * @param n columns of B
 */
record ThinOuterKernel(int m, int k, int n) implements TaskKernel {
  @Override
  public int tasks(int phase) {
    return Ranges.clamp(k / 32, 1, 64);
  }

  @Override
  public Footprint footprint() {
    return Footprint.NONE.withScratch(scratch());
  }

  /** A copy of B whose lines do not share a place in the cache. */
  private int scratch() {
    return m * pitch();
  }

  private int pitch() {
    return Ranges.roundUp(n, ThinKernel.GAP) + ThinKernel.GAP;
  }

  @Override
  public void compute(int phase, int task, Operands operands, Span own) {
    Span a = operands.input(0);
    Span b = operands.input(1);
    Span y = operands.output();
    float[] f = own.array();
    for (int r = 0; r < m; r++) {
      System.arraycopy(b.array(), b.offset() + r * n, f, own.offset() + r * pitch(), n);
    }
    int end = Ranges.begin(task + 1, tasks(0), k);
    int i = Ranges.begin(task, tasks(0), k);
    while (i < end) {
      int lines = end - i >= Thin.ROWS ? Thin.ROWS : 1;
      int to = y.offset() + i * n;
      for (int r = 0; r < m; r += Thin.ROWS) {
        int rows = Math.min(Thin.ROWS, m - r);
        int ao = a.offset() + r * k + i;
        int bo = own.offset() + r * pitch();
        if (r == 0) {
          Thin.outer(rows, lines, a.array(), ao, k, f, bo, pitch(), n, y.array(), to, n);
        } else {
          Thin.outerAdd(rows, lines, a.array(), ao, k, f, bo, pitch(), n, y.array(), to, n);
        }
      }
      i += lines;
    }
  }
}
