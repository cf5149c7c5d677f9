package dev.fovea.nn;

import static dev.fovea.nn.Layers.dense;
import static dev.fovea.nn.Layers.sequence;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fovea.engine.Engine;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Weights taken by name, and the report of what matched. */
final class WeightMatchTest {
  private static Model model(long seed, int classes) {
    return Model.build(
        sequence(dense(6), dense(classes)), Shape.of(4), Seed.of(seed), Engine.ofThreads(1));
  }

  @Test
  void theBodyIsTakenAndTheHeadIsNot() {
    Model old = model(1, 10);
    Model model = model(2, 3);
    float[] head = model.parameters().tensor("1.weight").data();
    WeightMatch match = model.parameters().loadMatching("old", old.parameters().tensors());
    assertThat(match.matched()).containsExactly("0.weight", "0.bias");
    assertThat(model.parameters().tensor("0.weight").data())
        .isEqualTo(old.parameters().tensor("0.weight").data());
    assertThat(model.parameters().tensor("1.weight").data()).isEqualTo(head);
    assertThat(match)
        .hasToString(
            "2 of 4 parameters matched; other shapes 1.weight [6,10] instead of [6,3], 1.bias [10]"
                + " instead of [3]");
  }

  @Test
  void namesAreShownUpToTen() {
    Map<String, Tensor> tensors = new LinkedHashMap<>(model(1, 3).parameters().tensors());
    tensors.remove("0.bias");
    for (int i = 0; i < 13; i++) {
      tensors.put("x" + (char) ('a' + i), Tensor.scalar(0));
    }
    assertThatThrownBy(() -> model(2, 3).parameters().load("file", tensors))
        .isInstanceOf(FoveaException.class)
        .hasMessage(
            "file: belongs to another network: missing 0.bias; unknown xa, xb, xc, xd, xe, xf, xg,"
                + " xh, xi, xj and 3 more");
  }

  @Test
  void nothingInCommonIsAnError() {
    Model model = model(2, 3);
    Map<String, Tensor> tensors = Map.of("other", Tensor.scalar(1));
    assertThatThrownBy(() -> model.parameters().loadMatching("file", tensors))
        .isInstanceOf(FoveaException.class)
        .hasMessage(
            "file: nothing matches this network: missing 0.weight, 0.bias, 1.weight, 1.bias;"
                + " unknown other");
  }

  @Test
  void numbersThatAreNotFiniteAreRefusedAndNothingChanges() {
    Model model = model(2, 3);
    float[] before = model.parameters().values().clone();
    Tensor bad = Tensor.full(Shape.of(6), Float.NaN);
    Map<String, Tensor> tensors = Map.of("0.bias", bad);
    assertThatThrownBy(() -> model.parameters().loadMatching("file", tensors))
        .isInstanceOf(FoveaException.class)
        .hasMessageStartingWith("file: 0.bias holds a NaN at 0");
    assertThat(model.parameters().values()).isEqualTo(before);
  }
}
