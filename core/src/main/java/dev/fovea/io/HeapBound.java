package dev.fovea.io;

import dev.fovea.tensor.FoveaException;

/**
 * A limit for the memory of one file's data: a share of the maximal heap.
 *
 * <p>The limit depends on the maximal heap alone, not on the memory that is free now, so a file can
 * be read in every run or in none.
 *
 * @param bytes the bound in bytes
 */
public record HeapBound(long bytes) {
  private static final int MEGABYTE = 1 << 20;

  /** Returns the limit of this Java process: half of its maximal heap. */
  public static HeapBound ofThisProcess() {
    return new HeapBound(Runtime.getRuntime().maxMemory() / 2);
  }

  /**
   * Checks memory that is about to be allocated.
   *
   * @param what the file and what is in it, the subject of the message
   * @param needed bytes of memory
   * @throws FoveaException if that is more than the bound
   */
  public void check(String what, long needed) {
    if (needed > bytes) {
      throw new FoveaException(
          "%s needs %s MiB of memory, allowed are %s, half of Java's heap; java -Xmx raises it"
              .formatted(what, Math.ceilDiv(needed, (long) MEGABYTE), bytes / MEGABYTE));
    }
  }
}
