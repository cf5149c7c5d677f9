package dev.fovea.simd;

import dev.fovea.engine.kernel.Footprint;
import dev.fovea.engine.kernel.Operands;
import dev.fovea.engine.kernel.Span;
import dev.fovea.engine.kernel.TaskKernel;

/**
 * Sums over pixels in two phases: each part adds up a share of the pixels in the workspace, then
 * the shares are added in their order, so that the result does not depend on the number of threads.
 */
abstract class SumsKernel implements TaskKernel {
  private final Correlation g;
  private final TileSums sums;

  SumsKernel(Correlation g, TileSums sums) {
    this.g = g;
    this.sums = sums;
  }

  /** Returns the number of parts of the first phase. */
  abstract int parts();

  /** Adds up a part. */
  abstract void sum(int part, Operands operands, Span own);

  @Override
  public final int phases() {
    return 2;
  }

  @Override
  public final int tasks(int phase) {
    if (phase == 1) {
      return sums.tasks();
    }
    return g.flops() < Ranges.SMALL ? 1 : parts();
  }

  @Override
  public Footprint footprint() {
    return Footprint.NONE.withWorkspace(sums.size());
  }

  @Override
  public final void compute(int phase, int task, Operands operands, Span own) {
    if (phase == 1) {
      sums.gather(task, operands);
      return;
    }
    int end = Ranges.begin(task + 1, tasks(0), parts());
    for (int i = Ranges.begin(task, tasks(0), parts()); i < end; i++) {
      sum(i, operands, own);
    }
  }
}
