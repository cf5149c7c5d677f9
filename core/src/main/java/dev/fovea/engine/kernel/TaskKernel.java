package dev.fovea.engine.kernel;

/**
 * A kernel that threads of this machine run: on operands, a {@link Job}.
 *
 * <p>It holds no state that changes and allocates nothing when it runs.
 */
public interface TaskKernel extends Kernel {
  /** Returns the number of phases. */
  default int phases() {
    return 1;
  }

  /**
   * Returns the number of independent tasks of a phase, at least 1; 1 for work too small to share.
   */
  int tasks(int phase);

  /**
   * Runs one task.
   *
   * @param phase the phase, from 0
   * @param task the task of that phase, from 0
   * @param operands where inputs, result and workspace lie
   * @param scratch this thread's own memory, as much as the footprint says
   */
  void compute(int phase, int task, Operands operands, Span scratch);

  /** Returns the job of running this kernel on these operands. */
  default Job on(Operands operands) {
    return new KernelJob(this, operands, footprint().scratch());
  }
}
