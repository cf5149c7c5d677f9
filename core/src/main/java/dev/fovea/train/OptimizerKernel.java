package dev.fovea.train;

import dev.fovea.kernel.Kernel;
import dev.fovea.kernel.Operands;
import dev.fovea.kernel.Span;
import dev.fovea.optim.OptimizerState;
import java.util.function.ObjIntConsumer;

/** A part of an optimiser's step as tasks that workers share, one per chunk. */
record OptimizerKernel(OptimizerState state, ObjIntConsumer<OptimizerState> part)
    implements Kernel {
  /** What the tasks work on is not handed in: the state has it. */
  static final Operands NO_OPERANDS = new Operands(new Span[0], Span.EMPTY, Span.EMPTY);

  @Override
  public int tasks(int phase) {
    return Math.max(1, state.chunks());
  }

  @Override
  public void run(int phase, int task, Operands operands, Span scratch) {
    if (task < state.chunks()) {
      part.accept(state, task);
    }
  }
}
