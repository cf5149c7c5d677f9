package dev.fovea.nn;

import static dev.fovea.nn.Layers.conv2d;
import static dev.fovea.nn.Layers.dense;
import static dev.fovea.nn.Layers.flatten;
import static dev.fovea.nn.Layers.globalAvgPool;
import static dev.fovea.nn.Layers.relu;
import static dev.fovea.nn.Layers.sequence;
import static dev.fovea.nn.Layers.softmax;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fovea.engine.Engine;
import dev.fovea.op.Movement;
import dev.fovea.op.Value;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Rng;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.ShapeException;
import dev.fovea.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Shapes are checked at build for batches of any size, and samples never mix. */
class BatchAxisTest {
  private static final Shape IMAGE = Shape.of(4, 5, 3);

  private static Model build(Layer layer, Shape input) {
    return Model.build(layer, input, Seed.of(1), Engine.shared());
  }

  @Test
  void signalsOfDifferentRankAreRefusedAtTheirLayer() {
    Layer gate = x -> x.plus(globalAvgPool().apply(x));
    assertThatThrownBy(() -> build(sequence(relu(), gate), IMAGE))
        .isInstanceOf(ShapeException.class)
        .hasMessage(
            "add at 1: both signals need as many axes and the same N, for samples never mix;"
                + " reshape() the smaller to axes of 1, as [N,1,1,C] for images;"
                + " input=[N,4,5,3], [1,3]");
  }

  @Test
  void samplesBroadcastWithinThemselves() {
    Layer gate = x -> x.times(globalAvgPool().apply(x).reshape(Shape.of(1, 1, 3)));
    Model m = build(gate, IMAGE);
    Tensor batch = Tensor.zeros(IMAGE.prepend(3));
    Rng rng = Seed.of(2).rng();
    for (int i = 0; i < batch.data().length; i++) {
      batch.data()[i] = rng.nextFloat();
    }
    for (int i = 0; i < 3; i++) {
      Tensor alone = m.run(batch.sample(i).reshape(IMAGE.prepend(1)));
      assertThat(m.run(batch).sample(i).data()).containsExactly(alone.data());
    }
  }

  /** Each suits one sample; what it does to N is wrong. */
  static List<Layer> mixing() {
    return List.of(
        x -> x.with(x.value().plus(globalAvgPool().apply(x).value())),
        x -> x.plus(x.with(x.value().mean(0))),
        x -> x.minus(x.with(x.value().sum(0))),
        x -> x.times(x.with(Value.constant(Tensor.zeros(Shape.of(1, 1, 1, 3))))),
        x -> x.with(x.value().sum(0)),
        x -> x.with(x.value().slice(0, 0, 1)),
        x -> x.with(Value.of(new Movement.Concat(0), x.value(), x.value())),
        x -> x.with(x.value().reshape(Shape.of(4, 5, 3))),
        x -> x.with(x.value().transpose(1, 0, 2, 3)),
        x -> flatten().apply(x.with(x.value().sum())),
        x -> dense(2).apply(x.with(x.value().reshape(Shape.of(1, x.shape().elements())))));
  }

  @ParameterizedTest
  @MethodSource("mixing")
  void whatSuitsOneSampleOnlyIsRefused(Layer layer) {
    assertThatThrownBy(() -> build(layer, IMAGE))
        .isInstanceOf(FoveaException.class)
        .hasMessageMatching("[^\n]+");
  }

  @Test
  void noExtentIsTakenForTheBatch() {
    // Fits where N is the width, whatever it is.
    for (int width = 1; width < 9; width++) {
      Shape image = Shape.of(2, width, 3);
      Layer mixing = x -> x.with(x.value().plus(globalAvgPool().apply(x).value()));
      assertThatThrownBy(() -> build(mixing, image)).isInstanceOf(FoveaException.class);
    }
  }

  @Test
  void samplesOfOneNumberHaveNoChannels() {
    Shape number = Shape.scalar();
    List<Layer> layers =
        List.of(
            x -> x.concat(x),
            x -> x.channels(0, 1),
            dense(2),
            Signal::plusBias,
            softmax(),
            Layers.logSoftmax());
    for (Layer layer : layers) {
      assertThatThrownBy(() -> build(layer, number)).isInstanceOf(ShapeException.class);
    }
  }

  @Test
  void outputWithoutAxesIsRefused() {
    assertThatThrownBy(
            () -> build(x -> x.with(x.value().sum().reshape(Shape.scalar())), Shape.of(3)))
        .hasMessage("model: an output has no axes; the first must be the batch N");
  }

  @Test
  void signalOfAnotherTraceIsRefused() {
    List<Signal> kept = new ArrayList<>();
    Layer layer =
        x -> {
          kept.add(conv2d(3, 1).apply(x));
          return x.plus(kept.getFirst());
        };
    assertThatThrownBy(() -> build(layer, IMAGE))
        .isInstanceOf(FoveaException.class)
        .hasMessageContaining("are of two traces; a layer must not keep one");
    List<Signal> first = new ArrayList<>();
    List<Layer> keeping =
        List.of(
            x -> keep(first, x),
            x -> relu().apply(keep(first, x)),
            x -> x.with(x.value().plus(keep(first, x).value())),
            x -> conv2d(2, 1).apply(keep(first, x)));
    for (Layer l : keeping) {
      first.clear();
      Model m = build(l, IMAGE, true);
      assertThatThrownBy(() -> m.trace(1, false))
          .isInstanceOf(FoveaException.class)
          .hasMessageContaining("comes from another trace; a layer must not keep a signal");
    }
  }

  private static Signal keep(List<Signal> first, Signal x) {
    if (first.isEmpty()) {
      first.add(x);
    }
    return first.getFirst();
  }

  /** Builds a model of which one sample alone is checked. */
  private static Model build(Layer layer, Shape input, boolean fixesBatch) {
    Network network =
        new Network() {
          @Override
          public List<Signal> forward(List<Signal> inputs) {
            return List.of(layer.apply(inputs.get(0)));
          }

          @Override
          public boolean fixesBatch() {
            return fixesBatch;
          }
        };
    return Model.build(network, List.of(input), Seed.of(1), Engine.shared());
  }
}
