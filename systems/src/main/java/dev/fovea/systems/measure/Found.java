package dev.fovea.systems.measure;

import dev.fovea.data.KeyPoint;
import dev.fovea.systems.Detection;
import dev.fovea.systems.mask.RunLengths;
import dev.fovea.tensor.FoveaException;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * An object that was found in a picture.
 *
 * @param label the number of its class
 * @param score how sure who found it is; only the order matters
 * @param box where it is
 * @param mask which pixels it covers, where masks are measured
 * @param points its key points, where they are measured
 */
public record Found(
    int label, double score, Rectangle box, Optional<RunLengths> mask, List<KeyPoint> points) {
  /**
   * The order in which what was found is looked at: by falling score, else as listed. Adding 0
   * makes equals of the two zeros.
   */
  static final Comparator<Found> BY_SCORE = Comparator.comparingDouble(f -> 0 - f.score());

  /**
   * Copies the list.
   *
   * @throws FoveaException if the label is negative or the score no number
   */
  public Found {
    points = List.copyOf(points);
    if (label < 0 || Double.isNaN(score)) {
      throw new FoveaException(
          "detection of class %s with score %s: need 0 or more, and a number"
              .formatted(label, score));
    }
  }

  /** Returns a box that was found. */
  public static Found of(int label, double score, Rectangle box) {
    return new Found(label, score, box, Optional.empty(), List.of());
  }

  /** Returns a detection by its box and key points. */
  public static Found of(Detection detection) {
    return new Found(
        detection.box().label(),
        detection.score(),
        Rectangle.of(detection.box()),
        Optional.empty(),
        detection.box().points());
  }

  /**
   * Returns a detection with its mask in the picture, if it has one.
   *
   * @param height the height of the picture
   * @param width the width of the picture
   */
  public static Found of(Detection detection, int height, int width) {
    Found box = of(detection);
    return detection.mask().map(m -> box.with(m.runLengths(height, width))).orElse(box);
  }

  /** Returns this with a mask. */
  public Found with(RunLengths pixels) {
    return new Found(label, score, box, Optional.of(pixels), points);
  }
}
