package dev.fovea.systems.label;

import dev.fovea.data.Box;
import dev.fovea.data.KeyPoint;
import dev.fovea.data.Mark;
import dev.fovea.data.Preprocessing;
import dev.fovea.data.Target;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Rng;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import dev.fovea.vision.Placement;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Makes the marks of samples from labels of pictures.
 *
 * @param options what is handed on
 * @param names the classes, joints and words
 * @param most how many objects a sample has at most
 */
record Marker(LabelOptions options, LabelNames names, int most) {
  /** A box of which the input shows less than this share is left out. */
  private static final double LEAST_SHARE = 0.1;

  private static final int WORDS = 50;

  /** Checks that there is what is asked for. */
  Marker {
    if (options.has(Marking.KEY_POINTS) && names.skeleton().joints().isEmpty()) {
      throw new FoveaException("labels: key points are asked for, and the labels have none");
    }
    if (options.has(Marking.TEXT) && names.words().isEmpty()) {
      throw new FoveaException("labels: texts are asked for, and the labels have none");
    }
  }

  /** Returns one that makes the same marks of inputs of another size. */
  Marker in(Placement.Size size) {
    Preprocessing input = options.input().withSize(size.height(), size.width());
    return new Marker(options.withInput(input), names, most);
  }

  /** Returns the form of each mark. */
  List<Target> targets() {
    int joints = names.skeleton().joints().size();
    return options.markings().stream()
        .map(m ->
            switch (m) {
              case BOXES -> Target.boxes(most, joints);
              case INSTANCES, MASK ->
                  Target.mask(options.input().height(), options.input().width());
              case KEY_POINTS -> Target.keyPoints(joints);
              case TEXT -> Target.sequence(WORDS);
            })
        .toList();
  }

  /** Returns the names of the classes of what is handed on. */
  List<String> classes() {
    return options.has(Marking.MASK)
        ? names.classes()
        : options.has(Marking.BOXES) ? names.things() : List.of();
  }

  /**
   * Returns the marks of a picture.
   *
   * @param placement where in the input it lies
   * @param rng draws one of several texts
   */
  List<Mark> marks(LabelledPicture picture, Placement placement, Rng rng) {
    List<Placed> placed = placed(picture, placement);
    List<Mark> marks = new ArrayList<>();
    for (Marking m : options.markings()) {
      marks.add(
          switch (m) {
            case BOXES ->
                new Mark.Boxes(
                    placed.stream().map(Placed::box).toList(), names.skeleton().mirrored());
            case INSTANCES -> instances(placed, placement);
            case MASK -> mask(picture, placement);
            case KEY_POINTS -> points(placed);
            case TEXT -> text(picture, rng);
          });
    }
    return marks;
  }

  /** An object with its box in the input. */
  private record Placed(LabelledObject object, Box box) {
    boolean isMasked() {
      return object.region().isPresent();
    }
  }

  private List<Placed> placed(LabelledPicture picture, Placement placement) {
    List<Placed> placed = new ArrayList<>();
    for (LabelledObject o : picture.objects()) {
      double whole = o.box().area() * placement.scaleX() * placement.scaleY();
      placement
          .place(o.box())
          .filter(b -> placed.size() < most && b.area() >= LEAST_SHARE * whole)
          .ifPresent(b -> placed.add(new Placed(o, counted(o, b))));
    }
    return placed;
  }

  private static Box counted(LabelledObject o, Box b) {
    return o.crowd()
        ? new Box(b.left(), b.top(), b.right(), b.bottom(), Mark.Boxes.IGNORED, b.points())
        : b;
  }

