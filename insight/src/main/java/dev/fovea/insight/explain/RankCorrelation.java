package dev.fovea.insight.explain;

import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/** Spearman's rank correlation: how far two lists of numbers agree in their order, −1 to 1. */
final class RankCorrelation {
  private RankCorrelation() {}

  /** Returns the correlation of the ranks, equal numbers sharing theirs; 0 where all are equal. */
  static double of(float[] a, float[] b) {
    double[] ra = ranks(a);
    double[] rb = ranks(b);
    double mean = (a.length + 1) / 2.0;
    double both = 0;
    double squaresA = 0;
    double squaresB = 0;
    for (int i = 0; i < ra.length; i++) {
      both += (ra[i] - mean) * (rb[i] - mean);
      squaresA += (ra[i] - mean) * (ra[i] - mean);
      squaresB += (rb[i] - mean) * (rb[i] - mean);
    }
    double scale = Math.sqrt(squaresA * squaresB);
    return scale == 0 ? 0 : both / scale;
  }

  private static double[] ranks(float[] x) {
    Integer[] order = IntStream.range(0, x.length).boxed().toArray(Integer[]::new);
    Arrays.sort(order, Comparator.comparingDouble(i -> x[i]));
    double[] ranks = new double[x.length];
    for (int i = 0; i < order.length; ) {
      int end = i + 1;
      while (end < order.length && x[order[end]] == x[order[i]]) {
        end++;
      }
      for (int j = i; j < end; j++) {
        ranks[order[j]] = (i + 1 + end) / 2.0;
      }
      i = end;
    }
    return ranks;
  }
}
