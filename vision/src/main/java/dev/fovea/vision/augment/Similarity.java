package dev.fovea.vision.augment;

import dev.fovea.data.KeyPoint;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import java.util.List;

/**
 * A similarity transform of the plane, which turns, scales and shifts but keeps shapes: (x, y) ↦ (a
 * · x − b · y + right, b · x + a · y + down). Its scale is √(a² + b²).
 *
 * <p>Coordinates are in pixels; the centre of the first is (½, ½). Faces are aligned by one that
 * brings their eyes, nose and mouth to fixed places.
 *
 * @param a the scale times the cosine of the turn
 * @param b the scale times the sine of the turn, clockwise as pictures are seen
 * @param right the shift to the right
 * @param down the shift down
 */
public record Similarity(double a, double b, double right, double down) {
  /** Returns the turn by an angle in degrees, clockwise, and the scale about a point. */
  public static Similarity about(double x, double y, double degrees, double scale) {
    double angle = StrictMath.toRadians(degrees);
    double a = scale * StrictMath.cos(angle);
    double b = scale * StrictMath.sin(angle);
    return new Similarity(a, b, x - a * x + b * y, y - b * x - a * y);
  }

  /**
   * Returns the transform that brings points nearest to others, by the sum of squared distances
   * (Umeyama, 1991, without reflections).
   *
   * @param from the points
   * @param to where each should come to lie
   * @throws FoveaException if there are not as many of both, or fewer than two places
   */
  public static Similarity between(List<KeyPoint> from, List<KeyPoint> to) {
    if (from.size() != to.size()) {
      throw new FoveaException(
          "similarity: %s points and %s places for them".formatted(from.size(), to.size()));
    }
    KeyPoint p = mean(from);
    KeyPoint q = mean(to);
    double along = 0;
    double across = 0;
    double spread = 0;
    for (int i = 0; i < from.size(); i++) {
      double x = from.get(i).x() - p.x();
      double y = from.get(i).y() - p.y();
      double u = to.get(i).x() - q.x();
      double v = to.get(i).y() - q.y();
      along += x * u + y * v;
      across += x * v - y * u;
      spread += x * x + y * y;
    }
    if (!(spread > 0 && Double.isFinite(spread))) {
      throw new FoveaException("similarity: two points at different places or more expected");
    }
    double a = along / spread;
    double b = across / spread;
    return new Similarity(a, b, q.x() - a * p.x() + b * p.y(), q.y() - b * p.x() - a * p.y());
  }

  private static KeyPoint mean(List<KeyPoint> points) {
    double x = points.stream().mapToDouble(KeyPoint::x).average().orElse(0);
    double y = points.stream().mapToDouble(KeyPoint::y).average().orElse(0);
    return new KeyPoint(x, y, 0, KeyPoint.Visibility.VISIBLE);
  }

  /**
   * Returns the transform back.
   *
   * @throws FoveaException if the scale is 0
   */
  public Similarity inverse() {
    double square = a * a + b * b;
    if (!(square > 0)) {
      throw new FoveaException("similarity: a scale of 0 has no way back");
    }
    return new Similarity(
        a / square, -b / square, -(a * right + b * down) / square, (b * right - a * down) / square);
  }

  /** Returns where a point comes to lie. */
  public KeyPoint apply(KeyPoint point) {
    Projection map = projection();
    return point.at(map.x(point.x(), point.y()), map.y(point.x(), point.y()));
  }

  /**
   * Returns a picture after the transform: bilinear, black where it comes from outside.
   *
   * @param picture [H, W, C]
   * @param height the height of the result in pixels
   * @param width its width
   * @throws FoveaException if a size is not positive, or the scale is 0
   */
  public Tensor apply(Tensor picture, int height, int width) {
    Shape shape = picture.shape();
    if (shape.rank() != 3 || height < 1 || width < 1) {
      throw new FoveaException(
          "similarity: of a picture [H, W, C] to one of at least 1×1 pixels, got %s to %s×%s"
              .formatted(shape, height, width));
    }
    return Warp.of(projection(), height, width).picture(picture, 0);
  }

  private Projection projection() {
    return Projection.similarity(a, b, right, down);
  }
}
