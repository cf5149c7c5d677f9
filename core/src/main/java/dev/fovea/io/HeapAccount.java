package dev.fovea.io;

/**
 * Adds up what the data of one file take of the heap, against a {@link HeapBound}.
 *
 * <p>Not for several threads at once.
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
   * Notes memory before it is reserved.
   *
   * @param what the data so far, the subject of the message, in the plural
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
