package dev.fovea.train;

import dev.fovea.tensor.FoveaException;
import java.util.ArrayList;
import java.util.List;

/**
 * A reliability diagram: how confident a classifier is in its predictions, and how often they are
 * right (Guo et al., 2017).
 *
 * @param bins the samples grouped by their largest probability, in equal intervals of [0, 1]
 */
public record Calibration(List<Bin> bins) {
  /**
   * The samples of one interval.
   *
   * @param count the number of samples
   * @param confidence the mean of their largest probabilities; NaN without samples
   * @param accuracy the share that is classified correctly; NaN without samples
   */
  public record Bin(long count, double confidence, double accuracy) {}

  /** Copies the list. */
  public Calibration {
    bins = List.copyOf(bins);
  }

  static Calibration of(Outcomes outcomes, int parts) {
    if (parts < 1) {
      throw new FoveaException("calibration: needs at least 1 bin, got " + parts);
    }
    long[] counts = new long[parts];
    double[] sure = new double[parts];
    long[] right = new long[parts];
    for (int i = 0; i < outcomes.size(); i++) {
      int best = outcomes.best(i);
      double p = outcomes.probability(i, best);
      int bin = Math.clamp((long) (p * parts), 0, parts - 1);
      counts[bin]++;
      sure[bin] += p;
      right[bin] += best == outcomes.label(i) ? 1 : 0;
    }
    List<Bin> bins = new ArrayList<>();
    for (int b = 0; b < parts; b++) {
      bins.add(new Bin(counts[b], sure[b] / counts[b], (double) right[b] / counts[b]));
    }
    return new Calibration(bins);
  }

  /** Returns the expected calibration error Σ count/all · |accuracy − confidence|. */
  public double expectedError() {
    long all = bins.stream().mapToLong(Bin::count).sum();
    return bins.stream()
        .filter(b -> b.count > 0)
        .mapToDouble(b -> (double) b.count / all * Math.abs(b.accuracy - b.confidence))
        .sum();
  }

  /**
   * Returns the maximum calibration error: the largest |accuracy − confidence| of an interval with
   * samples.
   */
  public double largestError() {
    return bins.stream()
        .filter(b -> b.count > 0)
        .mapToDouble(b -> Math.abs(b.accuracy - b.confidence))
        .max()
        .orElse(0);
  }
}
