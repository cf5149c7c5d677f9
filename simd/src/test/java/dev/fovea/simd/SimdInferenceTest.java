package dev.fovea.simd;

import static dev.fovea.nn.Layers.conv2d;
import static org.assertj.core.api.Assertions.assertThat;

import dev.fovea.engine.Engine;
import dev.fovea.nn.Layer;
import dev.fovea.nn.Model;
import dev.fovea.tensor.Rng;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** Batches that are computed in parts. */
final class SimdInferenceTest {
  private static final int RUNS = 2000;

  /**
   * Three samples, two at a time, so that the second is computed in both parts: by a whole tile of
   * rows in one and by the last, partial tile in the other, which adds the residual later.
   */
  @Test
  void aSampleOfTwoPartsHasTheSameBitsInEachRun() {
    Tensor x = random(Shape.of(3, 8, 8, 32));
    try (Engine one = Engine.ofThreads(1);
        Engine two = Engine.ofThreads(2)) {
      Model model = model(two);
      assertThat(model.inference().samplesAtOnce(3)).isEqualTo(2);
      float[] expected = model(one).run(x).data();
      for (int i = 0; i < RUNS; i++) {
        boolean same = Arrays.equals(model.run(x).data(), expected);
        assertThat(same).as("run " + i).isTrue();
      }
    }
  }

  private static Model model(Engine engine) {
    Layer inner = conv2d(32, 1);
    Layer block = x -> x.plus(inner.apply(x));
    return Model.build(block.named("block"), Shape.of(8, 8, 32), Seed.of(1), engine);
  }

  private static Tensor random(Shape shape) {
    Tensor t = Tensor.zeros(shape);
    Rng rng = Seed.of(2).rng();
    for (int i = 0; i < t.data().length; i++) {
      t.data()[i] = rng.nextFloat(-1, 1);
    }
    return t;
  }
}
