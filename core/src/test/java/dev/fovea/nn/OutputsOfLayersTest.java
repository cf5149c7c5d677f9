package dev.fovea.nn;

import static dev.fovea.nn.Layers.conv2d;
import static dev.fovea.nn.Layers.dense;
import static dev.fovea.nn.Layers.flatten;
import static dev.fovea.nn.Layers.relu;
import static dev.fovea.nn.Layers.sequence;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fovea.engine.Engine;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Models whose outputs are those of layers, and models for inputs of other shapes. */
final class OutputsOfLayersTest {
  private static final Shape PICTURE = Shape.of(5, 4, 2);
  private static final Engine ENGINE = Engine.ofThreads(1);

  private final Model model =
      Model.build(
          sequence(
              conv2d(3, 3).same(),
              sequence(relu(), conv2d(2, 3)).named("inner"),
              flatten(),
              dense(4)),
          PICTURE,
          Seed.of(3),
          ENGINE);

  private static Tensor picture() {
    Tensor x = Tensor.zeros(PICTURE.prepend(2));
    for (int i = 0; i < x.data().length; i++) {
      x.data()[i] = (i * 7 % 11) - 5;
    }
    return x;
  }

  @Test
  void theyAreWhatAnObserverSees() {
    Model features = model.withOutputs("inner.0", "0", "inner");
    assertThat(features.outputs())
        .containsExactly(Shape.of(5, 4, 3), Shape.of(5, 4, 3), Shape.of(3, 2, 2));
    assertThat(features.parameters()).isSameAs(model.parameters());
    Map<String, Tensor> seen = model.observe("inner.0", "0", "inner").of(picture());
    List<Tensor> got = features.run(List.of(picture()));
    assertThat(got).extracting(Tensor::data).containsExactlyElementsOf(data(seen));
  }

  private static List<float[]> data(Map<String, Tensor> seen) {
    return seen.values().stream().map(Tensor::data).toList();
  }

  /** A name of a layer before, in another model, is not mistaken for one of this model's. */
  @Test
  void layersAreThoseOfThisModelWithinAnother() {
    Model first = Model.build(sequence(conv2d(2, 1)), PICTURE, Seed.of(4), ENGINE);
    Model both =
        Model.build(
            in -> model.withOutputs("0").apply(List.of(first.apply(in.get(0)))),
            List.of(PICTURE),
            Seed.of(5),
            ENGINE);
    Tensor wanted = model.withOutputs("0").run(first.run(picture()));
    assertThat(both.run(picture()).data()).isEqualTo(wanted.data());
  }

  @Test
  void missingLayersAreNamed() {
    assertThatThrownBy(() -> model.withOutputs("inner.7"))
        .isInstanceOf(FoveaException.class)
        .hasMessage("outputs: no layer inner.7; did you mean inner.0?");
    assertThatThrownBy(model::withOutputs)
        .isInstanceOf(FoveaException.class)
        .hasMessage("model: the network returns no output");
  }

  @Test
  void convolutionsTakePicturesOfAnotherSize() {
    Layer two = sequence(conv2d(3, 3).same(), relu(), conv2d(2, 3));
    Model maps = Model.build(two, PICTURE, Seed.of(3), ENGINE);
    Model large = maps.withInputs(Shape.of(9, 7, 2));
    assertThat(large.inputs()).containsExactly(Shape.of(9, 7, 2));
    assertThat(large.outputs()).containsExactly(Shape.of(7, 5, 2));
    assertThat(large.parameters()).isSameAs(maps.parameters());
    // The window 3 × 3 of a window 3 × 3, around which no border is, sees 5 × 5 pixels.
    Tensor picture = Tensor.zeros(Shape.of(1, 9, 7, 2));
    Tensor part = Tensor.zeros(Shape.of(1, 5, 5, 2));
    for (int i = 0; i < part.data().length; i++) {
      picture.data()[(i / 10 + 2) * 14 + 2 + i % 10] = i % 5 - 2;
      part.data()[i] = i % 5 - 2;
    }
    float wanted = maps.withInputs(Shape.of(5, 5, 2)).run(part).get(0, 1, 1, 0);
    assertThat(large.run(picture).get(0, 3, 2, 0)).isEqualTo(wanted);
  }

  @Test
  void denseLayersFixTheSize() {
    assertThatThrownBy(() -> model.withInputs(Shape.of(6, 4, 2)))
        .isInstanceOf(FoveaException.class)
        .hasMessageContaining("parameter 3.weight has shape [12,4] but is used here with [16,4]");
    assertThatThrownBy(() -> model.withInputs(Shape.of(5, 4, 2), Shape.of(1)))
        .isInstanceOf(FoveaException.class)
        .hasMessage("model: takes 1 inputs, got the shapes of 2");
  }
}
