package dev.fovea.engine.kernel;

/**
 * Where in an array vectors are aligned.
 *
 * <p>A line of 64 bytes holds 16 floats. An array's elements begin 16 bytes into it, and large
 * arrays begin on a line, so that element 12 is the first on a line.
 */
public final class Alignment {
  /** The index of the first aligned element. */
  public static final int FIRST = 12;

  /** The largest index that a place in an array may begin at. */
  public static final int LAST = Integer.MAX_VALUE - 64;

  /** The floats of an array, 4 MiB, that G1 counts as large for heaps of up to 16 GiB. */
  static final int LARGE = 1 << 20;

  private static final int LINE = 64;

  private Alignment() {}

  /** Returns the first index at or after {@code index} where floats are aligned. */
  public static long next(long index) {
    return next(index, Float.BYTES);
  }

  /**
   * Returns the first index at or after {@code index} where elements of so many bytes are aligned.
   */
  public static long next(long index, int bytes) {
    int line = LINE / bytes;
    int first = FIRST * Float.BYTES / bytes;
    return (Math.max(index - first, 0) + line - 1) / line * line + first;
  }
}
