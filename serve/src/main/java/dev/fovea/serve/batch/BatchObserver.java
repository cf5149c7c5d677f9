package dev.fovea.serve.batch;

/** What is told of each batch, such as to count it; it is called by several threads. */
@FunctionalInterface
public interface BatchObserver {
  /**
   * Tells that a batch has been computed.
   *
   * @param samples its size
   * @param waitedNanos how long its oldest sample had waited
   * @param computedNanos how long it was computed
   */
  void computed(int samples, long waitedNanos, long computedNanos);
}
