package dev.fovea.systems.measure;

import dev.fovea.data.Box;
import dev.fovea.tensor.FoveaException;

/**
 * A rectangle as COCO writes it, in pixels; one without area is something that can be measured.
 *
 * @param x where it begins in a row
 * @param y where it begins in a column
 * @param width how far it reaches in a row
 * @param height how far it reaches in a column
 */
public record Rectangle(double x, double y, double width, double height) {
  /**
   * Checks the numbers.
   *
   * @throws FoveaException if they are not finite, or the width or height is negative
   */
  public Rectangle {
    if (!(Double.isFinite(x + y + width + height) && width >= 0 && height >= 0)) {
      throw new FoveaException(
          "rectangle at (%s, %s) of %s×%s: need finite numbers, width and height of 0 or more"
              .formatted(x, y, width, height));
    }
  }

  /** Returns the rectangle of a box. */
  public static Rectangle of(Box box) {
    return new Rectangle(box.left(), box.top(), box.right() - box.left(), box.bottom() - box.top());
  }

  /** Returns width × height. */
  public double area() {
    return width * height;
  }

  /** Returns the area that both cover. */
  public double intersection(Rectangle other) {
    double w = Math.min(x + width, other.x + other.width) - Math.max(x, other.x);
    double h = Math.min(y + height, other.y + other.height) - Math.max(y, other.y);
    return w > 0 && h > 0 ? w * h : 0;
  }

  /** Returns the intersection over union; 0 where they have no area in common. */
  public double iou(Rectangle other) {
    double both = intersection(other);
    return both == 0 ? 0 : both / (area() + other.area() - both);
  }

  /** Returns the share of this rectangle that lies in another; 0 if it has no area. */
  public double shareIn(Rectangle other) {
    double both = intersection(other);
    return both == 0 ? 0 : both / area();
  }
}
