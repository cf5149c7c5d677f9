package dev.fovea.vision;

import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;

/** Pictures for tests. */
final class Pictures {
  private Pictures() {}

  /** Returns a grey picture of rows of numbers, {@code "1 2; 3 4"}. */
  static Tensor grey(String rows) {
    ImageKernel k = ImageKernel.parse(rows);
    Tensor t = Tensor.zeros(Shape.of(k.height(), k.width(), 1));
    for (int i = 0; i < t.data().length; i++) {
      t.data()[i] = k.weight(i / k.width(), i % k.width());
    }
    return t;
  }

  /** Returns a picture whose whole values follow from place and number. */
  static Tensor pattern(int height, int width, int channels, int number) {
    Tensor t = Tensor.zeros(Shape.of(height, width, channels));
    for (int i = 0; i < t.data().length; i++) {
      t.data()[i] = (i * 37 + number * 91 + i / 7) % 256;
    }
    return t;
  }
}
