package dev.fovea.data;

import dev.fovea.tensor.Shape;

/**
 * The form in which a data set hands on one mark of each sample, the same for all of them.
 *
 * @param task what the numbers mean
 * @param shape the shape for one sample; a list of unknown length is padded to it
 */
public record Target(Task task, Shape shape) {
  /** Returns the target of a {@link Mark.Label}: a scalar, the number of the class. */
  public static Target label() {
    return new Target(Task.CLASSES, Shape.scalar());
  }

  /** Returns the target of {@link Mark.Numbers} that are a share of each class: [classes]. */
  public static Target distribution(int classes) {
    return new Target(Task.CLASSES, Shape.of(classes));
  }

  /** Returns the target of {@link Mark.Numbers} of this shape. */
  public static Target numbers(int... dims) {
    return new Target(Task.REGRESSION, Shape.of(dims));
  }

  /**
   * Returns the target of {@link Mark.Boxes}: [most, 5 + 3·points].
   *
   * @param most how many boxes a sample has at most
   * @param points how many key points each box has
   */
  public static Target boxes(int most, int points) {
    return new Target(Task.BOXES, Shape.of(most, Mark.Boxes.NUMBERS + 3 * points));
  }

  /** Returns the target of a {@link Mark.Mask} or of {@link Mark.Instances}: [H, W]. */
  public static Target mask(int height, int width) {
    return new Target(Task.MASK, Shape.of(height, width));
  }

  /** Returns the target of {@link Mark.KeyPoints}: [points, 3]. */
  public static Target keyPoints(int points) {
    return new Target(Task.KEY_POINTS, Shape.of(points, 3));
  }

  /** Returns the target of a {@link Mark.Sequence} of up to {@code most} tokens: [most]. */
  public static Target sequence(int most) {
    return new Target(Task.SEQUENCE, Shape.of(most));
  }
}
