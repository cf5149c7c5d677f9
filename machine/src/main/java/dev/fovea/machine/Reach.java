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
   * @param first the first element that is read of a row, counted from its beginning
   * @param end the element behind the last that is read
   */
  static void checkRowsAt(
      long from, int rows, float[] o, int oo, long first, long end, int length) {
    check(oo, rows, o.length);
    for (int r = 0; r < rows; r++) {
      long row = from + Float.floatToRawIntBits(o[oo + r]);
      check(row + first, end - first, length);
    }
  }

  /** Returns the least of the first n numbers of a table, of which there is at least one. */
  static int least(int[] table, int n) {
    int least = table[0];
    for (int i = 1; i < n; i++) {
      least = Math.min(least, table[i]);
    }
    return least;
  }

  /** Returns the greatest of the first n numbers of a table, of which there is at least one. */
  static int greatest(int[] table, int n) {
    int greatest = table[0];
    for (int i = 1; i < n; i++) {
      greatest = Math.max(greatest, table[i]);
    }
    return greatest;
  }
}
