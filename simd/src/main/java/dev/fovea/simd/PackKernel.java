package dev.fovea.simd;

import dev.fovea.kernel.Operands;
import dev.fovea.kernel.Span;
import dev.fovea.kernel.TaskKernel;

/** Brings weights into panels. */
record PackKernel(Panels panels) implements TaskKernel {
  @Override
  public int tasks(int phase) {
    return panels.tasks();
  }

  @Override
  public void run(int phase, int task, Operands operands, Span own) {
    Span from = operands.input(0);
    Span to = operands.output();
    panels.pack(task, from.array(), from.offset(), to.array(), to.offset());
  }
}
