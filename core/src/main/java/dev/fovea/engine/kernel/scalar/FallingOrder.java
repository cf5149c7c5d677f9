package dev.fovea.engine.kernel.scalar;

import dev.fovea.engine.kernel.Span;

/** The order of numbers, the largest first and of equal ones the first first: a merge sort. */
final class FallingOrder {
  private FallingOrder() {}

  /** Returns how many floats {@link #of} needs for so many numbers. */
  static int floats(int n) {
    return 2 * n;
  }

  /**
   * Writes the places of numbers in their order into memory of a thread's own.
   *
   * @return where in the array of {@code own} the places begin
   */
  static int of(float[] x, int at, int n, Span own) {
    for (int i = 0; i < n; i++) {
      own.array()[own.offset() + i] = i;
    }
    return sorted(x, at, n, own);
  }

  /**
   * Writes the places of numbers above another, in the order of places, into memory of a thread's
   * own.
   *
   * @return how many they are
   */
  static int above(float[] x, int at, int n, float least, Span own) {
    int count = 0;
    for (int i = 0; i < n; i++) {
      if (x[at + i] > least) {
        own.array()[own.offset() + count++] = i;
      }
    }
    return count;
  }

  /**
   * Brings places that lie at the beginning of a thread's own memory into the order of their
   * numbers.
   *
   * @param n how many there are
   * @return where in the array of {@code own} they then begin
   */
  static int sorted(float[] x, int at, int n, Span own) {
    float[] order = own.array();
    int from = own.offset();
    int to = from + n;
    for (int run = 1; run < n; run *= 2) {
      for (int begin = 0; begin < n; begin += 2 * run) {
        int middle = Math.min(n, begin + run);
        merge(x, at, order, from, to, begin, middle, Math.min(n, begin + 2 * run));
      }
      int swap = from;
      from = to;
      to = swap;
    }
    return from;
  }

  private static void merge(
      float[] x, int at, float[] order, int from, int to, int begin, int middle, int end) {
    int a = begin;
    int b = middle;
    for (int i = begin; i < end; i++) {
      boolean second =
          a == middle
              || (b < end && before(x[at + (int) order[from + b]], x[at + (int) order[from + a]]));
      order[to + i] = order[from + (second ? b++ : a++)];
    }
  }

  private static boolean before(float x, float y) {
    return x > y || (Float.isNaN(y) && !Float.isNaN(x));
  }
}
