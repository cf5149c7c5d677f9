package dev.fovea.simd;

import dev.fovea.kernel.Kernel;
import dev.fovea.kernel.Operands;
import dev.fovea.kernel.Span;

/** Brings weights into panels. */
record PackKernel(Panels panels) implements Kernel {
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
