package dev.fovea.engine.kernel.scalar;

import dev.fovea.engine.kernel.Footprint;
import dev.fovea.engine.kernel.Operands;
import dev.fovea.engine.kernel.Span;
import dev.fovea.engine.kernel.TaskKernel;

/**
 * Reduces the rows of a table to one, column by column: first within chunks of {@value #CHUNK}
 * rows, then over the chunks in their order.
 *
 * <p>The chunks depend on the number of rows alone, so the sums are the same on any number of
 * threads; a chunk is small enough to stay in the cache from one column to the next.
 */
abstract class ChunkedKernel implements TaskKernel {
  private static final int CHUNK = 512;

  private final int rows;
  private final int columns;
  private final int chunks;
  private final int floats;
  private final int partialTasks;
  private final int totalTasks;

  /** Creates a kernel that keeps {@code floats} numbers per chunk and column. */
  ChunkedKernel(int rows, int columns, int floats, int flops) {
    this.rows = rows;
    this.columns = columns;
    this.floats = floats;
    this.chunks = Math.max(1, (rows + CHUNK - 1) / CHUNK);
    this.partialTasks = Work.tasks(chunks * columns, (long) Math.min(rows, CHUNK) * flops);
    this.totalTasks = Work.tasks(columns, 4L * chunks * floats);
  }

  /** Reduces the rows {@code [from, to)} of a column and stores the result at {@code at}. */
  abstract void partial(Operands o, int column, int from, int to, int at);

  /** Reduces a column's chunks. */
  abstract void total(Operands o, int column);

  final int chunks() {
    return chunks;
  }

  final int columns() {
    return columns;
  }

  final int rows() {
    return rows;
  }

  /** Returns how many rows a chunk has; the last one may have fewer. */
  final int rows(int chunk) {
    return Math.min(rows, (chunk + 1) * CHUNK) - chunk * CHUNK;
  }

  /** Returns where the workspace holds what {@link #partial} stored. */
  final int at(Operands o, int chunk, int column) {
    return o.workspace().offset() + (chunk * columns + column) * floats;
  }

  /** Returns the sum over the chunks of the wide number at {@code shift} of each. */
  final double sum(Operands o, int column, int shift) {
    double s = 0;
    for (int chunk = 0; chunk < chunks; chunk++) {
      s += Wide.get(o.workspace().array(), at(o, chunk, column) + shift);
    }
    return s;
  }

  @Override
  public int phases() {
    return 2;
  }

  @Override
  public int tasks(int phase) {
    return phase == 0 ? partialTasks : totalTasks;
  }

  @Override
  public Footprint footprint() {
    return Footprint.NONE.withWorkspace(chunks * columns * floats);
  }

  @Override
  public void compute(int phase, int task, Operands o, Span scratch) {
    int units = phase == 0 ? chunks * columns : columns;
    int from = Work.begin(units, tasks(phase), task);
    int to = Work.begin(units, tasks(phase), task + 1);
    for (int unit = from; unit < to; unit++) {
      if (phase == 0) {
        int chunk = unit / columns;
        int column = unit - chunk * columns;
        int begin = chunk * CHUNK;
        partial(o, column, begin, begin + rows(chunk), at(o, chunk, column));
      } else {
        total(o, unit);
      }
    }
  }
}
