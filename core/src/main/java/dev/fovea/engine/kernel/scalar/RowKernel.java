package dev.fovea.engine.kernel.scalar;

import dev.fovea.engine.kernel.Operands;
import dev.fovea.engine.kernel.Span;
import dev.fovea.engine.kernel.TaskKernel;

/** A kernel of one phase whose work falls into independent rows; a task is a run of them. */
abstract class RowKernel implements TaskKernel {
  private final int rows;
  private final int tasks;

  RowKernel(int rows, long flopsPerRow) {
    this.rows = rows;
    this.tasks = Work.tasks(rows, flopsPerRow);
  }

  @Override
  public final int tasks(int phase) {
    return tasks;
  }

  @Override
  public final void compute(int phase, int task, Operands operands, Span scratch) {
    int from = Work.begin(rows, tasks, task);
    int to = Work.begin(rows, tasks, task + 1);
    rows(from, to, operands, scratch);
  }

  /** Computes the rows {@code [from, to)}. */
  abstract void rows(int from, int to, Operands o, Span scratch);
}
