package dev.fovea.systems.mask;

import dev.fovea.data.Box;

/**
 * A rectangle of whole pixels.
 *
 * @param left the first column
 * @param top the first row
 * @param right the column after the last
 * @param bottom the row after the last
 */
public record PixelBox(int left, int top, int right, int bottom) {
  /** Returns the smallest rectangle of whole pixels that a box lies in. */
  public static PixelBox around(Box box) {
    return new PixelBox(
        (int) Math.floor(box.left()),
        (int) Math.floor(box.top()),
        (int) Math.ceil(box.right()),
        (int) Math.ceil(box.bottom()));
  }

  /** Returns how many columns there are. */
  public int width() {
    return right - left;
  }

  /** Returns how many rows there are. */
  public int height() {
    return bottom - top;
  }

  /**
   * Returns this rectangle as the box of an object.
   *
   * @param label the number of the object's class
   */
  public Box of(int label) {
    return new Box(left, top, right, bottom, label);
  }
}
