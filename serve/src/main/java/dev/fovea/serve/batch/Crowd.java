package dev.fovea.serve.batch;

import dev.fovea.nn.Model;
import java.util.stream.IntStream;

/**
 * Requests that are so many that each thread computes some of them on its own: no thread waits for
 * another then, as those do that share the tasks of one batch, and a request is answered once it is
 * computed.
 *
 * @param threads how many threads may compute so; with one, none does
 * @param mostSamples the most samples of such a batch: a larger one would be computed part by part
 */
record Crowd(int threads, int mostSamples) {
  /** The share of its time that a sample may lose in a smaller batch. */
  private static final double HARDLY = 0.05;

  /** Returns how requests for a model are parted among the threads of its engine. */
  static Crowd of(Model model, Batching rule) {
    int threads = model.engine().threads();
    boolean any = model.fixesBatch() || threads == 1; // no batches are made, or none apart
    int most = rule.maxBatch();
    return new Crowd(threads, any ? most : model.inference().samplesAtOnce(most));
  }

  /**
   * Returns this with the smallest batches whose samples take hardly longer than those of the best:
   * a small batch is answered sooner, and a request alone is computed where it lies.
   *
   * @param sizes some sizes of batches, ascending
   * @param nanos how long a thread on its own takes for a batch of each
   */
  Crowd sparing(int[] sizes, long... nanos) {
    double best =
        IntStream.range(0, sizes.length).mapToDouble(i -> each(sizes, nanos, i)).min().orElse(0);
    return IntStream.range(0, sizes.length)
        .filter(i -> each(sizes, nanos, i) <= (1 + HARDLY) * best)
        .mapToObj(i -> new Crowd(threads, sizes[i]))
        .findFirst()
        .orElse(this);
  }

  private static double each(int[] sizes, long[] nanos, int i) {
    return (double) nanos[i] / sizes[i];
  }

  /**
   * Returns whether each batch is for a thread on its own: such are computed, or wait, for half of
   * the threads at least.
   *
   * @param waiting how many requests wait
   * @param apart how many batches are computed by a thread each
   */
  boolean forms(int waiting, int apart) {
    return threads > 1 && waiting + apart >= Math.max(2, Math.ceilDiv(threads, 2));
  }

  /**
   * Returns whether a thread may compute a batch on its own: one is free, for the threads do not
   * work together.
   *
   * @param together how many batches are computed by all threads
   * @param apart how many are computed by a thread each
   */
  boolean hasFree(int together, int apart) {
    return together == 0 && apart < threads;
  }
}
