package dev.fovea.systems.label;

import dev.fovea.data.Box;
import java.util.Comparator;
import java.util.Optional;

/**
 * An object that is marked in a picture.
 *
 * @param box where it is, in pixels of the picture, with the number of its class and its key points
 * @param region which pixels belong to it, if that is known
 * @param area how many pixels belong to it, by which it counts as small or large
 * @param crowd whether it is several objects that nobody told apart: neither found nor missed
 * @param difficult whether it does not count when detections are measured as in Pascal VOC
 */
public record LabelledObject(
    Box box, Optional<Region> region, double area, boolean crowd, boolean difficult) {
  /**
   * From the one behind to the one in front where objects overlap: first those of which no more
   * than the box is known, and the larger ones before the smaller ones.
   */
  public static final Comparator<LabelledObject> FROM_BEHIND =
      Comparator.comparing((LabelledObject o) -> o.region().isPresent())
          .thenComparingDouble(o -> -o.area());

  /** Creates an object of which nothing but the box is known. */
  public LabelledObject(Box box) {
    this(box, Optional.empty(), box.area(), false, false);
  }
}
