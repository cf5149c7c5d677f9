package dev.fovea.simd;

/** Rounds floats to pairs of bfloat16, as {@link Bfloat16#pair} does. */
public interface PairRounding {
  /**
   * Makes pairs of neighbours: ⌈n / 2⌉ of each of some rows of n floats. The last of an odd number
   * is paired with zero.
   *
   * @param xs the distance between rows of floats
   * @param ys the distance between rows of pairs
   */
  void neighbours(int rows, int n, float[] x, int xo, int xs, float[] y, int yo, int ys);

  /**
   * Makes pairs of what lies at the same place in lines 0 and 1, 2 and 3, …: ⌈lines / 2⌉ lines of n
   * pairs. The last of an odd number of lines is paired with zeros.
   *
   * @param xs the distance between lines of floats
   * @param ys the distance between lines of pairs
   */
  void lines(int lines, int n, float[] x, int xo, int xs, float[] y, int yo, int ys);
}
