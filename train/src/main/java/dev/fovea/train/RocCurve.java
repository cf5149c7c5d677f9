package dev.fovea.train;

import dev.fovea.tensor.FoveaException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * How many of a class are found, and how many others are taken for it, at every threshold: the
 * receiver operating characteristic (Fawcett, 2006).
 *
 * @param points from the highest threshold, where nothing is taken for the class, to the lowest
 */
public record RocCurve(List<Point> points) {
  /**
   * One threshold.
   *
   * @param threshold the least score that is taken for the class
   * @param falsePositives the share of the others that is taken for the class
   * @param truePositives the share of the class that is found
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
   * @param positive whether each is of the class
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
   * Returns the area under the curve: how often a sample of the class has a higher score than
   * another, equal ones counting half.
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
}
