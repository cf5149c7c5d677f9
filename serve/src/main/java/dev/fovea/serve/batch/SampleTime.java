package dev.fovea.serve.batch;

import dev.fovea.nn.Model;
import dev.fovea.tensor.Tensor;
import java.util.List;
import java.util.Optional;

/**
 * How long a sample of a model takes.
 *
 * @param nanos how long with the threads of the model's engine
 * @param quick what computes a sample for the thread that asks, if that takes so little that
 *     handing the request to another thread would cost more: the model without threads of its own,
 *     unless it is much slower so
 */
record SampleTime(long nanos, Optional<Model> quick) {
  /** That of a model that was not measured. */
  static final SampleTime UNKNOWN = new SampleTime(Long.MAX_VALUE, Optional.empty());

  /** What is computed faster than this is not worth handing over. */
  private static final long SHORT_NANOS = 2_000_000;

  /**
   * What takes longer than this is not short in truth: on a busy machine threads wait for each
   * other.
   */
  private static final long LONG_NANOS = 10 * SHORT_NANOS;

  /** Beside what takes longer than this, handing over costs next to nothing. */
  private static final long BRIEF_NANOS = 100_000_000;

  /** The share of its time that a model must save by several threads to be given them. */
  private static final double SAVED = 0.25;

  private static final int RUNS = 20;
  private static final long ENOUGH_NANOS = 200_000_000;

  /**
   * Measures a model.
   *
   * @param alone the model without threads of its own
   * @param sample a batch of one, for which both are warm
   */
  static SampleTime of(Model model, Model alone, List<Tensor> sample) {
    long shared = leastNanos(model, sample);
    if (shared > LONG_NANOS) {
      return new SampleTime(shared, Optional.empty());
    }
    long own = leastNanos(alone, sample);
    if (Math.min(shared, own) > SHORT_NANOS) {
      return new SampleTime(shared, Optional.empty());
    }
    boolean saves = shared < (1 - SAVED) * own;
    return new SampleTime(shared, Optional.of(saves ? model : alone));
  }

  /** Returns the shortest of some runs: a busy machine only makes runs longer. */
  static long leastNanos(Model model, List<Tensor> sample) {
    long least = Long.MAX_VALUE;
    long begun = System.nanoTime();
    for (int i = 0; i < RUNS && System.nanoTime() - begun < ENOUGH_NANOS; i++) {
      long before = System.nanoTime();
      List<Tensor> _ = model.run(sample);
      least = Math.min(least, System.nanoTime() - before);
    }
    return least;
  }

  /** Returns whether so many samples keep a thread busy for a tenth of a second at most. */
  boolean isBrief(int samples) {
    return nanos <= BRIEF_NANOS / samples;
  }
}
