package dev.fovea.simd;

/**
 * The order of a group's tasks, each a chunk of pixels by a part of the columns.
 *
 * <p>Threads begin with shares of neighbouring tasks. Chunks follow each other under the same part,
 * whose panels stay in the L2 cache meanwhile. Where weights are few beside pixels, all parts of
 * the first half of the chunks come before those of the second: each of two threads then computes
 * pixels of its own, which it has mostly written in the step before and reads in the next. All
 * threads read all weights in exchange.
 *
 * @param chunks the number of chunks
 * @param parts the number of parts
 * @param early how many of the chunks come first with all their parts
 */
record TaskOrder(int chunks, int parts, int early) {
  /** How many weights per number read or written are few. */
  private static final int FEW = 2;

  /** Returns the order for so many weights, and numbers read and written. */
  static TaskOrder of(int chunks, int parts, long weights, long numbers) {
    boolean few = chunks > 1 && weights <= FEW * numbers;
    return new TaskOrder(chunks, parts, few ? chunks / 2 : chunks);
  }

  int tasks() {
    return chunks * parts;
  }

  /** Returns the chunk of a task. */
  int chunk(int task) {
    int first = first(task);
    return first + (task - first * parts) % among(first);
  }

  /** Returns the part of a task. */
  int part(int task) {
    int first = first(task);
    return (task - first * parts) / among(first);
  }

  /** Returns the first chunk of a task's half. */
  private int first(int task) {
    return task < early * parts ? 0 : early;
  }

  private int among(int first) {
    return first == 0 ? early : chunks - early;
  }
}
