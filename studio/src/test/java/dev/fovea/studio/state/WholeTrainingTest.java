package dev.fovea.studio.state;

import static dev.fovea.nn.Layers.conv2d;
import static dev.fovea.nn.Layers.dense;
import static dev.fovea.nn.Layers.globalAvgPool;
import static dev.fovea.nn.Layers.sequence;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fovea.engine.Engine;
import dev.fovea.nn.Model;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import org.junit.jupiter.api.Test;

final class WholeTrainingTest {
  /**
   * Its convolution takes 2 · 1024² · 7² · 3 · 256 operations, and training it 3 · 8 · 20 times.
   */
  @Test
  void refusesANetworkThatWouldLearnForHours() {
    Shape input = Shape.of(1024, 1024, 3);
    Model large =
        Model.build(
            sequence(conv2d(256, 7).same(), globalAvgPool(), dense(2)),
            input,
            Seed.of(1),
            Engine.shared());
    assertThatThrownBy(() -> WholeTraining.train(large, i -> Tensor.zeros(input), new int[8], 1e-3))
        .hasMessage(
            "teach: all layers of this network would take 38 TFLOP to learn, more than 10; keep"
                + " its features as they are");
  }
}
