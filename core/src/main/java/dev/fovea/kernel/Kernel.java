package dev.fovea.kernel;

import java.util.Locale;

/**
 * The executable form of one op at fixed shapes: on operands, a {@link Job}.
 *
 * <p>A kernel holds no state that changes and allocates nothing when it runs.
 */
public interface Kernel {
  /**
   * Returns the name of the algorithm, for reports: by default the words of the class's name, such
   * as {@code max pool} of {@code MaxPoolKernel}.
   */
  default String algorithm() {
    Class<?> named = getClass();
    while (named.getSimpleName().isEmpty() && named.getEnclosingClass() != null) {
      named = named.getEnclosingClass();
    }
    String words = named.getSimpleName().replaceFirst("Kernels?$", "");
    return words.replaceAll("(?<=[a-z0-9])(?=[A-Z])", " ").toLowerCase(Locale.ROOT);
  }

  /** Returns the number of phases. */
  default int phases() {
    return 1;
  }

  /**
   * Returns the number of independent tasks of a phase, at least 1; 1 for work too small to share.
   */
  int tasks(int phase);

  /**
   * Returns how many floats all tasks share during the run; their content is undefined at its
   * start.
   */
  default int workspace() {
    return 0;
  }

  /** Returns how many floats each worker has to itself during a task, undefined at its start. */
  default int scratch() {
    return 0;
  }

  /**
   * Returns how many zeros the kernel reads at the beginning of the array that holds input 0.
   *
   * <p>A convolution points at them where its window reaches over the image's edge.
   */
  default int zeros() {
    return 0;
  }

  /** Returns whether the result may be stored over input {@code i}. */
  default boolean inPlace(int i) {
    return false;
  }

  /**
   * Runs one task.
   *
   * @param phase the phase, from 0
   * @param task the task of that phase, from 0
   * @param operands where inputs, result and workspace lie
   * @param scratch this worker's own memory, of at least {@link #scratch()} floats
   */
  void run(int phase, int task, Operands operands, Span scratch);

  /** Returns the job of running this kernel on these operands. */
  default Job on(Operands operands) {
    return new KernelJob(this, operands);
  }
}
