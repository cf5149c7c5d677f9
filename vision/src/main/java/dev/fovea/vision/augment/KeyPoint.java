package dev.fovea.vision.augment;

/**
 * A point that is marked in a picture, in pixels: the middle of the first pixel is (½, ½).
 *
 * @param x its place in a row
 * @param y its place in a column
 * @param label what it is, such as the number of a joint
 * @param visible whether it can be seen; a point that a change moves out of the picture cannot
 */
public record KeyPoint(double x, double y, int label, boolean visible) {
  KeyPoint at(double newX, double newY, int height, int width) {
    boolean inside = newX >= 0 && newX < width && newY >= 0 && newY < height;
    return new KeyPoint(newX, newY, label, visible && inside);
  }
}
