package dev.fovea.systems.box;

/** The order of scores: the highest first, of equal ones the one that comes first. */
final class ScoreOrder {
  /** The bits of a digit: three digits make a key. */
  private static final int DIGIT = 11;

  private static final int MASK = (1 << DIGIT) - 1;

  private ScoreOrder() {}

  /** Returns the numbers of the scores in their order; what is no number comes last. */
  static int[] of(float... scores) {
    int[] keys = new int[scores.length];
    int[] order = new int[scores.length];
    for (int i = 0; i < keys.length; i++) {
      // Falling, and as a number without sign.
      keys[i] = rank(scores[i]) ^ Integer.MAX_VALUE;
      order[i] = i;
    }
    for (int shift = 0; shift < Integer.SIZE; shift += DIGIT) {
      order = byDigit(keys, order, shift);
    }
    return order;
  }

  /** Returns numbers in the order of one digit of their keys; equal ones stay in their order. */
  private static int[] byDigit(int[] keys, int[] order, int shift) {
    int[] begins = new int[(1 << DIGIT) + 1];
    for (int key : keys) {
      begins[(key >>> shift & MASK) + 1]++;
    }
    for (int d = 1; d < begins.length; d++) {
      begins[d] += begins[d - 1];
    }
    int[] sorted = new int[order.length];
    for (int i : order) {
      sorted[begins[keys[i] >>> shift & MASK]++] = i;
    }
    return sorted;
  }

  /** Returns a whole number that is larger for a larger score. */
  private static int rank(float score) {
    // Adding 0 makes 0 of −0, which no score is lower for.
    int bits = Float.floatToRawIntBits(Float.isNaN(score) ? Float.NEGATIVE_INFINITY : score + 0f);
    return bits ^ ((bits >> 31) & Integer.MAX_VALUE);
  }
}
