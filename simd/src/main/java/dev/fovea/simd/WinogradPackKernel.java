package dev.fovea.simd;

import dev.fovea.engine.kernel.Footprint;
import dev.fovea.engine.kernel.Operands;
import dev.fovea.engine.kernel.Span;
import dev.fovea.engine.kernel.TaskKernel;

/** Transforms weights for Winograd's convolution. */
record WinogradPackKernel(WinogradWeights weights) implements TaskKernel {
  @Override
  public int tasks(int phase) {
    return weights.tasks();
  }

  @Override
  public Footprint footprint() {
    return Footprint.NONE.withScratch(weights.scratch());
  }

  @Override
  public void compute(int phase, int task, Operands operands, Span own) {
    Span from = operands.input(0);
    Span to = operands.output();
    weights.transform(
        task, from.array(), from.offset(), to.array(), to.offset(), own.array(), own.offset());
  }
}
