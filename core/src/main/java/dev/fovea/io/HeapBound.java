package dev.fovea.io;

import dev.fovea.tensor.FoveaException;

/**
 * The most memory that the data of one file may take: a share of the heap that Java may use.
 *
 * <p>The bound depends on the heap's limit alone, not on what is free at the moment: whether a file
 * is read does not change from run to run.
 *
 * @param bytes the bound in bytes
 */
public record HeapBound(long bytes) {
  private static final int MEGABYTE = 1 << 20;

  /** Returns the bound of this Java process: half of its heap, as the data are not alone in it. */
  public static HeapBound ofThisProcess() {
    return new HeapBound(Runtime.getRuntime().maxMemory() / 2);
  }

  /**
   * Checks what reading a file would take, before it is reserved.
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
