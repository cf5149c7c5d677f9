package dev.fovea.systems.detect;

import dev.fovea.systems.box.BoxArray;
import java.nio.FloatBuffer;
import java.util.stream.IntStream;

/** Boxes in the operands of host calls. */
final class Rows {
  private Rows() {}

  /** Writes boxes from a place on, and zeros for those that are missing to a count. */
  static void write(BoxArray boxes, FloatBuffer to, int at, int count) {
    double[] numbers = boxes.toArray();
    for (int i = 0; i < 4 * count; i++) {
      to.put(at + i, i < numbers.length ? (float) numbers[i] : 0);
    }
  }

  /**
   * Reads boxes.
   *
   * @param at where the first begins
   * @param count how many there are
   * @param width how many numbers a row has that begins with a box
   */
  static BoxArray read(FloatBuffer from, int at, int count, int width) {
    double[] numbers = new double[4 * count];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = from.get(at + i / 4 * width + i % 4);
    }
    return BoxArray.of(numbers);
  }

  /** Returns the numbers of the boxes that have an area. */
  static int[] filled(BoxArray boxes) {
    return IntStream.range(0, boxes.size())
        .filter(i -> boxes.width(i) > 0 && boxes.height(i) > 0)
        .toArray();
  }
}
