package dev.fovea.quantize.prune;

/** Two of each four weights. */
final class TwoOfFour {
  private TwoOfFour() {}

  /**
   * Returns which weights are the two smaller ones of their four; of equal ones the later.
   *
   * @param sizes the sizes of weights [.., in, out]
   * @param in the number of input channels, a multiple of four
   * @param out the number of output channels
   */
  static boolean[] pruned(float[] sizes, int in, int out) {
    boolean[] pruned = new boolean[sizes.length];
    for (int place = 0; place < sizes.length / (in * out); place++) {
      for (int c = 0; c < in; c += 4) {
        for (int o = 0; o < out; o++) {
          int first = (place * in + c) * out + o;
          for (int i = 0; i < 4; i++) {
            pruned[first + i * out] = larger(sizes, first, out, i) >= 2;
          }
        }
      }
    }
    return pruned;
  }

  /** Returns how many of the four come before the i-th. */
  private static int larger(float[] sizes, int first, int step, int i) {
    float own = sizes[first + i * step];
    int larger = 0;
    for (int k = 0; k < 4; k++) {
      float other = sizes[first + k * step];
      larger += other > own || (other == own && k < i) ? 1 : 0;
    }
    return larger;
  }
}
