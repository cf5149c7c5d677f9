package dev.fovea.apps;

import static dev.fovea.nn.Layers.dense;
import static dev.fovea.nn.Layers.leakyRelu;
import static dev.fovea.nn.Layers.sequence;
import static dev.fovea.nn.Losses.binaryCrossEntropy;
import static dev.fovea.optim.Optimizers.adam;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.fovea.nn.Layer;
import dev.fovea.nn.Model;
import dev.fovea.optim.Optimizer;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import org.junit.jupiter.api.Test;

final class AdversariesTest {
  private static final int BATCH = 32;

  private static Model judge() {
    Layer layers = sequence(dense(16), leakyRelu(0.2), dense(16), leakyRelu(0.2), dense(1));
    return Model.build(layers, Shape.of(2), Seed.of(2));
  }

  /** Points about (3, −2). */
  private static Tensor real(Seed seed) {
    Tensor points = Noise.normal(Shape.of(BATCH, 2), seed);
    for (int i = 0; i < points.data().length; i++) {
      points.data()[i] = 0.5f * points.data()[i] + (i % 2 == 0 ? 3 : -2);
    }
    return points;
  }

  private static void learnsWhereThePointsAre(Adversaries pair, Model generator) {
    for (int i = 0; i < 400; i++) {
      Seed seed = Seed.of(i);
      Adversaries.Losses losses = pair.learn(() -> real(seed.split("real")), seed);
      assertThat(Float.isFinite(losses.judge()) && Float.isFinite(losses.generator())).isTrue();
    }
    float[] made = generator.run(Noise.normal(Shape.of(500, 2), Seed.of(9))).data();
    double[] mean = new double[2];
    for (int i = 0; i < made.length; i++) {
      mean[i % 2] += made[i] / 500;
    }
    assertThat(mean[0]).isCloseTo(3, within(0.7));
    assertThat(mean[1]).isCloseTo(-2, within(0.7));
  }

  @Test
  void generatorsLearnWhatIsReal() {
    Optimizer optimizer = adam(0.01).betas(0.5, 0.9);
    Model first = Model.build(dense(2), Shape.of(2), Seed.of(1));
    Discriminator judge = new Discriminator(judge(), binaryCrossEntropy());
    learnsWhereThePointsAre(Adversaries.classifying(first, judge, optimizer, BATCH), first);
    Model second = Model.build(dense(2), Shape.of(2), Seed.of(1));
    learnsWhereThePointsAre(Adversaries.wasserstein(second, judge(), optimizer, BATCH, 2), second);
  }
}
