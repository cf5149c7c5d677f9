package dev.fovea.formats.tflite;

import dev.fovea.formats.FormatException;
import java.util.List;

/** Activations that are part of other operators, by their number in the schema. */
final class Activations {
  private static final float SIX = 6;

  private Activations() {}

  static String of(TfliteCall c, String name, int activation) {
    return switch (activation) {
      case 0 -> name;
      case 1 -> c.onnx("Relu", List.of(name));
      case 2 -> within(c, name, -1, 1);
      case 3 -> within(c, name, 0, SIX);
      case 4 -> c.onnx("Tanh", List.of(name));
      default -> throw new FormatException("activation number " + activation + " is not read");
    };
  }

  /** Returns values cut to a range. */
  static String within(TfliteCall c, String name, float least, float most) {
    return c.onnx("Clip", List.of(name, c.scalar(least), c.scalar(most)));
  }
}
