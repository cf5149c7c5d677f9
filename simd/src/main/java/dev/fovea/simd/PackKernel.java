package dev.fovea.simd;

import dev.fovea.engine.kernel.Operands;
import dev.fovea.engine.kernel.Span;
import dev.fovea.engine.kernel.TaskKernel;

/** Brings weights into panels. */
record PackKernel(Panels panels) implements TaskKernel {
  @Override
  public int tasks(int phase) {
    return panels.tasks();
  }

  @Override
  public void compute(int phase, int task, Operands operands, Span own) {
    Span from = operands.input(0);
    Span to = operands.output();
    panels.pack(task, from.array(), from.offset(), to.array(), to.offset());
  }
}
