package dev.fovea.insight.unit;

import dev.fovea.tensor.Rng;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;

/**
 * A picture moved, turned and scaled a little: what a unit likes must survive that. A move alone
 * rolls the picture around, so that no pixel is lost; turned and scaled ones are bilinear, and what
 * comes from outside is 0.
 *
 * @param down by how many rows the picture moves
 * @param right by how many columns
 * @param scale how many times larger it becomes
 * @param angle by how many radians it turns
 */
record PictureMove(int down, int right, double scale, double angle) {

  /**
   * Draws a move.
   *
   * @param most rows and columns at most
   * @param zoom by which share the scale may differ from 1
   * @param turn degrees at most, of which smaller ones are likelier
   */
  static PictureMove draw(Rng rng, int most, double zoom, double turn) {
    int down = rng.nextInt(2 * most + 1) - most;
    int right = rng.nextInt(2 * most + 1) - most;
    double scale = 1 + zoom * (2 * rng.nextDouble() - 1);
    double u = 2 * rng.nextDouble() - 1;
    return new PictureMove(down, right, scale, Math.toRadians(turn) * u * u * u);
  }

  private boolean rolls() {
    return scale == 1 && angle == 0;
  }

  /** Returns the moved picture [H, W, C]. */
  Tensor apply(Tensor x) {
    Tensor out = Tensor.zeros(x.shape());
    each(x.shape(), (to, from, share) -> out.data()[to] += (float) (share * x.data()[from]));
    return out;
  }

  /** Returns the gradient by the picture of the gradient by the moved one. */
  Tensor transposed(Tensor g) {
    Tensor out = Tensor.zeros(g.shape());
    each(g.shape(), (to, from, share) -> out.data()[from] += (float) (share * g.data()[to]));
    return out;
  }

  /** One summand of a moved number. */
  private interface Tap {
    void add(int to, int from, double share);
  }

  private void each(Shape s, Tap tap) {
    int h = s.dim(0);
    int w = s.dim(1);
    double cos = Math.cos(angle) / scale;
    double sin = Math.sin(angle) / scale;
    for (int y = 0; y < h; y++) {
      for (int x = 0; x < w; x++) {
        int to = (y * w + x) * s.dim(2);
        if (rolls()) {
          int from = Math.floorMod(y - down, h) * w + Math.floorMod(x - right, w);
          taps(to, from, 1, s.dim(2), tap);
        } else {
          double dy = y - down - (h - 1) / 2.0;
          double dx = x - right - (w - 1) / 2.0;
          bilinear(
              to, cos * dy - sin * dx + (h - 1) / 2.0, sin * dy + cos * dx + (w - 1) / 2.0, s, tap);
        }
      }
    }
  }

  private static void bilinear(int to, double y, double x, Shape s, Tap tap) {
    int top = (int) Math.floor(y);
    int left = (int) Math.floor(x);
    for (int i = 0; i < 4; i++) {
      int row = top + i / 2;
      int column = left + i % 2;
      double share = (1 - Math.abs(y - row)) * (1 - Math.abs(x - column));
      if (row >= 0 && row < s.dim(0) && column >= 0 && column < s.dim(1) && share > 0) {
        taps(to, row * s.dim(1) + column, share, s.dim(2), tap);
      }
    }
  }

  private static void taps(int to, int fromPixel, double share, int channels, Tap tap) {
    for (int c = 0; c < channels; c++) {
      tap.add(to + c, fromPixel * channels + c, share);
    }
  }
}
