package dev.fovea.systems.measure;

import dev.fovea.data.KeyPoint;
import dev.fovea.tensor.FoveaException;
import java.util.List;

/**
 * Object key point similarity (OKS), which is to key points what intersection over union is to
 * boxes: the mean of exp(−d² / (2 · area · (2σ)²)) over the points of the object whose place is
 * known, d being the distance of the point that was found.
 *
 * <p>Where no point of the object is known, d is the distance to its box doubled in size, and the
 * mean is over all points. Points are compared as COCO's files have them: they count from the
 * middle of the first pixel, and one that is missing from what was found is at (0, 0).
 *
 * @param sigmas σ of each kind of point: how far apart annotators put it, in shares of the object's
 *     size
 */
public record KeyPointSimilarity(List<Double> sigmas) implements Similarity {
  /** Those of the 17 key points of persons in COCO. */
  public static final KeyPointSimilarity PERSON =
      new KeyPointSimilarity(
          List.of(
              .026, .025, .025, .035, .035, .079, .079, .072, .072, .062, .062, .107, .107, .087,
              .087, .089, .089));

  /**
   * Copies the list.
   *
   * @throws FoveaException if it is empty or has one that is not above 0
   */
  public KeyPointSimilarity {
    sigmas = List.copyOf(sigmas);
    if (sigmas.isEmpty() || sigmas.stream().anyMatch(s -> !(s > 0))) {
      throw new FoveaException(
          "key point similarity: need a sigma above 0 for each kind of point, got " + sigmas);
    }
  }

  @Override
  public double of(Found found, Truth truth) {
    double[] place = places(found.points());
    boolean[] known = known(truth.points());
    double[] wanted = places(truth.points());
    boolean none = !hasKnownPoint(truth);
    double sum = 0;
    int n = 0;
    for (int k = 0; k < sigmas.size(); k++) {
      if (none || known[k]) {
        double dx = place[2 * k] - wanted[2 * k];
        double dy = place[2 * k + 1] - wanted[2 * k + 1];
        if (none) {
          Rectangle b = truth.box();
          dx = beyond(place[2 * k], b.x() - b.width(), b.x() + b.width() * 2);
          dy = beyond(place[2 * k + 1], b.y() - b.height(), b.y() + b.height() * 2);
        }
        double deviation = 2 * sigmas.get(k);
        // The ulp is COCO's guard against objects of area 0.
        double area = truth.area() + Math.ulp(1.0);
        sum += Math.exp(-(dx * dx + dy * dy) / (deviation * deviation) / area / 2);
        n++;
      }
    }
    return sum / n;
  }

  private static double beyond(double x, double low, double high) {
    return Math.max(0, low - x) + Math.max(0, x - high);
  }

  private static boolean hasKnownPoint(Truth truth) {
    return truth.points().stream().anyMatch(KeyPoint::isKnown);
  }

  /** Returns where points are in COCO's files. */
  private double[] places(List<KeyPoint> points) {
    double[] places = new double[2 * sigmas.size()];
    for (KeyPoint p : points) {
      require(p);
      if (p.isKnown()) {
        places[2 * p.label()] = p.x() - CocoResults.POINT_OFFSET;
        places[2 * p.label() + 1] = p.y() - CocoResults.POINT_OFFSET;
      }
    }
    return places;
  }

  private boolean[] known(List<KeyPoint> points) {
    boolean[] known = new boolean[sigmas.size()];
    for (KeyPoint p : points) {
      known[p.label()] = p.isKnown();
    }
    return known;
  }

  private void require(KeyPoint p) {
    if (p.label() < 0 || p.label() >= sigmas.size()) {
      throw new FoveaException(
          "key point similarity: a point of kind %s, there are sigmas of kinds 0 to %s"
              .formatted(p.label(), sigmas.size() - 1));
    }
  }

  /** Returns the area of the rectangle around all points, as COCO takes it. */
  @Override
  public double area(Found found) {
    double[] places = places(found.points());
    double left = places[0];
    double right = left;
    double top = places[1];
    double bottom = top;
    for (int i = 0; i < places.length; i += 2) {
      left = Math.min(left, places[i]);
      right = Math.max(right, places[i]);
      top = Math.min(top, places[i + 1]);
      bottom = Math.max(bottom, places[i + 1]);
    }
    return (right - left) * (bottom - top);
  }

  /** Returns whether an object counts: no crowd, and with a point whose place is known. */
  @Override
  public boolean counts(Truth truth) {
    return !truth.crowd() && hasKnownPoint(truth);
  }
}
