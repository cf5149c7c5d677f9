package dev.fovea.systems.panoptic;

import dev.fovea.data.Box;
import dev.fovea.data.Mark;
import dev.fovea.systems.label.LabelledObject;
import dev.fovea.systems.label.LabelledPicture;
import dev.fovea.systems.label.PixelLabels;
import dev.fovea.systems.label.Region;
import dev.fovea.systems.measure.PanopticMap;
import dev.fovea.systems.measure.PanopticMap.Segment;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * The segments of labelled pictures.
 *
 * @param things the names of the classes of objects
 * @param stuff the names of the classes that cannot be counted
 * @param pixels the names of the classes of pixels, in the order of their numbers in labels
 */
public record PanopticTruth(List<String> things, List<String> stuff, List<String> pixels) {
  /** Copies the lists. */
  public PanopticTruth {
    things = List.copyOf(things);
    stuff = List.copyOf(stuff);
    pixels = List.copyOf(pixels);
  }

  /** Returns the names of the classes: of things, then of stuff. */
  public List<String> classes() {
    List<String> all = new ArrayList<>(things);
    all.addAll(stuff);
    return all;
  }

  /**
   * Returns the segments of a picture: its objects, of which the smaller ones are in front, and
   * what cannot be counted around them. Pixels of a thing's class that belong to no object are
   * void. An object whose pixels are not known counts as a crowd in its box, behind the others; all
   * of a class are one segment with its last crowd, the only one that panoptic quality forgives by.
   */
  public PanopticMap of(LabelledPicture picture) {
    Shape shape = Shape.of(picture.size().height(), picture.size().width());
    Tensor numbers = Tensor.zeros(shape);
    List<LabelledObject> objects = picture.objects();
    int[] last = lastCrowds(objects);
    IntStream.range(0, objects.size())
        .boxed()
        .sorted(Comparator.comparing(objects::get, LabelledObject.FROM_BEHIND))
        .forEach(i -> paint(objects.get(i), numbers, number(objects.get(i), i, last)));
    Optional<Tensor> classes = picture.pixels().map(PixelLabels::classes);
    int[] byPixelClass = byPixelClass(objects.size());
    for (int i = 0; i < numbers.data().length && classes.isPresent(); i++) {
      int c = (int) classes.get().data()[i];
      if (numbers.data()[i] == 0 && c != Mark.Mask.IGNORED && c < byPixelClass.length) {
        numbers.data()[i] = byPixelClass[c];
      }
    }
    return new PanopticMap(numbers, segments(objects, numbers));
  }

  /**
   * Returns for each class the place of its last crowd whose pixels are known, else that of its
   * last object whose pixels are not; −1 for none.
   */
  private int[] lastCrowds(List<LabelledObject> objects) {
    int[] last = new int[things.size()];
    Arrays.fill(last, -1);
    for (boolean known : List.of(false, true)) {
      for (int i = 0; i < objects.size(); i++) {
        LabelledObject o = objects.get(i);
        if (isCrowd(o) && o.region().isPresent() == known) {
          last[o.box().label()] = i;
        }
      }
    }
    return last;
  }

  private static int number(LabelledObject object, int place, int[] last) {
    return 1 + (object.region().isEmpty() ? last[object.box().label()] : place);
  }

  /** Returns the number of the segment of each class of pixels, 0 for those of things. */
  private int[] byPixelClass(int objects) {
    return pixels.stream()
        .mapToInt(name -> stuff.indexOf(name))
        .map(s -> s < 0 ? 0 : objects + 1 + s)
        .toArray();
  }

  private List<Segment> segments(List<LabelledObject> objects, Tensor numbers) {
    boolean[] seen = new boolean[objects.size() + stuff.size() + 1];
    for (float number : numbers.data()) {
      seen[(int) number] = true;
    }
    List<Segment> segments = new ArrayList<>();
    for (int number = 1; number < seen.length; number++) {
      if (seen[number]) {
        segments.add(
            number <= objects.size()
                ? of(objects.get(number - 1), number)
                : new Segment(number, things.size() + number - objects.size() - 1));
      }
    }
    return segments;
  }

  private static Segment of(LabelledObject object, int number) {
    return new Segment(number, object.box().label(), isCrowd(object));
  }

  private static boolean isCrowd(LabelledObject object) {
    return object.crowd() || object.region().isEmpty();
  }

  private static void paint(LabelledObject object, Tensor numbers, float number) {
    int height = numbers.shape().dim(0);
    int width = numbers.shape().dim(1);
    Region region = object.region().orElse((h, w) -> inside(object.box(), h, w));
    float[] own = region.in(height, width).data();
    for (int i = 0; i < own.length; i++) {
      numbers.data()[i] = own[i] != 0 ? number : numbers.data()[i];
    }
  }

  /** Returns the pixels whose middles are in a box. */
  private static Tensor inside(Box b, int height, int width) {
    Tensor map = Tensor.zeros(Shape.of(height, width));
    for (int i = 0; i < map.data().length; i++) {
      double x = i % width + 0.5;
      double y = Math.floorDiv(i, width) + 0.5;
      boolean in = x >= b.left() && x < b.right() && y >= b.top() && y < b.bottom();
      map.data()[i] = in ? 1 : 0;
    }
    return map;
  }
}
