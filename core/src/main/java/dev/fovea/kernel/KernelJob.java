package dev.fovea.kernel;

/** A kernel on its operands. */
record KernelJob(Kernel kernel, Operands operands) implements Job {
  @Override
  public int phases() {
    return kernel.phases();
  }

  @Override
  public int tasks(int phase) {
    return kernel.tasks(phase);
  }

  @Override
  public int scratch() {
    return kernel.scratch();
  }

  @Override
  public void run(int phase, int task, Span scratch) {
    kernel.run(phase, task, operands, scratch);
  }
}
