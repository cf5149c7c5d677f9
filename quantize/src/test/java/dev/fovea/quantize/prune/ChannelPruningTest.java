package dev.fovea.quantize.prune;

import static dev.fovea.nn.Layers.batchNorm;
import static dev.fovea.nn.Layers.concat;
import static dev.fovea.nn.Layers.conv2d;
import static dev.fovea.nn.Layers.dense;
import static dev.fovea.nn.Layers.depthwiseConv2d;
import static dev.fovea.nn.Layers.dropout;
import static dev.fovea.nn.Layers.flatten;
import static dev.fovea.nn.Layers.globalAvgPool;
import static dev.fovea.nn.Layers.maxPool;
import static dev.fovea.nn.Layers.relu;
import static dev.fovea.nn.Layers.residual;
import static dev.fovea.nn.Layers.sequence;
import static dev.fovea.nn.Layers.squeezeExcite;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.fovea.engine.Engine;
import dev.fovea.nn.Layer;
import dev.fovea.nn.Losses;
import dev.fovea.nn.Model;
import dev.fovea.nn.Parameters;
import dev.fovea.nn.Signal;
import dev.fovea.op.Ints;
import dev.fovea.op.Movement;
import dev.fovea.op.Value;
import dev.fovea.optim.Optimizers;
import dev.fovea.tensor.Rng;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import dev.fovea.train.TrainingStep;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Channels that are all 0 are removed and nothing changes; what is tied goes together. */
final class ChannelPruningTest {
  private static final Shape INPUT = Shape.of(8, 8, 3);

  /** Batch norm, a residual sum, a depthwise convolution, a gate, a concatenation, a flattening. */
  private static Layer layers() {
    return sequence(
        conv2d(8, 3).same().noBias().named("first"),
        batchNorm(),
        relu(),
        residual(sequence(conv2d(6, 1), relu(), conv2d(8, 3).same())),
        depthwiseConv2d(3).same(),
        squeezeExcite(4),
        concat(conv2d(4, 1), sequence(conv2d(6, 3).same(), batchNorm())),
        maxPool(2),
        flatten(),
        dropout(0.1f),
        dense(12),
        relu(),
        dense(5));
  }

  private static Model model(Layer layer) {
    Model m = Model.build(layer, INPUT, Seed.of(6));
    for (Parameters.Parameter p : m.parameters().all()) {
      if (p.shape().rank() == 1) {
        m.parameters().set(p.name(), random(p.offset(), p.shape(), 0.5f, 1));
      }
    }
    return m;
  }

  private static Tensor random(long seed, Shape shape, float low, float high) {
    Tensor t = Tensor.zeros(shape);
    Rng rng = new Rng(seed);
    for (int i = 0; i < t.data().length; i++) {
      t.data()[i] = rng.nextFloat(low, high);
    }
    return t;
  }

  @Test
  void whatIsTiedGoesTogether() {
    Model m = model(layers());
    Model half = ChannelPruning.of(m, 0.5);
    assertThat(half.outputs()).isEqualTo(m.outputs());
    for (Parameters.Parameter p : half.parameters().all()) {
      Shape before = m.parameters().get(p.name()).shape();
      assertThat(p.shape().rank()).isEqualTo(before.rank());
    }
    assertThat(half.parameters().get("first.weight").shape()).isEqualTo(Shape.of(3, 3, 3, 4));
    assertThat(half.parameters().count(true)).isLessThan(m.parameters().count(true) * 2 / 5);
    Tensor x = random(1, INPUT.prepend(3), -1, 1);
    assertThat(half.run(x).shape()).isEqualTo(Shape.of(3, 5));
    TrainingStep step = TrainingStep.of(half, Losses.crossEntropy(), Optimizers.sgd(0.1), 3);
    float first = step.gradients(Seed.of(1), x, Tensor.of(Shape.of(3), 0, 3, 4));
    step.apply();
    float then = step.gradients(Seed.of(1), x, Tensor.of(Shape.of(3), 0, 3, 4));
    assertThat(then).isLessThan(first);
  }

