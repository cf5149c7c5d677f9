package dev.fovea.simd;

/**
 * Loops over rows that are fast at their first call, to the same bits as those of the Vector API,
 * which need C2.
 */
public interface RowLoops {
  /**
   * Where rows lie: a formula is applied {@code count} times, each time further on in all arrays.
   *
   * @param length the numbers of a row, a multiple of a vector's
   * @param count how many times
   * @param step floats from one time to the next in the first array
   * @param otherStep the same in the second array of {@link RowFormula#PRODUCT}
   * @param outStep the same in the array of results
   */
  record Extent(int length, int count, int step, int otherStep, int outStep) {
    /** Returns that of a formula that is applied once. */
    public static Extent of(int length) {
      return new Extent(length, 1, 0, 0, 0);
    }
  }

  /**
   * Returns whether a formula can be applied to rows of so many numbers, a multiple of a vector's.
   */
  boolean takes(RowFormula formula, int length);

  /**
   * Applies a formula that is {@linkplain #takes taken}.
   *
   * @param places the indices of the rows that go in, in {@code x}, and then of those that come
   *     out, in {@code y}
   * @param x the array of the rows that go in
   * @param other the second array of {@link RowFormula#PRODUCT}
   * @param otherAt the index of its row
   * @param y the array of the rows that come out; it may be {@code x}
   */
  void apply(
      RowFormula formula,
      Extent extent,
      int[] places,
      float[] x,
      float[] other,
      int otherAt,
      float[] y);
}
