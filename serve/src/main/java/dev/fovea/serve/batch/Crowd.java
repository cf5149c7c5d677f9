package dev.fovea.serve.batch;

import dev.fovea.nn.Model;

/**
 * Requests that are so many that each thread computes some of them on its own: no thread waits for
 * another then, as those do that share the tasks of one batch, and a request is answered once it is
 * computed.
 *
 * @param threads how many threads may compute so; with one, none does
 * @param mostSamples the most samples of such a batch: a larger one would be computed part by part
 */
record Crowd(int threads, int mostSamples) {
  /** Returns how requests for a model are parted among the threads of its engine. */
  static Crowd of(Model model, Batching rule) {
    int threads = model.engine().threads();
    boolean any = model.fixesBatch() || threads == 1; // no batches are made, or none apart
    int most = rule.maxBatch();
    return new Crowd(threads, any ? most : model.inference().samplesAtOnce(most));
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
