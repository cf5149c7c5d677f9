package dev.fovea.data;

import dev.fovea.tensor.Shape;

/**
 * The form of a target: how one mark of each sample is written into a batch.
 *
 * @param task the meaning of the values
 * @param shape the shape for one sample; shorter lists are padded to it
 */
public record Target(Task task, Shape shape) {
  /** Returns the target of a {@link Mark.Label}: a scalar, the class index. */
  public static Target label() {
    return new Target(Task.CLASSES, Shape.scalar());
  }

  /**
   * Returns the target of {@link Mark.Numbers} that hold a distribution over classes: [classes].
   */
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
   * @param most the largest number of boxes of a sample
   * @param points the number of key points of each box
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
