package dev.fovea.formats.onnx.operators;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fovea.op.Movement;
import dev.fovea.op.Source;
import dev.fovea.op.Value;
import dev.fovea.tensor.Shape;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What steps of slices become. */
final class ShapeOperatorsTest {
  @ParameterizedTest(name = "{0}: from {1} on {2} of every {3}")
  @CsvSource({
    "8, 0, 4, 2, false",
    "8, 1, 4, 2, false",
    "9, 1, 4, 2, false",
    "9, 2, 3, 3, false",
    "10, 3, 2, 4, false",
    "9, 0, 5, 2, true",
    "7, 0, 3, 3, true"
  })
  void isPaddedOnlyWhereTheAxisIsTooShort(
      int extent, int begin, int size, int step, boolean padded) {
    Value x = Source.Input.sample(0, Shape.of(2, extent, 3));
    Value y = ShapeOperators.strided(x, 1, begin, size, step);
    assertThat(y.shape()).isEqualTo(Shape.of(2, size, 3));
    assertThat(pads(y)).isEqualTo(padded);
  }

  private static boolean pads(Value v) {
    return v.op() instanceof Movement.Pad || v.inputs().stream().anyMatch(ShapeOperatorsTest::pads);
  }
}
