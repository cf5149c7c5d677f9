package dev.fovea.train;

import dev.fovea.tensor.FoveaException;
import java.util.List;

/**
 * The result of a learning rate range test: the loss at each learning rate (Smith, 2017).
 *
 * @param points the steps in order
 */
public record RateCurve(List<Point> points) {
  /** The part of the steps at the beginning in which the smoothed loss means little. */
  private static final int SETTLING = 10;

  /**
   * One step.
   *
   * @param rate the learning rate
   * @param loss the loss before the step
   * @param smoothed the exponential moving average of the losses
   */
  public record Point(double rate, double loss, double smoothed) {}

  /** Copies the list. */
  public RateCurve {
    points = List.copyOf(points);
  }

  /** Returns the rate at which the smoothed loss fell most steeply over the rate's logarithm. */
  public double steepest() {
    requirePoints();
    int best = 1;
    double fall = Double.NEGATIVE_INFINITY;
    for (int i = Math.max(1, points.size() / SETTLING); i < points.size(); i++) {
      double now = points.get(i - 1).smoothed - points.get(i).smoothed;
      best = now > fall ? i : best;
      fall = Math.max(now, fall);
    }
    return points.get(best).rate;
  }

  /** Returns a tenth of the rate with the lowest smoothed loss, which is usually a safe choice. */
  public double tenthOfLowest() {
    requirePoints();
    Point lowest = points.get(0);
    for (Point p : points) {
      lowest = p.smoothed < lowest.smoothed ? p : lowest;
    }
    return lowest.rate / 10;
  }

  private void requirePoints() {
    if (points.size() < 2) {
      throw new FoveaException(
          "learning rate finder: the loss was finite in "
              + points.size()
              + " steps; begin with a smaller learning rate");
    }
  }
}
