package dev.fovea.vision.augment;

import dev.fovea.data.Box;
import dev.fovea.data.KeyPoint;
import dev.fovea.data.KeyPoint.Visibility;
import dev.fovea.data.Mark;
import dev.fovea.data.Sample;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A change of place: pictures are sampled bilinearly, masks take the nearest pixel, boxes become
 * the boxes around their moved edges, points move along.
 *
 * <p>A box of which less than a tenth is left in the picture is dropped, with its instance; an
 * instance whose pixels are not known keeps at least one. In a mirror image key points become those
 * of the other side.
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

  /** Returns whether left and right change places. */
  boolean mirrors() {
    return false;
  }

  final int height() {
    return height;
  }

  final int width() {
    return width;
  }

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
   * @param fill the value of pixels that come from outside the picture, one for all channels or one
   *     for each; masks get 0 there
   */
  Sample apply(Sample in, float... fill) {
    return in.with(picture(in.picture(), fill), marks(in.marks(), in.picture().shape()));
  }

  /** Returns the picture after the warp. */
  Tensor picture(Tensor in, float... fill) {
    int channels = in.shape().dim(2);
    Tensor out = Tensor.zeros(Shape.of(height, width, channels));
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        double fromX = sourceX(x + 0.5, y + 0.5) - 0.5;
        double fromY = sourceY(x + 0.5, y + 0.5) - 0.5;
        blend(in, fromX, fromY, fill, out.data(), (y * width + x) * channels);
      }
    }
    return out;
  }

  private static void blend(Tensor in, double x, double y, float[] fill, float[] out, int at) {
    int left = (int) Math.floor(x);
    int top = (int) Math.floor(y);
    float right = (float) (x - left);
    float below = (float) (y - top);
    for (int c = 0; c < in.shape().dim(2); c++) {
      float outside = fill[c % fill.length];
      float upper =
          mix(pixel(in, top, left, c, outside), pixel(in, top, left + 1, c, outside), right);
      float lower =
          below == 0
              ? upper
              : mix(
                  pixel(in, top + 1, left, c, outside),
                  pixel(in, top + 1, left + 1, c, outside),
                  right);
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

  /**
   * Returns the marks where they come to lie.
   *
   * @param from the shape of the picture before the warp
   */
  List<Mark> marks(List<Mark> marks, Shape from) {
    Optional<Mark.Boxes> boxes =
        marks.stream().filter(Mark.Boxes.class::isInstance).map(Mark.Boxes.class::cast).findFirst();
    List<Optional<Box>> moved =
        boxes.stream().flatMap(b -> b.boxes().stream()).map(this::box).toList();
    List<Mark> all = new ArrayList<>();
    for (Mark m : marks) {
      all.add(
          switch (m) {
            case Mark.Label l -> l;
            case Mark.Numbers n -> unmoved(n, from);
            case Mark.Sequence s -> s;
            case Mark.Mask mask ->
                new Mark.Mask(nearest(mask.classes(), mask.outside()), mask.outside());
            case Mark.Instances i -> instances(i, moved);
            case Mark.KeyPoints k ->
                new Mark.KeyPoints(points(k.points(), k.mirrored()), k.mirrored());
            case Mark.Boxes b -> new Mark.Boxes(boxes(b), b.mirrored());
          });
    }
    return all;
  }

  /** Requires numbers that do not belong to places, which would have to move. */
  private static Mark unmoved(Mark.Numbers numbers, Shape from) {
    Shape s = numbers.values().shape();
    if (s.rank() >= 2 && s.dim(0) == from.dim(0) && s.dim(1) == from.dim(1)) {
      throw new FoveaException(
          "numbers %s of a picture %s: it is not known how numbers of pixels move; classes of"
                  .formatted(s, from)
              + " pixels move as a mask");
    }
    return numbers;
  }

  /** Returns a map of pixels [H, W] after the warp. */
  Tensor nearest(Tensor in, float outside) {
    Tensor map = in.reshape(Shape.of(in.shape().dim(0), in.shape().dim(1), 1));
    Tensor out = Tensor.zeros(Shape.of(height, width));
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        int fromX = (int) Math.floor(sourceX(x + 0.5, y + 0.5));
        int fromY = (int) Math.floor(sourceY(x + 0.5, y + 0.5));
        out.data()[y * width + x] = pixel(map, fromY, fromX, 0, outside);
      }
    }
    return out;
  }

  private Mark instances(Mark.Instances in, List<Optional<Box>> boxes) {
    int[] now = new int[boxes.size() + 1];
    int next = 1;
    for (int i = 0; i < boxes.size(); i++) {
      now[i + 1] = boxes.get(i).isPresent() ? next++ : 0;
    }
    Set<Integer> unknown =
        in.unknown().stream()
            .filter(i -> i < now.length && now[i] > 0)
            .map(i -> now[i])
            .collect(Collectors.toSet());
    return new Mark.Instances(kept(nearest(in.numbers(), 0), now))
        .withUnknown(unknown, boxes.stream().flatMap(Optional::stream).toList());
  }

  /** Returns the numbers of objects with those whose boxes are left numbered anew, others 0. */
  private static Tensor kept(Tensor numbers, int... now) {
    for (int i = 0; i < numbers.data().length; i++) {
      int number = (int) numbers.data()[i];
      int own = Math.abs(number);
      numbers.data()[i] = own < now.length ? Integer.signum(number) * now[own] : 0;
    }
    return numbers;
  }

  private List<Box> boxes(Mark.Boxes in) {
    List<Box> moved = new ArrayList<>();
    for (Box b : in.boxes()) {
      box(b).ifPresent(n -> moved.add(n.withPoints(points(b.points(), in.mirrored()))));
    }
    return moved;
  }

  private List<KeyPoint> points(List<KeyPoint> points, List<Integer> mirrored) {
    return points.stream().map(p -> point(p, mirrored)).toList();
  }

  private KeyPoint point(KeyPoint p, List<Integer> mirrored) {
    double x = targetX(p.x(), p.y());
    double y = targetY(p.x(), p.y());
    boolean inside = x >= 0 && x < width && y >= 0 && y < height;
    KeyPoint moved = p.at(x, y).with(inside ? p.visibility() : Visibility.ABSENT);
    if (!mirrors()) {
      return moved;
    }
    if (p.label() >= mirrored.size()) {
      throw new FoveaException(
          "mirror image: nothing says which key point that of kind "
              + p.label()
              + " becomes on the other side; leave flip, vflip and symmetry out, or name points with"
              + " left and right");
    }
    return moved.withLabel(mirrored.get(p.label()));
  }

  /** Returns what is left of a box within the result, unless that is hardly any of it. */
  private Optional<Box> box(Box b) {
    Box whole = around(b);
    double left = Math.clamp(whole.left(), 0, width);
    double right = Math.clamp(whole.right(), 0, width);
    double top = Math.clamp(whole.top(), 0, height);
    double bottom = Math.clamp(whole.bottom(), 0, height);
    boolean enough = (right - left) * (bottom - top) >= LEAST_SHARE * whole.area();
    return enough && right > left && bottom > top
        ? Optional.of(whole.at(left, top, right, bottom))
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
    return b.at(x[0], y[0], x[1], y[1]);
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
