package dev.fovea.train;

import dev.fovea.tensor.FoveaException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A receiver operating characteristic (ROC): the rates of true and false positives at every
 * threshold (Fawcett, 2006).
 *
 * @param points the points from the highest threshold, with no positives, to the lowest
 */
public record RocCurve(List<Point> points) {
  /**
   * One threshold.
   *
   * @param threshold the smallest score that counts as positive
   * @param falsePositives the share of the negatives above the threshold
   * @param truePositives the share of the positives above the threshold
   */
  public record Point(double threshold, double falsePositives, double truePositives) {}

  /** Copies the list. */
  public RocCurve {
    points = List.copyOf(points);
  }

  /**
   * Returns the curve of these scores.
   *
   * @param scores a score per sample
   * @param positive whether each sample is positive
   * @throws FoveaException if all samples, or none, are of the class
   */
  public static RocCurve of(double[] scores, boolean[] positive) {
    int[] order =
        IntStream.range(0, scores.length)
            .boxed()
            .sorted((i, j) -> Double.compare(scores[j], scores[i]))
            .mapToInt(Integer::intValue)
            .toArray();
    long all = IntStream.range(0, positive.length).filter(i -> positive[i]).count();
    long others = positive.length - all;
    if (all == 0 || others == 0) {
      throw new FoveaException(
          "ROC curve: needs samples of the class and others, got " + all + " and " + others);
    }
    List<Point> points = new ArrayList<>();
    points.add(new Point(Double.POSITIVE_INFINITY, 0, 0));
    long hits = 0;
    long alarms = 0;
    for (int k = 0; k < order.length; k++) {
      hits += positive[order[k]] ? 1 : 0;
      alarms += positive[order[k]] ? 0 : 1;
      double score = scores[order[k]];
      // Samples of one score are taken together: no threshold parts them.
      if (k + 1 == order.length || scores[order[k + 1]] != score) {
        points.add(new Point(score, (double) alarms / others, (double) hits / all));
      }
    }
    return new RocCurve(points);
  }

  /**
   * Returns the area under the curve (AUC): the probability that a positive sample has a higher
   * score than a negative one, where equal scores count half.
   */
  public double area() {
    double area = 0;
    for (int i = 1; i < points.size(); i++) {
      Point a = points.get(i - 1);
      Point b = points.get(i);
      double width = b.falsePositives - a.falsePositives;
      area += width * (a.truePositives + b.truePositives) / 2;
    }
    return area;
  }

  /**
   * Returns the highest sensitivity (share of the positives found) at a threshold whose specificity
   * (share of the negatives that are not) is at least this.
   *
   * @param specificity from 0 to 1
   */
  public double sensitivityAt(double specificity) {
    double most = 1 - specificity + 1e-12; // 1 - 0.9 is a little less than 0.1
    double best = 0;
    for (Point p : points) {
      best = p.falsePositives <= most ? Math.max(best, p.truePositives) : best;
    }
    return best;
  }

  /**
   * Returns the equal error rate: the share of errors at the threshold where as large a share of
   * the positives is missed as of the negatives is taken, between two points by a straight line.
   */
  public double equalErrorRate() {
    for (int i = 1; i < points.size(); i++) {
      Point a = points.get(i - 1);
      Point b = points.get(i);
      double before = 1 - a.truePositives - a.falsePositives;
      double after = 1 - b.truePositives - b.falsePositives;
      if (after <= 0) {
        double t = before / (before - after);
        return a.falsePositives + t * (b.falsePositives - a.falsePositives);
      }
    }
    throw new IllegalStateException("a curve ends at 1, 1");
  }
}
