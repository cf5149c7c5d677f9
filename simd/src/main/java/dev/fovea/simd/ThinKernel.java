package dev.fovea.simd;

import dev.fovea.kernel.Kernel;
import dev.fovea.kernel.Operands;
import dev.fovea.kernel.Span;
import dev.fovea.op.Activation;
import dev.fovea.op.BinaryFunction;
import dev.fovea.op.Contraction.MatMul;
import dev.fovea.op.Epilogue;
import dev.fovea.tensor.Shape;
import java.util.Arrays;

/**
 * A [M, K] · B [K, N] with few rows M and so large a B that bringing it from memory is most of the
 * work: B is read once, line by line as it lies there, and never packed.
 *
 * <p>Parts of the lines have partial sums of their own, for some columns at a time so that these
 * stay in a cache; a second phase adds them in order.
 */
final class ThinKernel implements Kernel {
  /** Columns whose partial sums stay in a cache, for 8 rows. */
  private static final int COLUMNS = 1024;

  private static final int MOST_ROWS = 32;
  private static final int LARGE = 1 << 18;

  private final int m;
  private final int k;
  private final int n;
  private final Epilogue epilogue;
  private final int parts;
  private final int columnParts;

  ThinKernel(int m, int k, int n, Epilogue epilogue) {
    this.m = m;
    this.k = k;
    this.n = n;
    this.epilogue = epilogue;
    this.columnParts = Ranges.ceilDiv(n, COLUMNS);
    this.parts = Ranges.clamp(Ranges.ceilDiv(32, columnParts), 1, Ranges.ceilDiv(k, 64));
  }

  /**
   * Returns whether the products of few rows with a large matrix [k, n] (or its transpose), and
   * those that give such a matrix, are for this kernel and its two relatives.
   */
  static boolean suits(int rows, int k, int n) {
    return rows <= MOST_ROWS && rows > 0 && k >= 64 && n >= 64 && (long) k * n >= LARGE;
  }

  /** Returns whether a product without transposed A, of plain matrices, is thin. */
  static boolean suits(MatMul op, Shape a, Shape b) {
    if (op.transposeA() || b.rank() != 2 || b.elements() == 0) {
      return false;
    }
    int k = a.dim(-1);
    return k > 0 && suits(a.elements() / k, b.dim(0), b.dim(1));
  }

  @Override
  public int phases() {
    return 2;
  }

  @Override
  public int tasks(int phase) {
    return phase == 0 ? parts * columnParts : columnParts;
  }

  @Override
  public int workspace() {
    return parts * m * n;
  }

  @Override
  public void run(int phase, int task, Operands operands, Span own) {
    int column = Ranges.begin(task % columnParts, columnParts, n);
    int cols = Ranges.begin(task % columnParts + 1, columnParts, n) - column;
    if (phase == 0) {
      sum(task / columnParts, column, cols, operands);
    } else {
      for (int r = 0; r < m; r++) {
        finish(r, column, cols, operands);
      }
    }
  }

  private void sum(int part, int column, int cols, Operands operands) {
    Span a = operands.input(0);
    Span b = operands.input(1);
    float[] w = operands.workspace().array();
    int sums = operands.workspace().offset() + part * m * n + column;
    for (int r = 0; r < m; r++) {
      Arrays.fill(w, sums + r * n, sums + r * n + cols, 0);
    }
    int end = Ranges.begin(part + 1, parts, k);
    int i = Ranges.begin(part, parts, k);
    while (i < end) {
      int lines = end - i >= Thin.ROWS ? Thin.ROWS : 1;
      int bo = b.offset() + i * n + column;
      for (int r = 0; r < m; r += Thin.ROWS) {
        int ao = a.offset() + r * k + i;
        int rows = Math.min(Thin.ROWS, m - r);
        Thin.sums(rows, lines, a.array(), ao, k, b.array(), bo, n, cols, w, sums + r * n, n);
      }
      i += lines;
    }
  }

  private void finish(int row, int column, int cols, Operands operands) {
    float[] w = operands.workspace().array();
    int from = operands.workspace().offset() + row * n + column;
    float[] y = operands.output().array();
    int at = row * n + column;
    int to = operands.output().offset() + at;
    System.arraycopy(w, from, y, to, cols);
    for (int part = 1; part < parts; part++) {
      add(y, to, w, from + part * m * n, cols);
    }
    if (epilogue.bias()) {
      Span bias = operands.input(epilogue.biasInput());
      add(y, to, bias.array(), bias.offset() + column, cols);
    }
    if (epilogue.residual()) {
      Span residual = operands.input(epilogue.residualInput());
      add(y, to, residual.array(), residual.offset() + at, cols);
    }
    if (epilogue.activation().kind() != Activation.Kind.IDENTITY) {
      Activations.apply(epilogue.activation(), y, to, y, to, cols);
    }
  }

  private static void add(float[] y, int to, float[] x, int from, int n) {
    Pairs.apply(BinaryFunction.ADD, y, to, x, from, y, to, n);
  }
}
