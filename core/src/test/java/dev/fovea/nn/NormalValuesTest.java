package dev.fovea.nn;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fovea.tensor.Rng;
import dev.fovea.tensor.Shape;
import org.junit.jupiter.api.Test;

final class NormalValuesTest {
  @Test
  void partsAreOneSequence() {
    int n = 200_003;
    float[] values = new float[n + 5];
    Rng rng = new Rng(3);
    Initializer.normal(0.25).fill(Shape.of(n), values, 4, rng);
    Rng one = new Rng(3);
    float[] expected = new float[n + 5];
    for (int i = 0; i < n; i++) {
      expected[4 + i] = (float) (0.25 * one.nextGaussian());
    }
    assertThat(values).isEqualTo(expected);
    assertThat(rng.nextLong()).isEqualTo(one.nextLong());
  }
}
