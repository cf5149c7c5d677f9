package dev.fovea.studio.state;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fovea.data.Dataset;
import dev.fovea.data.Digits;
import dev.fovea.data.Preprocessing;
import dev.fovea.engine.Engine;
import dev.fovea.nn.Model;
import dev.fovea.tensor.Seed;
import dev.fovea.vision.InputRule;
import dev.fovea.zoo.Scale;
import dev.fovea.zoo.Zoo;
import org.junit.jupiter.api.Test;

/** Samples as points of a plane. */
final class EmbeddingTest {
  /** A training that is watched may tell no rule: what the data set feeds it counts. */
  @Test
  void feedsTheNetworkAsTheDataSetDoes() {
    Dataset digits = Digits.load(Seed.of(1), 20, 12).test();
    Model model =
        Zoo.find("lenet5").model(Scale.full(10), digits.inputShape(), Seed.of(2), Engine.shared());
    Preprocessing own = digits.normalization().orElseThrow();
    OpenModel silent = OpenModel.of("", "", model, OpenModel.rule(model));
    OpenModel told = OpenModel.of("", "", model, new InputRule(own, false));
    float[] first = new Features(told).of(digits.read(0, Seed.of(0)).picture()).data();
    assertThat(new Features(silent).ofInput(digits.input(0, Seed.of(0))).data()).isEqualTo(first);
    assertThat(new Features(silent).of(digits.read(0, Seed.of(0)).picture()).data())
        .isNotEqualTo(first);
    assertThat(Embedding.of(silent, digits, 12, "pca").points().data())
        .isEqualTo(Embedding.of(told, digits, 12, "pca").points().data());
  }
}
