package dev.fovea.systems.box;

import java.util.Arrays;

/** The order of scores: the highest first, of equal ones the one that comes first. */
final class ScoreOrder {
  private ScoreOrder() {}

  /** Returns the numbers of the scores in their order; what is no number comes last. */
  static int[] of(float... scores) {
    long[] keys = new long[scores.length];
    for (int i = 0; i < keys.length; i++) {
      keys[i] = (long) ~rank(scores[i]) << 32 | i;
    }
    Arrays.sort(keys);
    int[] order = new int[keys.length];
    for (int i = 0; i < order.length; i++) {
      order[i] = (int) keys[i];
    }
    return order;
  }

  /** Returns a whole number that is larger for a larger score. */
  private static int rank(float score) {
    // Adding 0 makes 0 of −0, which no score is lower for.
    int bits = Float.floatToRawIntBits(Float.isNaN(score) ? Float.NEGATIVE_INFINITY : score + 0f);
    return bits ^ ((bits >> 31) & Integer.MAX_VALUE);
  }
}
