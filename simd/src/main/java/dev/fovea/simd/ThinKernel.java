package dev.fovea.simd;

import dev.fovea.engine.kernel.Footprint;
import dev.fovea.engine.kernel.Operands;
import dev.fovea.engine.kernel.Span;
import dev.fovea.engine.kernel.TaskKernel;
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
final class ThinKernel implements TaskKernel {
  /** Columns whose partial sums stay in a cache, for 8 rows. */
  private static final int COLUMNS = 1024;

  /** Floats between lines, so that lines of a power of two do not share a place in the cache. */
  static final int GAP = 16;

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
  public Footprint footprint() {
    return Footprint.NONE.withWorkspace(parts * columnParts * m * pitch());
  }

  private int pitch() {
    return Ranges.roundUp(Ranges.ceilDiv(n, columnParts), GAP) + GAP;
  }

  /** Returns where the sums of a row lie for a part of the lines and one of the columns. */
  private int sums(Operands operands, int part, int columnPart, int row) {
    int line = (part * columnParts + columnPart) * m + row;
    return operands.workspace().offset() + line * pitch();
  }

  @Override
  public void compute(int phase, int task, Operands operands, Span own) {
    int columnPart = task % columnParts;
    int column = Ranges.begin(columnPart, columnParts, n);
    int cols = Ranges.begin(columnPart + 1, columnParts, n) - column;
    if (phase == 0) {
      sum(task / columnParts, columnPart, column, cols, operands);
    } else {
      for (int r = 0; r < m; r++) {
        finish(r, columnPart, column, cols, operands);
      }
    }
  }

  private void sum(int part, int columnPart, int column, int cols, Operands operands) {
    Span a = operands.input(0);
    Span b = operands.input(1);
    float[] w = operands.workspace().array();
    int sums = sums(operands, part, columnPart, 0);
    int pitch = pitch();
    Arrays.fill(w, sums, sums + m * pitch, 0);
    int end = Ranges.begin(part + 1, parts, k);
    int i = Ranges.begin(part, parts, k);
    while (i < end) {
      int lines = end - i >= Thin.ROWS ? Thin.ROWS : 1;
      int bo = b.offset() + i * n + column;
      for (int r = 0; r < m; r += Thin.ROWS) {
        int ao = a.offset() + r * k + i;
        int rows = Math.min(Thin.ROWS, m - r);
        Thin.sums(
            rows, lines, a.array(), ao, k, b.array(), bo, n, cols, w, sums + r * pitch, pitch);
      }
      i += lines;
    }
  }

  private void finish(int row, int columnPart, int column, int cols, Operands operands) {
    float[] w = operands.workspace().array();
    int from = sums(operands, 0, columnPart, row);
    float[] y = operands.output().array();
    int at = row * n + column;
    int to = operands.output().offset() + at;
    System.arraycopy(w, from, y, to, cols);
    for (int part = 1; part < parts; part++) {
      add(y, to, w, sums(operands, part, columnPart, row), cols);
    }
    if (epilogue.bias()) {
      Span bias = operands.input(epilogue.biasInput());
      add(y, to, bias.array(), bias.offset() + column, cols);
    }
    if (epilogue.residual()) {
      Span residual = operands.input(epilogue.residualInput());
      add(y, to, residual.array(), residual.offset() + at, cols);
    }
    Activations.finish(epilogue, y, to, cols);
  }

  private static void add(float[] y, int to, float[] x, int from, int n) {
    Pairs.apply(BinaryFunction.ADD, y, to, x, from, y, to, n);
  }
}
