package dev.fovea.engine.kernel;

import java.util.function.IntConsumer;

/**
 * Work that threads share: phases, one after the other, of tasks that are independent of each other
 * and may run in any order on any thread.
 *
 * <p>How the work is cut depends on its size alone, never on the number of threads, so that every
 * sum is taken in the same order everywhere.
 */
public interface Job {
  /** The elements of a range that are one task of {@link #overRanges}. */
  int RANGE = 1 << 15;

  /** What is done to the elements from {@code from} on and before {@code to}. */
  @FunctionalInterface
  interface Range {
    /** Does it. */
    void compute(int from, int to);
  }

  /** Returns the number of phases. */
  default int phases() {
    return 1;
  }

  /** Returns the number of tasks of a phase. */
  int tasks(int phase);

  /** Returns how many floats each thread has to itself during a task, undefined at its start. */
  default int scratch() {
    return 0;
  }

  /**
   * Runs one task.
   *
   * @param phase the phase, from 0
   * @param task the task of that phase, from 0
   * @param scratch this thread's own memory, of at least {@link #scratch()} floats
   */
  void compute(int phase, int task, Span scratch);

  /** Returns the job of one phase that calls {@code task} with 0 to {@code count} − 1. */
  static Job of(int count, IntConsumer task) {
    return new Job() {
      @Override
      public int tasks(int phase) {
        return count;
      }

      @Override
      public void compute(int phase, int number, Span scratch) {
        task.accept(number);
      }
    };
  }

  /**
   * Returns the job that does the same to each of {@code length} elements, {@value #RANGE} of them
   * a task.
   */
  static Job overRanges(int length, Range work) {
    return of(
        Math.ceilDiv(length, RANGE),
        task -> work.compute(task * RANGE, Math.min(length, (task + 1) * RANGE)));
  }
}