  /** Filters of zeros, with biases of zero, are the smallest; without them nothing changes. */
  @Test
  void removingDeadChannelsChangesNothing() {
    Model m =
        model(
            sequence(
                conv2d(8, 3).same(),
                relu(),
                residual(sequence(conv2d(8, 3).same(), relu(), conv2d(8, 1))),
                depthwiseConv2d(3).same(),
                relu(),
                conv2d(6, 1),
                globalAvgPool(),
                dense(4)));
    for (Parameters.Parameter p : m.parameters().all()) {
      boolean last = p.shape().dim(-1) == 4;
      Tensor t = m.parameters().tensor(p.name());
      for (int i = 0; !last && i < t.data().length; i++) {
        if (i % p.shape().dim(-1) % 2 == 1) {
          t.data()[i] = 0;
        }
      }
      m.parameters().set(p.name(), t);
    }
    Model half = ChannelPruning.of(m, 0.5);
    Tensor x = random(2, INPUT.prepend(2), -1, 1);
    assertThat(half.run(x).data()).containsExactly(m.run(x).data(), within(1e-5f));
    assertThat(half.parameters().all())
        .filteredOn(p -> p.shape().rank() == 4)
        .extracting(p -> p.shape().dim(-1))
        .containsExactly(4, 4, 4, 4, 3);
  }

  /** A second output in training alone, behind channels that are removed. */
  @Test
  void auxiliaryClassifiersArePrunedAlong() {
    Layer trunk = sequence(conv2d(8, 3).noBias(), batchNorm(), relu());
    Layer head = sequence(globalAvgPool(), dense(5));
    Layer auxiliary = sequence(conv2d(4, 1), batchNorm(), globalAvgPool(), dense(5));
    Model m =
        Model.build(
            in -> {
              Signal x = trunk.apply(in.get(0));
              Signal aux = auxiliary.apply(x);
              Signal y = head.apply(x);
              return y.trace().training() ? List.of(y, aux) : List.of(y);
            },
            List.of(INPUT),
            Seed.of(6),
            Engine.shared());
    Model half = ChannelPruning.of(m, 0.5);
    assertThat(half.parameters().all()).hasSameSizeAs(m.parameters().all());
    assertThat(half.parameters().all())
        .filteredOn(p -> p.shape().rank() == 4)
        .extracting(Parameters.Parameter::shape)
        .containsExactly(Shape.of(3, 3, 3, 4), Shape.of(1, 1, 4, 2));
    assertThat(half.trace(2, true).outputs()).hasSize(2);
    assertThat(MaskedModel.of(m).model().trace(2, true).outputs()).hasSize(2);
    Model features = ChannelPruning.of(model(layers()).withOutputs("first"), 0.5);
    assertThat(features.outputs()).isNotEmpty();
  }

  /** Channels of the first half of a layer are the smallest; one of them stays. */
  @Test
  void aSliceKeepsAChannel() {
    Model m =
        model(
            sequence(
                conv2d(8, 1).noBias().named("first"),
                x -> concat(conv2d(2, 1)).apply(x.with(half(x))),
                globalAvgPool(),
                dense(5)));
    Tensor w = m.parameters().tensor("first.weight");
    for (int i = 0; i < w.data().length; i++) {
      w.data()[i] = i % 8 < 4 ? 0.001f * (i % 8) : 1;
    }
    m.parameters().set("first.weight", w);
    Model half = ChannelPruning.of(m, 0.5);
    assertThat(half.parameters().get("first.weight").shape()).isEqualTo(Shape.of(1, 1, 3, 5));
    assertThat(half.run(random(1, INPUT.prepend(1), -1, 1)).shape()).isEqualTo(Shape.of(1, 5));
  }

  private static Value half(Signal x) {
    int[] dims = x.shape().dims();
    dims[3] /= 2;
    return Value.of(new Movement.Slice(Ints.of(0, 0, 0, 0), Shape.of(dims)), x.value());
  }

  @Test
  void aNetworkIsPrunedAgain() {
    Model quarter = ChannelPruning.of(ChannelPruning.of(model(layers()), 0.5), 0.5);
    assertThat(quarter.parameters().get("first.weight").shape()).isEqualTo(Shape.of(3, 3, 3, 2));
  }

  @Test
  void whatCannotBeRemovedIsSaid() {
    Model one = model(sequence(flatten(), dense(5)));
    assertThatThrownBy(() -> ChannelPruning.of(one, 0.5))
        .hasMessage("prune: the network has no channels that a share of 0.5 removes");
    assertThatThrownBy(() -> ChannelPruning.of(one, 1))
        .hasMessage("prune: the share of channels must be from 0 to below 1, got 1.0");
    assertThat(List.of(one.outputs())).hasSize(1);
  }
}
