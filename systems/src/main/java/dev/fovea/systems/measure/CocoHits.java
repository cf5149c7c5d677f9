package dev.fovea.systems.measure;

import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * What was found of one class, over all pictures: for each its score, its rank in its picture, and
 * for each range of areas and each threshold whether it is right and whether it counts as nothing.
 */
final class CocoHits {
  private final int thresholds;
  private final long[] objects;
  private double[] scores = new double[16];
  private int[] ranks = new int[16];
  private long[] right = new long[16];
  private long[] nothing = new long[16];
  private int n;

  /**
   * Makes it for so many ranges of areas and thresholds, which together fit the bits of a number.
   */
  CocoHits(int areas, int thresholds) {
    this.objects = new long[areas];
    this.thresholds = thresholds;
  }

  /** Adds objects that count in a range of areas. */
  void objects(int area, int count) {
    objects[area] += count;
  }

  /**
   * Adds what was found.
   *
   * @param rank how many of this class in this picture have a greater score
   * @param rightBits bit area · thresholds + threshold: whether it is right
   * @param nothingBits as before: whether it counts as nothing
   */
  void found(double score, int rank, long rightBits, long nothingBits) {
    if (n == scores.length) {
      scores = Arrays.copyOf(scores, 2 * n);
      ranks = Arrays.copyOf(ranks, 2 * n);
      right = Arrays.copyOf(right, 2 * n);
      nothing = Arrays.copyOf(nothing, 2 * n);
    }
    scores[n] = score;
    ranks[n] = rank;
    right[n] = rightBits;
    nothing[n++] = nothingBits;
  }

  /** Returns how many objects count in a range of areas. */
  long objects(int area) {
    return objects[area];
  }

  /** Returns the share of objects that the first so many of each picture find; −1 without any. */
  double recall(int area, int threshold, int limit) {
    if (objects[area] == 0) {
      return -1;
    }
    long bit = bit(area, threshold);
    long hits = 0;
    for (int i = 0; i < n; i++) {
      hits += ranks[i] < limit && (right[i] & ~nothing[i] & bit) != 0 ? 1 : 0;
    }
    return (double) hits / objects[area];
  }

  /** Returns the order of falling scores; of equal ones as they were added. */
  int[] order() {
    return IntStream.range(0, n)
        .boxed()
        .sorted(Comparator.comparingDouble(i -> 0 - scores[i]))
        .mapToInt(Integer::intValue)
        .toArray();
  }

  /**
   * Returns precision and score where recall reaches 0, 0.01 … 1: the greatest precision at that
   * recall or above, and the least score that counts there; zeros where it is not reached.
   *
   * @param order what {@link #order()} gave
   */
  Curve curve(int area, int threshold, int[] order) {
    long bit = bit(area, threshold);
    double[] recall = new double[n];
    double[] precision = new double[n];
    long hits = 0;
    long misses = 0;
    for (int k = 0; k < n; k++) {
      int i = order[k];
      if ((nothing[i] & bit) == 0) {
        hits += (right[i] & bit) != 0 ? 1 : 0;
        misses += (right[i] & bit) != 0 ? 0 : 1;
      }
      recall[k] = (double) hits / objects[area];
      // The ulp is COCO's guard against a division by 0.
      precision[k] = hits / (misses + hits + Math.ulp(1.0));
    }
    for (int k = n - 1; k > 0; k--) {
      precision[k - 1] = Math.max(precision[k - 1], precision[k]);
    }
    Double[] atRecall = new Double[Curve.POINTS];
    Double[] scoreAt = new Double[Curve.POINTS];
    int k = 0;
    for (int r = 0; r < Curve.POINTS; r++) {
      while (k < n && recall[k] < Curve.recall(r)) {
        k++;
      }
      atRecall[r] = k < n ? precision[k] : 0;
      scoreAt[r] = k < n ? scores[order[k]] : 0;
    }
    return new Curve(Arrays.asList(atRecall), Arrays.asList(scoreAt));
  }

  private long bit(int area, int threshold) {
    return 1L << (area * thresholds + threshold);
  }
}
