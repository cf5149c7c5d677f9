package dev.fovea.vision.augment;

import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;

/** A move by whole pixels, perhaps after mirroring: every pixel keeps its value. */
final class PixelMove extends Warp {
  private final int right;
  private final int down;
  private final boolean acrossX;
  private final boolean acrossY;

  private PixelMove(int height, int width, int right, int down, boolean acrossX, boolean acrossY) {
    super(height, width);
    this.right = right;
    this.down = down;
    this.acrossX = acrossX;
    this.acrossY = acrossY;
  }

  /** Returns a move into a picture of this size. */
  static Warp by(int right, int down, int height, int width) {
    return new PixelMove(height, width, right, down, false, false);
  }

  /** Returns a mirroring, left to right or top to bottom, or none. */
  static Warp mirror(boolean acrossX, boolean acrossY, int height, int width) {
    return new PixelMove(height, width, 0, 0, acrossX, acrossY);
  }

  @Override
  boolean mirrors() {
    return acrossX != acrossY;
  }

  @Override
  double sourceX(double x, double y) {
    return acrossX ? width() - x : x - right;
  }

  @Override
  double sourceY(double x, double y) {
    return acrossY ? height() - y : y - down;
  }

  @Override
  double targetX(double x, double y) {
    return acrossX ? width() - x : x + right;
  }

  @Override
  double targetY(double x, double y) {
    return acrossY ? height() - y : y + down;
  }

  @Override
  Tensor picture(Tensor in, float... fill) {
    int channels = in.shape().dim(2);
    Tensor out = Tensor.zeros(Shape.of(height(), width(), channels));
    for (int y = 0; y < height(); y++) {
      int fromY = acrossY ? height() - 1 - y : y - down;
      boolean there = fromY >= 0 && fromY < in.shape().dim(0);
      for (int x = 0; x < width(); x++) {
        int fromX = acrossX ? width() - 1 - x : x - right;
        boolean inside = there && fromX >= 0 && fromX < in.shape().dim(1);
        int at = (y * width() + x) * channels;
        int from = (fromY * in.shape().dim(1) + fromX) * channels;
        for (int c = 0; c < channels; c++) {
          out.data()[at + c] = inside ? in.data()[from + c] : fill[c % fill.length];
        }
      }
    }
    return out;
  }
}
