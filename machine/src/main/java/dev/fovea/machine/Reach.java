package dev.fovea.machine;

import java.util.Objects;

/**
 * Which elements of its arrays a micro-kernel touches. All that machine code will read or write is
 * checked here before: behind it nothing is.
 */
final class Reach {
  private Reach() {}

  /** Checks that {@code count} elements from one on lie in an array of a length. */
  static void check(long from, long count, int length) {
    Objects.checkFromIndexSize(from, count, (long) length);
  }

  /** Checks rows of {@code count} elements that begin {@code step} elements apart. */
  static void checkRows(long from, int rows, int step, long count, int length) {
    if (step < 0) {
      throw new IndexOutOfBoundsException("rows must not go back: " + step);
    }
    check(from, (rows - 1) * (long) step + count, length);
  }

  /**
   * Checks rows of elements that begin at {@code from + o(r)}.
   *
   * @param o the table, of the raw bits of floats
   * @param count the elements that are read of a row
   */
  static void checkRowsAt(long from, int rows, float[] o, int oo, long count, int length) {
    check(oo, rows, o.length);
    for (int r = 0; r < rows; r++) {
      check(from + Float.floatToRawIntBits(o[oo + r]), count, length);
    }
  }

  /** Returns the least step that leads none of m rows, which begin at o(r), before an array. */
  static long leastStep(int m, float[] o, int oo) {
    int least = Integer.MAX_VALUE;
    for (int r = 0; r < m; r++) {
      least = Math.min(least, Float.floatToRawIntBits(o[oo + r]));
    }
    return -(long) least;
  }

  /** Returns the greatest of the places o(r) of m rows. */
  static long greatest(int m, float[] o, int oo) {
    int greatest = Integer.MIN_VALUE;
    for (int r = 0; r < m; r++) {
      greatest = Math.max(greatest, Float.floatToRawIntBits(o[oo + r]));
    }
    return greatest;
  }

  /** Checks the answer of a kernel that compares each step of a table with two limits by itself. */
  static void checkSteps(long answer) {
    if (answer != 0) {
      throw new IndexOutOfBoundsException("a step leads out of an array");
    }
  }
}
