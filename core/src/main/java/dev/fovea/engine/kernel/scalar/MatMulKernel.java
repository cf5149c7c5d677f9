package dev.fovea.engine.kernel.scalar;

import dev.fovea.engine.kernel.Footprint;
import dev.fovea.engine.kernel.Operands;
import dev.fovea.engine.kernel.Span;
import dev.fovea.engine.kernel.TaskKernel;
import dev.fovea.op.Contraction;
import dev.fovea.tensor.Shape;
import java.util.Arrays;
import java.util.List;

/**
 * The matrix product: Y[b, m, n] = Σₖ A[b, m, k] · B[b, k, n].
 *
 * <p>A unit of work is a block of columns of one row. Where there are few results and long sums,
 * the sums are cut into chunks, which a second phase adds up.
 */
final class MatMulKernel implements TaskKernel {
  private static final int COLUMNS = 512;
  private static final int CHUNK = 2048;
  private static final int FEW_RESULTS = 4096;

  private final boolean transposeA;
  private final boolean transposeB;
  private final boolean batchedB;
  private final EpilogueLines epilogue;
  private final int m;
  private final int k;
  private final int n;
  private final int rows;
  private final int blocks;
  private final int chunks;

  MatMulKernel(Contraction.MatMul op, List<Shape> inputs, Shape output) {
    Shape a = inputs.get(0);
    this.transposeA = op.transposeA();
    this.transposeB = op.transposeB();
    this.batchedB = inputs.get(1).rank() > 2;
    this.epilogue = new EpilogueLines(op.epilogue());
    this.m = output.dim(-2);
    this.n = output.dim(-1);
    this.k = a.dim(transposeA ? -2 : -1);
    this.rows = n == 0 ? 0 : output.elements() / n;
    this.blocks = Math.max(1, (n + COLUMNS - 1) / COLUMNS);
    boolean split = k > 2 * CHUNK && output.elements() <= FEW_RESULTS;
    this.chunks = split ? (k + CHUNK - 1) / CHUNK : 1;
  }

  @Override
  public int phases() {
    return chunks > 1 ? 2 : 1;
  }

  @Override
  public int tasks(int phase) {
    return phase == 0
        ? Work.tasks(units(), 2L * Math.min(n, COLUMNS) * k / chunks)
        : Work.tasks(rows, (long) n * chunks);
  }

  @Override
  public Footprint footprint() {
    return Footprint.NONE.withWorkspace(chunks > 1 ? chunks * rows * n : 0);
  }

  private int units() {
    return chunks * rows * blocks;
  }

  @Override
  public void compute(int phase, int task, Operands o, Span scratch) {
    int units = phase == 0 ? units() : rows;
    int from = Work.begin(units, tasks(phase), task);
    int to = Work.begin(units, tasks(phase), task + 1);
    for (int unit = from; unit < to; unit++) {
      if (phase == 0) {
        product(unit, o);
      } else {
        total(unit, o);
      }
    }
  }

  private void product(int unit, Operands o) {
    int column = unit % blocks * COLUMNS;
    int row = unit / blocks % rows;
    int chunk = unit / blocks / rows;
    int width = Math.min(COLUMNS, n - column);
    int first = chunks == 1 ? 0 : chunk * CHUNK;
    int last = chunks == 1 ? k : Math.min(k, first + CHUNK);
    Span y = chunks == 1 ? o.output() : o.workspace();
    int yAt = y.offset() + (chunk * rows + row) * n + column;
    if (transposeB) {
      dots(row, column, width, first, last, o, y.array(), yAt);
    } else {
      sums(row, column, width, first, last, o, y.array(), yAt);
    }
    if (chunks == 1) {
      epilogue.finish(o, row * n + column, column, width);
    }
  }

  /** B's rows are contiguous along n: adds them up, each scaled by an element of A. */
  private void sums(
      int row, int column, int width, int first, int last, Operands o, float[] y, int yAt) {
    float[] a = o.input(0).array();
    float[] b = o.input(1).array();
    int aAt = aRow(row, o);
    int bAt = bMatrix(row, o) + column;
    Arrays.fill(y, yAt, yAt + width, 0);
    for (int i = first; i < last; i++) {
      Lines.addScaled(a[aAt + i * aStep()], b, bAt + i * n, y, yAt, width);
    }
  }

  /** B's rows are contiguous along k: takes the dot product of each with A's row. */
  private void dots(
      int row, int column, int width, int first, int last, Operands o, float[] y, int yAt) {
    float[] a = o.input(0).array();
    float[] b = o.input(1).array();
    int aAt = aRow(row, o) + first * aStep();
    int bAt = bMatrix(row, o) + first;
    for (int j = 0; j < width; j++) {
      y[yAt + j] = Lines.dot(a, aAt, aStep(), b, bAt + (column + j) * k, last - first);
    }
  }

  private int aStep() {
    return transposeA ? m : 1;
  }

  private int aRow(int row, Operands o) {
    int matrix = row / m;
    return o.input(0).offset() + (transposeA ? matrix * m * k + row - matrix * m : row * k);
  }

  private int bMatrix(int row, Operands o) {
    return o.input(1).offset() + (batchedB ? row / m * k * n : 0);
  }

  private void total(int row, Operands o) {
    Span y = o.output();
    int yAt = y.offset() + row * n;
    Arrays.fill(y.array(), yAt, yAt + n, 0);
    for (int chunk = 0; chunk < chunks; chunk++) {
      int at = o.workspace().offset() + (chunk * rows + row) * n;
      Lines.add(o.workspace().array(), at, y.array(), yAt, n);
    }
    epilogue.finish(o, row * n, 0, n);
  }
}
