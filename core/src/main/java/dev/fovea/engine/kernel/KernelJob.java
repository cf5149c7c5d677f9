package dev.fovea.engine.kernel;

/** A kernel on its operands. */
record KernelJob(TaskKernel kernel, Operands operands, int scratch) implements Job {
  @Override
  public int phases() {
    return kernel.phases();
  }

  @Override
  public int tasks(int phase) {
    return kernel.tasks(phase);
  }

  @Override
  public void compute(int phase, int task, Span own) {
    kernel.compute(phase, task, operands, own);
  }
}
