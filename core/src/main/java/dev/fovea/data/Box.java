package dev.fovea.data;

import dev.fovea.tensor.FoveaException;
import java.util.List;

/**
 * A bounding box: a rectangle around an object, in pixels, where pixel i covers [i, i + 1).
 *
 * @param left the x coordinate of the left edge
 * @param top the y coordinate of the top edge
 * @param right the x coordinate of the right edge
 * @param bottom the y coordinate of the bottom edge
 * @param label the class index of the object
 * @param points the key points of the object, none by default
 */
public record Box(
    double left, double top, double right, double bottom, int label, List<KeyPoint> points) {
  /**
   * Checks the arguments.
   *
   * @throws FoveaException if it has no area
   */
  public Box {
    points = List.copyOf(points);
    if (!(right > left && bottom > top)) {
      throw new FoveaException(
          "box from (%s, %s) to (%s, %s): right of left and below top expected"
              .formatted(left, top, right, bottom));
    }
  }

  /** Creates a box without key points. */
  public Box(double left, double top, double right, double bottom, int label) {
    this(left, top, right, bottom, label, List.of());
  }

  /** Returns its area in pixels. */
  public double area() {
    return (right - left) * (bottom - top);
  }

  /**
   * Returns whether the place of any key point is known; files may list points of which none is.
   */
  public boolean hasKnownPoint() {
    return points.stream().anyMatch(KeyPoint::isKnown);
  }

  /** Returns this box with other edges. */
  public Box at(double newLeft, double newTop, double newRight, double newBottom) {
    return new Box(newLeft, newTop, newRight, newBottom, label, points);
  }

  /** Returns this box with other key points. */
  public Box withPoints(List<KeyPoint> others) {
    return new Box(left, top, right, bottom, label, others);
  }
}
