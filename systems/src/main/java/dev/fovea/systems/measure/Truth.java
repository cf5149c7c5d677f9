package dev.fovea.systems.measure;

import dev.fovea.data.Box;
import dev.fovea.data.KeyPoint;
import dev.fovea.data.Mark;
import dev.fovea.data.Sample;
import dev.fovea.systems.label.LabelledObject;
import dev.fovea.systems.mask.PixelBox;
import dev.fovea.systems.mask.RunLengths;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * An object that is in a picture.
 *
 * @param label the number of its class
 * @param box where it is
 * @param area its area in pixels, by which it is small, medium or large: that of its mask where it
 *     has one
 * @param role what it counts as
 * @param mask which pixels it covers, where that is known
 * @param points its key points, in which kinds may be missing
 */
public record Truth(
    int label,
    Rectangle box,
    double area,
    Role role,
    Optional<RunLengths> mask,
    List<KeyPoint> points) {
  /** What an object counts as. */
  public enum Role {
    /** One object. */
    OBJECT,
    /** Several objects that nobody told apart: finding or missing it counts as nothing. */
    CROWD,
    /** An object that is hard to make out: VOC counts neither who finds nor who misses it. */
    DIFFICULT
  }

  /**
   * Copies the list.
   *
   * @throws FoveaException if the label or the area is negative
   */
  public Truth {
    points = List.copyOf(points);
    if (label < 0 || !(area >= 0)) {
      throw new FoveaException(
          "object of class %s and area %s: need 0 or more".formatted(label, area));
    }
  }

  /** Returns the object of a box, without a mask; its area is that of the box. */
  public static Truth of(Box box) {
    Rectangle place = Rectangle.of(box);
    return new Truth(box.label(), place, place.area(), Role.OBJECT, Optional.empty(), box.points());
  }

  /**
   * Returns an object as its label file has it, without its mask. One that is both a crowd and
   * difficult is a crowd.
   */
  public static Truth of(LabelledObject object) {
    Role role = object.difficult() ? Role.DIFFICULT : Role.OBJECT;
    return of(object.box()).withArea(object.area()).as(object.crowd() ? Role.CROWD : role);
  }

  /**
   * Returns an object as its label file has it, with its mask if that is known.
   *
   * @param height the height of the picture
   * @param width the width of the picture
   */
  public static Truth of(LabelledObject object, int height, int width) {
    Truth truth = of(object);
    return object
        .region()
        .map(r -> truth.with(RunLengths.of(r.in(height, width))).withArea(object.area()))
        .orElse(truth);
  }

  /**
   * Returns the objects of a sample: its boxes, with masks where it says which object each pixel
   * belongs to. One whose own pixels are not known has none.
   */
  public static List<Truth> of(Sample sample) {
    List<Box> boxes = sample.mark(Mark.Boxes.class).map(Mark.Boxes::boxes).orElse(List.of());
    Optional<Tensor> instances = sample.mark(Mark.Instances.class).map(Mark.Instances::numbers);
    if (instances.isEmpty()) {
      return boxes.stream().map(Truth::of).toList();
    }
    Tensor map = instances.get();
    List<PixelBox> around = PixelBox.each(map, boxes.size());
    List<Truth> objects = new ArrayList<>();
    for (int i = 0; i < boxes.size(); i++) {
      Truth object = Truth.of(boxes.get(i));
      boolean known = around.get(i).width() > 0 || !isUnknown(map, i + 1);
      objects.add(known ? object.with(RunLengths.of(map, around.get(i), i + 1)) : object);
    }
    return List.copyOf(objects);
  }

  private static boolean isUnknown(Tensor map, int number) {
    for (float v : map.data()) {
      if (v == -number) {
        return true;
      }
    }
    return false;
  }

  /** Returns this object with a mask, and the area of that. */
  public Truth with(RunLengths pixels) {
    return new Truth(label, box, pixels.area(), role, Optional.of(pixels), points);
  }

  /** Returns this object in another role. */
  public Truth as(Role other) {
    return new Truth(label, box, area, other, mask, points);
  }

  /** Returns this object with another area. */
  public Truth withArea(double other) {
    return new Truth(label, box, other, role, mask, points);
  }

  boolean crowd() {
    return role == Role.CROWD;
  }
}
