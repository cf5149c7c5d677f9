package dev.fovea.io;

/**
 * A count of the heap memory that the data of one file take, which is checked against a {@link
 * HeapBound}.
 *
 * <p>Not thread-safe.
 */
public final class HeapAccount {
  private final HeapBound bound;
  private long taken;

  /** Creates an account against a bound. */
  public HeapAccount(HeapBound bound) {
    this.bound = bound;
  }

  /** Returns an account against the bound of this Java process. */
  public static HeapAccount ofThisProcess() {
    return new HeapAccount(HeapBound.ofThisProcess());
  }

  /**
   * Adds memory that is about to be allocated.
   *
   * @param what a plural noun for the data, with which the message begins
   * @param bytes the further bytes
   * @throws dev.fovea.tensor.FoveaException if all that was noted is more than the bound
   */
  public void take(String what, long bytes) {
    taken = Math.addExact(taken, bytes);
    bound.check(what, taken);
  }

  /** Notes that memory is free again. */
  public void give(long bytes) {
    taken -= bytes;
  }
}
