package dev.fovea.train;

import dev.fovea.kernel.Kernel;
import dev.fovea.kernel.Operands;
import dev.fovea.kernel.Span;
import dev.fovea.runtime.Workers;

/**
 * Work on each element of an array by itself, in chunks that workers share: the result depends
 * neither on the chunks nor on the threads.
 *
 * @param length the number of elements
 * @param work what is done to the elements from one on and before another
 */
record Chunks(int length, Range work) implements Kernel {
  private static final int CHUNK = 1 << 15;
  private static final Operands NONE = new Operands(new Span[0], Span.EMPTY, Span.EMPTY);

  /** What is done to some elements. */
  interface Range {
    void run(int from, int to);
  }

  /** Does the work. */
  void run(Workers workers) {
    workers.run(this, NONE, Span.EMPTY);
  }

  @Override
  public int tasks(int phase) {
    return Math.max(1, Math.ceilDiv(length, CHUNK));
  }

  @Override
  public void run(int phase, int task, Operands operands, Span scratch) {
    int from = task * CHUNK;
    work.run(from, Math.min(length, from + CHUNK));
  }
}