  /**
   * Where objects overlap the smaller one is in front; boxes of those without a mask lie behind,
   * and one that is wholly hidden keeps a pixel.
   */
  private Mark instances(List<Placed> placed, Placement placement) {
    Tensor numbers = map(0);
    IntStream.range(0, placed.size())
        .boxed()
        .sorted(Comparator.comparing(i -> placed.get(i).object, LabelledObject.FROM_BEHIND))
        .forEach(i ->
            paint(
                placed.get(i).object,
                placement,
                numbers,
                placed.get(i).isMasked() ? i + 1 : -(i + 1)));
    Set<Integer> unknown =
        IntStream.rangeClosed(1, placed.size())
            .filter(i -> !placed.get(i - 1).isMasked())
            .boxed()
            .collect(Collectors.toSet());
    return new Mark.Instances(numbers)
        .withUnknown(unknown, placed.stream().map(Placed::box).toList());
  }

  private Tensor map(float value) {
    Shape shape = Shape.of(options.input().height(), options.input().width());
    return Tensor.full(shape, value);
  }

  /** Writes a number into the pixels of an object; those of its box if no more is known. */
  private static void paint(LabelledObject o, Placement placement, Tensor map, float number) {
    Inside inside = inside(o, placement.picture());
    Box around = placement.place(o.box()).orElseThrow();
    int width = map.shape().dim(1);
    // A pixel more on all sides, for boxes are rounded in files.
    int right = (int) Math.min(width, Math.ceil(around.right()) + 1);
    int bottom = (int) Math.min(map.shape().dim(0), Math.ceil(around.bottom()) + 1);
    for (int y = (int) Math.max(0, around.top() - 1); y < bottom; y++) {
      double fromY = placement.pictureY(y + 0.5);
      for (int x = (int) Math.max(0, around.left() - 1); x < right; x++) {
        if (inside.at(placement.pictureX(x + 0.5), fromY)) {
          map.data()[y * width + x] = number;
        }
      }
    }
  }

  /** Tells whether a point of a picture belongs to an object. */
  @FunctionalInterface
  private interface Inside {
    boolean at(double x, double y);
  }

  private static Inside inside(LabelledObject o, Placement.Size size) {
    Box b = o.box();
    if (o.region().isEmpty()) {
      return (x, y) -> x >= b.left() && x < b.right() && y >= b.top() && y < b.bottom();
    }
    float[] own = o.region().get().in(size.height(), size.width()).data();
    return (x, y) -> {
      int column = (int) Math.floor(x);
      int row = (int) Math.floor(y);
      boolean seen = row >= 0 && column >= 0 && row < size.height() && column < size.width();
      return seen && own[row * size.width() + column] != 0;
    };
  }

  /** The classes of pixels as they are labelled, else those of objects on a background. */
  private Mark mask(LabelledPicture picture, Placement placement) {
    if (picture.pixels().isPresent()) {
      PixelLabels pixels = picture.pixels().get();
      return new Mark.Mask(placement.place(pixels.classes(), pixels.outside()), pixels.outside());
    }
    int background = Math.max(0, names.classes().indexOf(LabelNames.BACKGROUND));
    Tensor classes = map(background);
    picture.objects().stream()
        .filter(o -> placement.place(o.box()).isPresent())
        .sorted(Comparator.comparingDouble(o -> -o.area()))
        .forEach(o ->
            paint(
                o,
                placement,
                classes,
                o.crowd() ? Mark.Mask.IGNORED : names.pixelClass(o.box().label())));
    return new Mark.Mask(classes, background);
  }

  private Mark points(List<Placed> placed) {
    List<KeyPoint> points =
        placed.stream()
            .max(Comparator.comparingDouble(p -> p.object.area()))
            .map(p -> p.box.points())
            .orElse(List.of());
    return new Mark.KeyPoints(points, names.skeleton().mirrored());
  }

  private Mark text(LabelledPicture picture, Rng rng) {
    List<String> texts = picture.texts();
    String text = texts.isEmpty() ? "" : texts.get(rng.nextInt(texts.size()));
    List<Integer> numbers = names.numbers(text);
    return new Mark.Sequence(numbers.subList(0, Math.min(WORDS, numbers.size())));
  }
}
