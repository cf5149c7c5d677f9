package dev.fovea.simd;

/**
 * The inner loops of depthwise convolutions 3×3 on floats. Every implementation gives the same
 * bits: a result is a chain of fused multiply-adds that begins with the bias and takes the columns
 * of the window from left to right, each from below upwards.
 */
public interface FloatWindows {
  /** The place of a row that lies outside of the image. */
  int OUTSIDE = -1;

  /** The rows of an image that windows read: four for two rows of results, else three. */
  int MOST_ROWS = 4;

  /**
   * What rows of results have in common.
   *
   * @param channels the channels, at least as many as a vector has floats
   * @param stride the columns from a window to the next: 1, and two rows are computed at once, or 2
   * @param left whether the first window has a column in the image left of its centre
   * @param columns the results of a row
   * @param right whether the last window has a column in the image right of its centre
   * @param step the floats from a column of the image to the next, and from a result to the next
   * @param bounds between which numbers results stay
   */
  record Lines(
      int channels, int stride, boolean left, int columns, boolean right, int step, Bounds bounds) {
    /** A cache line, so that rows of weights do not share a place in the L1 cache. */
    private static final int APART = 16;

    /** Returns the floats from a row of weights to the next. */
    public int pitch() {
      return pitch(channels);
    }

    /** Returns the floats from a row of weights of so many channels to the next. */
    static int pitch(int channels) {
      return channels + APART;
    }

    /** Returns how many rows of an image the windows read. */
    public int rows() {
      return stride == 1 ? MOST_ROWS : MOST_ROWS - 1;
    }
  }

  /** Loops for lines of one kind. */
  interface Loops {
    /**
     * Computes one row of results, or two of stride 1.
     *
     * @param x the image
     * @param own this thread's own memory
     * @param table index in it of the places of the rows of the image that are read: the raw bits
     *     of the index of the first number under the centre of the first window, or {@link
     *     #OUTSIDE}
     * @param wo index in it of nine rows of weights and one of biases, a number for each channel,
     *     {@link Lines#pitch} apart
     * @param y the results
     * @param yo index of the first
     * @param z the second row of results, if there is one
     * @param zo index of the first
     */
    void compute(float[] x, float[] own, int table, int wo, float[] y, int yo, float[] z, int zo);
  }

  /** Returns loops for such lines. */
  Loops loops(Lines lines);
}
