package dev.fovea.systems.label;

import dev.fovea.data.Box;
import dev.fovea.data.KeyPoint;
import dev.fovea.data.KeyPoint.Visibility;
import dev.fovea.systems.label.LabelProblem.Outcome;
import dev.fovea.systems.mask.RunLengths;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import dev.fovea.vision.Orientation;
import dev.fovea.vision.PictureHeader;
import dev.fovea.vision.Placement.Size;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Collects the objects of one picture from a label file. Each is checked: what cannot be is dropped
 * or cut off at the edges of the picture, and a problem says so.
 */
final class PictureLabels {
  /** What boxes reach beyond a picture by rounding, in pixels. */
  private static final double ROUNDING = 0.5;

  /** From here on numbers are written with an exponent. */
  private static final double LONG = 1e9;

  private final Path file;
  private final PictureHeader header;
  private final boolean turned;
  private final List<LabelProblem> problems;
  private final List<LabelledObject> objects = new ArrayList<>();
  private final Set<Box> seen = new HashSet<>();

  /**
   * Begins a picture.
   *
   * @param file the label file, for problems
   * @param picture the picture file, for problems
   * @param header what the picture file says
   * @param said the size that the label file says, if any
   */
  PictureLabels(
      Path file,
      Path picture,
      PictureHeader header,
      Optional<Size> said,
      List<LabelProblem> problems) {
    this.file = file;
    this.header = header;
    this.problems = problems;
    Size size = header.size();
    boolean other = said.isPresent() && !said.get().equals(size);
    this.turned = other && said.get().equals(header.stored());
    if (turned) {
      String text = "is labelled as it is stored: its labels are turned with it";
      problems.add(new LabelProblem(picture, 0, text, Outcome.NOTED));
    } else if (other) {
      String text =
          "has %s×%s pixels, its labels say %s×%s"
              .formatted(size.width(), size.height(), said.get().width(), said.get().height());
      problems.add(new LabelProblem(picture, 0, text, Outcome.NOTED));
    }
  }

  private void problem(int number, String text, Outcome outcome) {
    problems.add(new LabelProblem(file, number, text, outcome));
  }

  /** Notes that an object is left out. */
  void drop(int number, String text) {
    problem(number, text, Outcome.DROPPED);
  }

  /** Notes something about an object that stays. */
  void note(int number, String text) {
    problem(number, text, Outcome.NOTED);
  }

  /** Returns the size of the picture that coordinates of the label file are of. */
  Size size() {
    return turned ? header.stored() : header.size();
  }

  /**
   * Adds an object unless something is wrong with it.
   *
   * @param number its number in the file, from 1
   * @param name the name of its class
   * @param kind the number of its class
   * @param edges left, top, right and bottom
   * @param more what else is known, by the box that is left of it
   */
  void add(int number, String name, int kind, double[] edges, More more) {
    String said = "%s, %s, %s, %s".formatted(n(edges[0]), n(edges[1]), n(edges[2]), n(edges[3]));
    add(number, name, kind, edges, said, more);
  }

  /**
   * Adds an object unless something is wrong with it.
   *
   * @param number its number in the file, from 1
   * @param name the name of its class
   * @param kind the number of its class
   * @param edges left, top, right and bottom
   * @param said the edges as the file writes them, for problems
   * @param more what else is known, by the box that is left of it
   */
  void add(int number, String name, int kind, double[] edges, String said, More more) {
    Optional<Box> box = box(number, "%s: box %s".formatted(name, said), kind, edges);
    if (box.isEmpty()) {
      return;
    }
    if (!seen.add(box.get())) {
      drop(number, name + ": the same box of the same class as one before");
      return;
    }
    LabelledObject object = more.of(box.get());
    List<KeyPoint> points = checked(number, name, object.box().points());
    LabelledObject whole = with(object, object.box().withPoints(points), object.region());
    objects.add(turned ? turned(whole) : whole);
  }

  /** What is known of an object beside its box. */
  @FunctionalInterface
  interface More {
    LabelledObject of(Box box);
  }

  private static LabelledObject with(LabelledObject o, Box box, Optional<Region> region) {
    return new LabelledObject(box, region, o.area(), o.crowd(), o.difficult());
  }

