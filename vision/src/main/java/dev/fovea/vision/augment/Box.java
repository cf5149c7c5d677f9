package dev.fovea.vision.augment;

import dev.fovea.tensor.FoveaException;

/**
 * A rectangle around an object, in pixels: pixel i covers [i, i + 1).
 *
 * @param left where it begins in a row
 * @param top where it begins in a column
 * @param right where it ends in a row
 * @param bottom where it ends in a column
 * @param label the number of the object's class
 */
public record Box(double left, double top, double right, double bottom, int label) {
  /**
   * Checks the numbers.
   *
   * @throws FoveaException if it has no area
   */
  public Box {
    if (!(right > left && bottom > top)) {
      throw new FoveaException(
          "box from (%s, %s) to (%s, %s): right of left and below top expected"
              .formatted(left, top, right, bottom));
    }
  }

  /** Returns its area in pixels. */
  public double area() {
    return (right - left) * (bottom - top);
  }
}
