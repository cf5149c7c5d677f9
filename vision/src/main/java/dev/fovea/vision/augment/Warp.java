package dev.fovea.vision.augment;

import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A change of place: pictures are sampled bilinearly, masks take the nearest pixel, boxes become
 * the boxes around their moved edges, points move along.
 *
 * <p>A box of which less than a tenth is left in the picture is dropped.
 */
abstract class Warp {
  private static final double LEAST_SHARE = 0.1;
  private static final int EDGE_POINTS = 8;

  private final int height;
  private final int width;

  /** Creates a warp whose results have this size. */
  Warp(int height, int width) {
    this.height = height;
    this.width = width;
  }

  /** Returns where in the source the result's point lies, its place in a row. */
  abstract double sourceX(double x, double y);

  /** Returns where in the source the result's point lies, its place in a column. */
  abstract double sourceY(double x, double y);

  /** Returns where a point of the source comes to lie, its place in a row. */
  abstract double targetX(double x, double y);

  /** Returns where a point of the source comes to lie, its place in a column. */
  abstract double targetY(double x, double y);

  /** Returns the warp of a projection from source to result. */
  static Warp of(Projection forward, int height, int width) {
    Projection back = forward.inverse();
    return new Warp(height, width) {
      @Override
      double sourceX(double x, double y) {
        return back.x(x, y);
      }

      @Override
      double sourceY(double x, double y) {
        return back.y(x, y);
      }

      @Override
      double targetX(double x, double y) {
        return forward.x(x, y);
      }

      @Override
      double targetY(double x, double y) {
        return forward.y(x, y);
      }
    };
  }

  /**
   * Applies the warp.
   *
   * @param fill the value of pixels that come from outside the picture; masks get 0 there
   */
  Annotated apply(Annotated in, float fill) {
    Tensor image = Tensor.zeros(Shape.of(height, width, in.channels()));
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        double fromX = sourceX(x + 0.5, y + 0.5) - 0.5;
        double fromY = sourceY(x + 0.5, y + 0.5) - 0.5;
        blend(in.image(), fromX, fromY, fill, image.data(), (y * width + x) * in.channels());
      }
    }
    return new Annotated(image, boxes(in.boxes()), in.mask().map(this::mask), points(in));
  }

  private static void blend(Tensor in, double x, double y, float fill, float[] out, int at) {
    int left = (int) Math.floor(x);
    int top = (int) Math.floor(y);
    float right = (float) (x - left);
    float below = (float) (y - top);
    for (int c = 0; c < in.shape().dim(2); c++) {
      float upper = mix(pixel(in, top, left, c, fill), pixel(in, top, left + 1, c, fill), right);
      float lower =
          below == 0
              ? upper
              : mix(
                  pixel(in, top + 1, left, c, fill), pixel(in, top + 1, left + 1, c, fill), right);
      out[at + c] = mix(upper, lower, below);
    }
  }

  private static float mix(float a, float b, float share) {
    return share == 0 ? a : a + share * (b - a);
  }

  private static float pixel(Tensor in, int y, int x, int c, float fill) {
    int h = in.shape().dim(0);
    int w = in.shape().dim(1);
    boolean inside = x >= 0 && y >= 0 && x < w && y < h;
    return inside ? in.data()[(y * w + x) * in.shape().dim(2) + c] : fill;
  }

  private Tensor mask(Tensor in) {
    Tensor out = Tensor.zeros(Shape.of(height, width, 1));
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        int fromX = (int) Math.floor(sourceX(x + 0.5, y + 0.5));
        int fromY = (int) Math.floor(sourceY(x + 0.5, y + 0.5));
        out.data()[y * width + x] = pixel(in, fromY, fromX, 0, 0);
      }
    }
    return out;
  }

  private List<KeyPoint> points(Annotated in) {
    return in.keyPoints().stream()
        .map(p -> p.at(targetX(p.x(), p.y()), targetY(p.x(), p.y()), height, width))
        .toList();
  }

  private List<Box> boxes(List<Box> boxes) {
    List<Box> moved = new ArrayList<>();
    for (Box b : boxes) {
      Box whole = around(b);
      clip(whole, height, width).ifPresent(moved::add);
    }
    return moved;
  }

  /** Returns the part of a box within a picture, unless hardly any of it is left. */
  static Optional<Box> clip(Box b, int height, int width) {
    double left = Math.clamp(b.left(), 0, width);
    double right = Math.clamp(b.right(), 0, width);
    double top = Math.clamp(b.top(), 0, height);
    double bottom = Math.clamp(b.bottom(), 0, height);
    boolean enough = (right - left) * (bottom - top) >= LEAST_SHARE * b.area();
    return enough && right > left && bottom > top
        ? Optional.of(new Box(left, top, right, bottom, b.label()))
        : Optional.empty();
  }

  private Box around(Box b) {
    double[] x = {Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY};
    double[] y = {Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY};
    for (int i = 0; i <= EDGE_POINTS; i++) {
      double alongX = b.left() + (b.right() - b.left()) * i / EDGE_POINTS;
      double alongY = b.top() + (b.bottom() - b.top()) * i / EDGE_POINTS;
      include(x, y, alongX, b.top());
      include(x, y, alongX, b.bottom());
      include(x, y, b.left(), alongY);
      include(x, y, b.right(), alongY);
    }
    return new Box(x[0], y[0], x[1], y[1], b.label());
  }

  private void include(double[] x, double[] y, double px, double py) {
    double tx = targetX(px, py);
    double ty = targetY(px, py);
    x[0] = Math.min(x[0], tx);
    x[1] = Math.max(x[1], tx);
    y[0] = Math.min(y[0], ty);
    y[1] = Math.max(y[1], ty);
  }
}