  private Optional<Box> box(int number, String numbers, int kind, double[] e) {
    for (double v : e) {
      if (!Double.isFinite(v)) {
        drop(number, numbers + ": finite numbers expected");
        return Optional.empty();
      }
    }
    if (!(e[2] > e[0] && e[3] > e[1])) {
      drop(number, numbers + ": has no area");
      return Optional.empty();
    }
    Size size = size();
    double l = Math.clamp(e[0], 0, size.width());
    double t = Math.clamp(e[1], 0, size.height());
    double r = Math.clamp(e[2], 0, size.width());
    double b = Math.clamp(e[3], 0, size.height());
    String picture = "the picture of %s×%s".formatted(size.width(), size.height());
    if (!(r > l && b > t)) {
      drop(number, numbers + ": lies outside " + picture);
      return Optional.empty();
    }
    double beyond = Math.max(Math.max(l - e[0], e[2] - r), Math.max(t - e[1], e[3] - b));
    if (beyond > ROUNDING) {
      problem(number, numbers + ": reaches beyond " + picture, Outcome.CLIPPED);
    }
    return Optional.of(new Box(l, t, r, b, kind));
  }

  /** Returns a number as people write it, rounded to thousandths. */
  static String n(double value) {
    return Math.abs(value) < LONG
        ? new BigDecimal(value)
            .setScale(3, RoundingMode.HALF_EVEN)
            .stripTrailingZeros()
            .toPlainString()
        : Double.toString(value).replace(".0E", "E");
  }

  private List<KeyPoint> checked(int number, String name, List<KeyPoint> points) {
    Size size = size();
    List<KeyPoint> all = new ArrayList<>();
    int outside = 0;
    for (KeyPoint p : points) {
      boolean inside = p.x() >= 0 && p.y() >= 0 && p.x() <= size.width() && p.y() <= size.height();
      boolean lost = p.isKnown() && !inside;
      outside += lost ? 1 : 0;
      all.add(inside ? p : new KeyPoint(0, 0, p.label(), Visibility.ABSENT));
    }
    if (outside > 0) {
      problem(
          number,
          "%s: %s key points outside the picture".formatted(name, outside),
          Outcome.CLIPPED);
    }
    return all;
  }

  private LabelledObject turned(LabelledObject o) {
    Orientation way = header.orientation();
    Size stored = header.stored();
    List<KeyPoint> points = o.box().points().stream().map(p -> way.seen(p, stored)).toList();
    return with(
        o,
        way.seen(o.box(), stored).withPoints(points),
        o.region().map(r -> new Turned(r, way, stored)));
  }

  /** The pixels of an object of a picture that is seen otherwise than it is stored. */
  private record Turned(Region region, Orientation way, Size stored) implements Region {
    @Override
    public Tensor in(int height, int width) {
      float[] from = region.in(stored.height(), stored.width()).data();
      Tensor out = Tensor.zeros(Shape.of(height, width));
      for (int i = 0; i < from.length; i++) {
        double x = i % stored.width() + 0.5;
        double y = Math.floorDiv(i, stored.width()) + 0.5;
        KeyPoint to = way.seen(new KeyPoint(x, y, 0, Visibility.VISIBLE), stored);
        out.data()[((int) to.y()) * width + (int) to.x()] = from[i];
      }
      return out;
    }
  }

  /** Returns the region of an outline; empty, with a problem, if it is none. */
  Optional<Region> outline(int number, String name, List<double[]> parts) {
    if (parts.isEmpty()) {
      return Optional.empty();
    }
    try {
      // Whether it is a polygon does not depend on the size of the picture.
      new Region.Outline(parts).in(1, 1);
      return Optional.of(new Region.Outline(parts));
    } catch (FoveaException e) {
      note(number, name + ": its mask is left out: " + e.getMessage());
      return Optional.empty();
    }
  }

  /** Returns the region of run lengths; empty, with a problem, if they are of another size. */
  Optional<Region> runs(int number, String name, RunLengths runs) {
    Size size = size();
    if (runs.height() != size.height() || runs.width() != size.width()) {
      note(
          number,
          "%s: its mask is left out: it is of %s×%s pixels, the picture of %s×%s"
              .formatted(name, runs.width(), runs.height(), size.width(), size.height()));
      return Optional.empty();
    }
    return Optional.of(new Region.Runs(runs));
  }

  /** Returns the objects that were added. */
  List<LabelledObject> objects() {
    return objects;
  }
}
