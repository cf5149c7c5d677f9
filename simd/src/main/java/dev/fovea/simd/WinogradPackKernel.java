package dev.fovea.simd;

import dev.fovea.kernel.Kernel;
import dev.fovea.kernel.Operands;
import dev.fovea.kernel.Span;

/** Transforms weights for Winograd's convolution. */
record WinogradPackKernel(WinogradWeights weights) implements Kernel {
  @Override
  public int tasks(int phase) {
    return weights.tasks();
  }

  @Override
  public int scratch() {
    return weights.scratch();
  }

  @Override
  public void run(int phase, int task, Operands operands, Span own) {
    Span from = operands.input(0);
    Span to = operands.output();
    weights.transform(
        task, from.array(), from.offset(), to.array(), to.offset(), own.array(), own.offset());
  }
}
