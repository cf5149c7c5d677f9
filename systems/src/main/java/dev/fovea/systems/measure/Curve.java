package dev.fovea.systems.measure;

import java.util.List;

/**
 * A curve of precision over recall at recall 0, 0.01 … 1, as COCO draws it.
 *
 * @param precision the greatest precision at that recall or above; 0 where it is not reached
 * @param score the least score of what is counted there; 0 where it is not reached
 */
public record Curve(List<Double> precision, List<Double> score) {
  /** How many points a curve has. */
  public static final int POINTS = 101;

  /** Copies the lists. */
  public Curve {
    precision = List.copyOf(precision);
    score = List.copyOf(score);
  }

  /** Returns the recall of a point, 0 to {@value #POINTS} − 1. */
  public static double recall(int point) {
    return point == POINTS - 1 ? 1 : point * 0.01;
  }

  /** Returns the mean precision, which is the average precision. */
  public double mean() {
    double sum = 0;
    for (double p : precision) {
      sum += p;
    }
    return sum / precision.size();
  }
}
