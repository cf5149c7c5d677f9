package dev.fovea.systems.pose;

import dev.fovea.data.Box;
import dev.fovea.systems.Pose;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;

/**
 * A part of a picture in whole pixels, which may lie partly outside of it.
 *
 * @param left its first column
 * @param top its first row
 * @param width how many columns it has
 * @param height how many rows it has
 */
public record Crop(int left, int top, int width, int height) {
  /** More pixels no picture has. */
  private static final double MOST = 1 << 27;

  /**
   * Returns the part around the middle of a box.
   *
   * @param margin how many times as high and as wide as the box it is at least
   * @param proportion its width divided by its height
   * @throws FoveaException if it is larger than any picture
   */
  public static Crop around(Box box, double margin, double proportion) {
    double wide = (box.right() - box.left()) * margin;
    double high = (box.bottom() - box.top()) * margin;
    long width = Math.max(1, Math.round(Math.max(wide, high * proportion)));
    long height = Math.max(1, Math.round(Math.max(high, wide / proportion)));
    if ((double) width * height > MOST) {
      throw new FoveaException(
          "box from (%s, %s) to (%s, %s): too large to look at"
              .formatted(box.left(), box.top(), box.right(), box.bottom()));
    }
    return new Crop(
        (int) Math.round((box.left() + box.right() - width) / 2),
        (int) Math.round((box.top() + box.bottom() - height) / 2),
        (int) width,
        (int) height);
  }

  /** Returns the part of a picture [H, W, C]; what lies outside is 0. */
  public Tensor of(Tensor picture) {
    int channels = picture.shape().dim(2);
    int columns = picture.shape().dim(1);
    Tensor part = Tensor.zeros(Shape.of(height, width, channels));
    int from = Math.clamp(left, 0, columns);
    int to = Math.clamp((long) left + width, from, columns);
    for (int y = Math.max(0, top); y < Math.min(picture.shape().dim(0), top + height); y++) {
      System.arraycopy(
          picture.data(),
          (y * columns + from) * channels,
          part.data(),
          ((y - top) * width + from - left) * channels,
          (to - from) * channels);
    }
    return part;
  }

  /** Returns a pose in pixels of the part as one in pixels of the picture. */
  Pose back(Pose pose) {
    return new Pose(
        pose.points().stream().map(p -> p.isKnown() ? p.at(p.x() + left, p.y() + top) : p).toList(),
        pose.scores(),
        pose.label(),
        pose.score());
  }
}
