package dev.fovea.apps;

import static dev.fovea.nn.Layers.conv2d;
import static dev.fovea.nn.Layers.dense;
import static dev.fovea.nn.Layers.flatten;
import static dev.fovea.nn.Layers.leakyRelu;
import static dev.fovea.nn.Layers.sequence;
import static dev.fovea.nn.Layers.tanh;
import static dev.fovea.optim.Optimizers.sgd;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.fovea.nn.Layer;
import dev.fovea.nn.Model;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Shape;
import dev.fovea.train.TrainingStep;
import java.util.List;
import org.junit.jupiter.api.Test;

final class GradientPenaltyTest {
  private static final int BATCH = 3;

  private static TrainingStep step(Model critic, double rate) {
    Shape sample = critic.inputs().get(0);
    return TrainingStep.of(
        in -> List.of(GradientPenalty.of(critic::apply, in.get(0), in.get(1), in.get(2))),
        List.of(sample, sample, Shape.of(1)),
        sgd(rate),
        BATCH,
        critic);
  }

  private static float penalty(TrainingStep step, Shape sample) {
    return step.gradients(
        Seed.of(1),
        Noise.normal(sample.prepend(BATCH), Seed.of(1)),
        Noise.normal(sample.prepend(BATCH), Seed.of(2)),
        Noise.uniform(Shape.of(BATCH, 1), Seed.of(3)));
  }

  /** The gradient of w · x + b is w everywhere, so the penalty is (‖w‖ − 1)². */
  @Test
  void ofALinearCriticItIsThatOfItsWeights() {
    Model critic = Model.build(dense(1), Shape.of(4), Seed.of(1));
    double squares = 0;
    for (float w : critic.parameters().tensor("dense.weight").data()) {
      squares += (double) w * w;
    }
    double expected = Math.pow(Math.sqrt(squares) - 1, 2);
    assertThat((double) penalty(step(critic, 1), Shape.of(4))).isCloseTo(expected, within(1e-5));
  }

  /** What a step of 1 takes from each weight is the derivative of the penalty by it. */
  @Test
  void itIsDifferentiatedOnceMore() {
    Layer layers =
        sequence(conv2d(2, 3).same(), tanh(), conv2d(2, 3), leakyRelu(0.2), flatten(), dense(1));
    Shape picture = Shape.of(5, 4, 1);
    Model critic = Model.build(layers, picture, Seed.of(5));
    TrainingStep learning = step(critic, 1);
    TrainingStep measuring = step(critic, 1);
    float[] weights = critic.parameters().values();
    float[] before = weights.clone();
    penalty(learning, picture);
    learning.apply();
    float[] after = weights.clone();
    float h = 5e-3f;
    for (int i = 0; i < weights.length; i += 3) {
      System.arraycopy(before, 0, weights, 0, before.length);
      weights[i] = before[i] + h;
      double more = penalty(measuring, picture);
      weights[i] = before[i] - h;
      double less = penalty(measuring, picture);
      assertThat((double) before[i] - after[i])
          .as("weight %s", i)
          .isCloseTo((more - less) / (2 * h), within(5e-3));
    }
  }

  @Test
  void samplesOfTwoShapesAreRefused() {
    Model critic = Model.build(dense(1), Shape.of(4), Seed.of(1));
    assertThatThrownBy(() ->
            TrainingStep.of(
                in -> List.of(GradientPenalty.of(critic::apply, in.get(0), in.get(1), in.get(2))),
                List.of(Shape.of(4), Shape.of(3), Shape.of(1)),
                sgd(1),
                BATCH,
                critic))
        .hasMessage(
            "gradient penalty: samples of one shape and a number for each expected, got [3,4],"
                + " [3,3] and [3,1]");
  }
}
