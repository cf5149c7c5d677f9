package dev.fovea.systems.box;

import dev.fovea.data.Box;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Boxes in a fixed order, as numbers alone: [left, top, right, bottom] each.
 *
 * <p>It never changes. A box may be empty or turned inside out, as networks make them; its width
 * and height are then not positive and its area is 0.
 */
public final class BoxArray {
  private static final int NUMBERS = 4;

  private final double[] numbers;

  private BoxArray(double[] numbers) {
    this.numbers = numbers;
  }

  /**
   * Returns the boxes of these numbers, four for each.
   *
   * @throws FoveaException if their count is no multiple of 4
   */
  public static BoxArray of(double... numbers) {
    if (numbers.length % NUMBERS != 0) {
      throw new FoveaException("boxes: need 4 numbers for each, got " + numbers.length);
    }
    return new BoxArray(numbers.clone());
  }

  /** Returns the places of boxes that are marked in a picture. */
  public static BoxArray of(List<Box> boxes) {
    return new BoxArray(boxes.stream().flatMapToDouble(b -> Arrays.stream(numbers(b))).toArray());
  }

  /**
   * Returns the boxes of a tensor [.., 4].
   *
   * @throws FoveaException if its last axis is not 4
   */
  public static BoxArray of(Tensor boxes) {
    if (boxes.shape().rank() == 0 || boxes.shape().dim(-1) != NUMBERS) {
      throw new FoveaException("boxes: need a tensor [.., 4], got " + boxes.shape());
    }
    float[] from = boxes.data();
    return new BoxArray(IntStream.range(0, from.length).mapToDouble(i -> from[i]).toArray());
  }

  private static double[] numbers(Box b) {
    return new double[] {b.left(), b.top(), b.right(), b.bottom()};
  }

  /** Returns how many boxes there are. */
  public int size() {
    return numbers.length / NUMBERS;
  }

  /** Returns where box {@code i} begins in a row. */
  public double left(int i) {
    return numbers[NUMBERS * i];
  }

  /** Returns where box {@code i} begins in a column. */
  public double top(int i) {
    return numbers[NUMBERS * i + 1];
  }

  /** Returns where box {@code i} ends in a row. */
  public double right(int i) {
    return numbers[NUMBERS * i + 2];
  }

  /** Returns where box {@code i} ends in a column. */
  public double bottom(int i) {
    return numbers[NUMBERS * i + 3];
  }

  /** Returns right − left of box {@code i}. */
  public double width(int i) {
    return right(i) - left(i);
  }

  /** Returns bottom − top of box {@code i}. */
  public double height(int i) {
    return bottom(i) - top(i);
  }

  /** Returns the middle of box {@code i} in a row. */
  public double centreX(int i) {
    return left(i) + width(i) / 2;
  }

  /** Returns the middle of box {@code i} in a column. */
  public double centreY(int i) {
    return top(i) + height(i) / 2;
  }

  /** Returns the area of box {@code i}, 0 if it is empty. */
  public double area(int i) {
    return Math.max(0, width(i)) * Math.max(0, height(i));
  }

  /** Returns the chosen boxes, in the order of their numbers. */
  public BoxArray pick(int... chosen) {
    double[] picked = new double[chosen.length * NUMBERS];
    for (int k = 0; k < chosen.length; k++) {
      System.arraycopy(numbers, NUMBERS * chosen[k], picked, NUMBERS * k, NUMBERS);
    }
    return new BoxArray(picked);
  }

  /** Returns these boxes, then others. */
  public BoxArray then(BoxArray others) {
    double[] all = Arrays.copyOf(numbers, numbers.length + others.numbers.length);
    System.arraycopy(others.numbers, 0, all, numbers.length, others.numbers.length);
    return new BoxArray(all);
  }

  /** Returns what of each box lies in a picture; boxes outside become empty at its border. */
  public BoxArray clip(double height, double width) {
    double[] clipped = numbers.clone();
    for (int i = 0; i < clipped.length; i++) {
      clipped[i] = Math.clamp(clipped[i], 0, i % 2 == 0 ? width : height);
    }
    return new BoxArray(clipped);
  }

  /** Returns the numbers of the boxes both of whose sides are at least {@code side} pixels. */
  public int[] atLeast(double side) {
    return IntStream.range(0, size()).filter(i -> width(i) >= side && height(i) >= side).toArray();
  }

  /** Returns each box as four floats: [size, 4]. */
  public Tensor toTensor() {
    float[] floats = new float[numbers.length];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = (float) numbers[i];
    }
    return Tensor.of(Shape.of(size(), NUMBERS), floats);
  }

  /** Returns all numbers, four for each box. */
  public double[] toArray() {
    return numbers.clone();
  }

  /** Returns box {@code i} as that of an object of a class. */
  public Box box(int i, int label) {
    return new Box(left(i), top(i), right(i), bottom(i), label);
  }

  /**
   * Returns the smallest box around the pixels of a mask [H, W] that are not 0: one pixel is a box
   * of 1 × 1. A mask without such pixels gives an empty box at (0, 0).
   */
  public static BoxArray around(Tensor mask) {
    int width = mask.shape().dim(1);
    double[] box = {Double.MAX_VALUE, Double.MAX_VALUE, 0, 0};
    float[] pixels = mask.data();
    for (int i = 0; i < pixels.length; i++) {
      if (pixels[i] != 0) {
        int row = i / width;
        int column = i % width;
        box[0] = Math.min(box[0], column);
        box[1] = Math.min(box[1], row);
        box[2] = Math.max(box[2], column + 1);
        box[3] = Math.max(box[3], row + 1);
      }
    }
    return box[2] == 0 ? new BoxArray(new double[NUMBERS]) : new BoxArray(box);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof BoxArray b && Arrays.equals(numbers, b.numbers);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(numbers);
  }

  @Override
  public String toString() {
    return "boxes" + Arrays.toString(numbers);
  }
}
