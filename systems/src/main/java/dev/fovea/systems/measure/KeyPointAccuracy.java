package dev.fovea.systems.measure;

import dev.fovea.data.KeyPoint;
import dev.fovea.tensor.FoveaException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * How near key points were found, in shares of a size that belongs to the object: its box (PCK,
 * Yang and Ramanan 2013), its head (PCKh, Andriluka et al. 2014), the distance of its pupils
 * (normalised mean error of faces).
 *
 * <p>Points whose place is not known do not count. A point that was not found is not near. One
 * thread adds at a time.
 */
public final class KeyPointAccuracy {
  private static final double HEAD = 0.6;

  private final double threshold;
  private final boolean inclusive;
  private final long[] near;
  private final long[] all;
  private double shares;
  private double pixels;
  private long measured;
  private long notFound;

  private KeyPointAccuracy(int kinds, double threshold, boolean inclusive) {
    this.near = new long[kinds];
    this.all = new long[kinds];
    this.threshold = threshold;
    this.inclusive = inclusive;
  }

  /**
   * Measures the percentage of correct key points: those nearer than the threshold.
   *
   * @param kinds how many kinds of points there are
   * @param threshold the distance in shares of the size, such as 0.1
   */
  public static KeyPointAccuracy pck(int kinds, double threshold) {
    return new KeyPointAccuracy(kinds, threshold, false);
  }

  /**
   * Measures PCKh: the percentage of key points at most half a head away. The size to add is that
   * of {@link #head}.
   *
   * @param kinds how many kinds of points there are
   */
  public static KeyPointAccuracy pckh(int kinds) {
    return new KeyPointAccuracy(kinds, 0.5, true);
  }

  /** Returns the size of a head: 0.6 of the diagonal of its box. */
  public static double head(Rectangle box) {
    return HEAD * Math.hypot(box.width(), box.height());
  }

  /**
   * Adds an object.
   *
   * @param truth where its points are
   * @param found where they were found
   * @param size the size that distances are divided by, in pixels
   */
  public KeyPointAccuracy add(List<KeyPoint> truth, List<KeyPoint> found, double size) {
    return add(truth, found, size, size);
  }

  /**
   * Adds an object whose distances in a row and in a column are divided by different sizes.
   *
   * @param truth where its points are
   * @param found where they were found
   * @param width what distances in a row are divided by, in pixels
   * @param height what distances in a column are divided by, in pixels
   * @throws FoveaException if a size is not above 0 or a point of another kind
   */
  public KeyPointAccuracy add(
      List<KeyPoint> truth, List<KeyPoint> found, double width, double height) {
    if (!(width > 0 && height > 0)) {
      throw new FoveaException(
          "key points: sizes %s and %s to divide by; need numbers above 0"
              .formatted(width, height));
    }
    Map<Integer, KeyPoint> places = new HashMap<>();
    found.forEach(p -> places.put(p.label(), p));
    for (KeyPoint t : truth) {
      if (t.label() < 0 || t.label() >= all.length) {
        throw new FoveaException(
            "key points: one of kind %s, there are kinds 0 to %s"
                .formatted(t.label(), all.length - 1));
      }
      if (t.isKnown()) {
        all[t.label()]++;
        KeyPoint f = places.get(t.label());
        if (f == null) {
          notFound++;
        } else {
          measure(t, f, width, height);
        }
      }
    }
    return this;
  }

  private void measure(KeyPoint truth, KeyPoint found, double width, double height) {
    double dx = found.x() - truth.x();
    double dy = found.y() - truth.y();
    double share = length(dx / width, dy / height);
    near[truth.label()] += share < threshold || (inclusive && share == threshold) ? 1 : 0;
    shares += share;
    pixels += length(dx, dy);
    measured++;
  }

  private static double length(double x, double y) {
    return Math.sqrt(x * x + y * y);
  }

  /**
   * How near key points were found.
   *
   * @param perKind the share of points of each kind that are near; −1 where there is none
   * @param mean the mean over kinds that there are; −1 without any
   * @param kinds how many kinds there are
   * @param normalizedMeanError the mean distance in shares of the size, over points that were found
   * @param endPointError the mean distance in pixels, over points that were found
   * @param notFound how many points were not found
   */
  public record Result(
      List<Double> perKind,
      double mean,
      int kinds,
      double normalizedMeanError,
      double endPointError,
      long notFound) {
    /** Copies the list. */
    public Result {
      perKind = List.copyOf(perKind);
    }
  }

  /** Returns all figures of the objects that were added. */
  public Result result() {
    List<Double> perKind = new ArrayList<>();
    for (int k = 0; k < all.length; k++) {
      perKind.add(all[k] == 0 ? -1 : (double) near[k] / all[k]);
    }
    List<Double> there = perKind.stream().filter(s -> s >= 0).toList();
    double mean = there.stream().mapToDouble(Double::doubleValue).average().orElse(-1);
    return new Result(
        perKind,
        mean,
        there.size(),
        measured == 0 ? -1 : shares / measured,
        measured == 0 ? -1 : pixels / measured,
        notFound);
  }
}
