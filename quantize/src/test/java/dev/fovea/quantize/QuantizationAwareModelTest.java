package dev.fovea.quantize;

import static dev.fovea.nn.Layers.batchNorm;
import static dev.fovea.nn.Layers.conv2d;
import static dev.fovea.nn.Layers.dense;
import static dev.fovea.nn.Layers.depthwiseConv2d;
import static dev.fovea.nn.Layers.dropout;
import static dev.fovea.nn.Layers.flatten;
import static dev.fovea.nn.Layers.maxPool;
import static dev.fovea.nn.Layers.relu;
import static dev.fovea.nn.Layers.relu6;
import static dev.fovea.nn.Layers.residual;
import static dev.fovea.nn.Layers.sequence;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fovea.data.DataSplit;
import dev.fovea.data.Dataset;
import dev.fovea.data.Digits;
import dev.fovea.engine.Engine;
import dev.fovea.nn.Layer;
import dev.fovea.nn.Losses;
import dev.fovea.nn.Model;
import dev.fovea.nn.Network;
import dev.fovea.nn.Signal;
import dev.fovea.op.Value;
import dev.fovea.optim.Optimizers;
import dev.fovea.quantize.prune.ChannelPruning;
import dev.fovea.quantize.prune.MaskedModel;
import dev.fovea.quantize.retrace.Retrace;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import dev.fovea.train.Epochs;
import dev.fovea.train.Trainer;
import dev.fovea.train.TrainingStep;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** What is trained with rounding gives what the network of 8 bits gives. */
final class QuantizationAwareModelTest {
  private static final DataSplit DIGITS = Digits.load(Seed.of(2), 200, 40);

  private static Model model() {
    return Model.build(
            sequence(
                conv2d(8, 3).stride(2).noBias(),
                batchNorm(),
                relu6(),
                depthwiseConv2d(3).same().noBias(),
                batchNorm(),
                relu(),
                residual(sequence(conv2d(8, 1), batchNorm())),
                maxPool(2),
                flatten(),
                dense(16),
                relu(),
                dense(10)),
            Shape.of(28, 28, 1),
            Seed.of(5))
        .withMetadata(Map.of("labels", "some"));
  }

  private static List<List<Tensor>> samples(Dataset some) {
    List<List<Tensor>> samples = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      samples.add(List.of(some.input(i, Seed.of(i))));
    }
    return samples;
  }

  private static double error(Model exact, Model rounded) {
    Noise noise = new Noise();
    for (int i = 0; i < 20; i++) {
      Tensor x = DIGITS.test().input(i, Seed.of(i)).reshape(Shape.of(1, 28, 28, 1));
      noise.add(exact.run(x).data(), rounded.run(x).data());
    }
    return noise.share();
  }

  /** Training moves weights, norms and ranges; the bytes made of them compute the same. */
  @Test
  void trainedRoundingIsThatOfTheBytes() {
    Model plain = model();
    QuantizationAwareModel aware =
        QuantizationAwareModel.of(plain, QuantizationSettings.standard(), samples(DIGITS.train()));
    assertThat(error(aware.model(), aware.finish().model())).isLessThan(0.02);
    float[] before = aware.model().parameters().values().clone();
    double first = Double.NaN;
    double last = Double.NaN;
    for (int round = 0; round < 2; round++) {
      last =
          Trainer.of(aware.model(), Losses.crossEntropy(), Optimizers.adam(3e-3))
              .seed(Seed.of(round))
              .fit(DIGITS.train().shuffled().batches(20), Epochs.epochs(2))
              .last()
              .orElseThrow()
              .train()
              .loss();
      first = Double.isNaN(first) ? last : first;
    }
    assertThat(last).isLessThan(first);
    assertThat(aware.model().parameters().values()).isNotEqualTo(before);
    Quantizer.Quantized bytes = aware.finish();
    assertThat(bytes.quantized()).isEqualTo(5);
    double same = error(aware.model(), bytes.model());
    double rounding = error(aware.plain(), bytes.model());
    assertThat(same).isLessThan(0.02).isLessThan(rounding);
    assertThat(plain.metadata()).doesNotContainKey(QuantizationAwareModel.RANGES);
  }

  /** Dropout multiplies what lies before it by a mask; the range is that of what lies before. */
  @Test
  void dropoutBetweenLayersIsTrainedWithRounding() {
    Model plain =
        Model.build(
            sequence(flatten(), dense(12), relu(), dropout(0.5f), dense(10)),
            Shape.of(28, 28, 1),
            Seed.of(5));
    QuantizationAwareModel aware =
        QuantizationAwareModel.of(plain, QuantizationSettings.standard(), samples(DIGITS.train()));
    float[] before = aware.model().parameters().values().clone();
    var _ =
        Trainer.of(aware.model(), Losses.crossEntropy(), Optimizers.adam(3e-3))
            .fit(DIGITS.train().batches(20), Epochs.epochs(1));
    assertThat(aware.model().parameters().values()).isNotEqualTo(before);
    assertThat(error(aware.model(), aware.finish().model())).isLessThan(0.02);
  }

  @Test
  void frozenNormsKeepTheirStatistics() {
    Model told =
        QuantizationAwareModel.of(model(), QuantizationSettings.standard(), samples(DIGITS.train()))
            .model()
            .freeze("1.*");
    Tensor before = told.parameters().tensor("1.running_mean");
    var _ =
        Trainer.of(told, Losses.crossEntropy(), Optimizers.adam(3e-3))
            .fit(DIGITS.train().batches(20), Epochs.epochs(1));
    assertThat(told.parameters().tensor("1.running_mean").data()).isEqualTo(before.data());
  }

  @Test
  void rangesTravelWithTheModel() {
    QuantizationAwareModel aware =
        QuantizationAwareModel.of(
            model(), QuantizationSettings.standard().skip(List.of("0")), samples(DIGITS.train()));
    Model saved = aware.plain();
    Model read = model().withMetadata(saved.metadata());
    Model bytes = QuantizationAwareModel.quantizer(read).orElseThrow().finish().model();
    assertThat(error(aware.finish().model(), bytes)).isZero();
    assertThat(aware.finish().quantized()).isEqualTo(4);
    assertThat(QuantizationAwareModel.quantizer(model())).isEmpty();
    Quantizer learned = QuantizationAwareModel.quantizer(read).orElseThrow();
    assertThat(learned.report(samples(DIGITS.test()))).allMatch(r -> r.clipped() == 0);
    assertThat(learned.skipping(List.of("0", "9")).finish().quantized()).isEqualTo(3);
    assertThatThrownBy(() -> learned.skipping(List.of("9")))
        .hasMessage(
            "quantize: training with rounding found no ranges for the layers [0]: skip these too");
    assertThat(ChannelPruning.of(read, 0.5).metadata()).isEqualTo(model().metadata());
    assertThat(MaskedModel.of(read).finish().metadata()).isEqualTo(model().metadata());
    Map<String, String> broken =
        Map.of(
            QuantizationAwareModel.RANGES,
            "{\"skipped\":[],\"ranges\":{\"input 0.weight\":[0,1]}}");
    assertThatThrownBy(() -> QuantizationAwareModel.quantizer(model().withMetadata(broken)))
        .hasMessage(
            "quantize: the model's metadata has no range for the result of layer 0; the file is of"
                + " an earlier version, or of another network or a part that rounds elsewhere:"
                + " train it anew with rounding (--qat)");
    Map<String, String> numbered =
        Map.of(QuantizationAwareModel.RANGES, "{\"skipped\":[0],\"ranges\":{}}");
    assertThatThrownBy(() -> QuantizationAwareModel.quantizer(model().withMetadata(numbered)))
        .hasMessageStartingWith("quantization_ranges: skipped: ")
        .hasMessageEndingWith(": train it anew with rounding (--qat)");
    assertThatThrownBy(
            () -> QuantizationAwareModel.of(model(), QuantizationSettings.standard(), List.of()))
        .hasMessage("quantize: needs at least one sample to calibrate with, got none");
  }

  /** A part of a network has other first layers and other numbers, but the same ranges. */
  @Test
  void rangesAreThoseOfTheSameLayersInAPart() {
    Network two =
        in -> {
          Signal x = relu().apply(conv2d(4, 3).noBias().named("stem").apply(in.get(0)));
          Signal left = dense(10).named("left").apply(flatten().apply(x));
          Signal hidden = relu().apply(dense(16).named("hidden").apply(flatten().apply(x)));
          Signal right = dense(5).named("right").apply(hidden);
          return List.of(left, right);
        };
    Model plain = Model.build(two, List.of(Shape.of(28, 28, 1)), Seed.of(5), Engine.shared());
    QuantizationAwareModel aware =
        QuantizationAwareModel.of(plain, QuantizationSettings.standard(), samples(DIGITS.train()));
    Model part = aware.plain().withOutputs("right");
    Model bytes = QuantizationAwareModel.quantizer(part).orElseThrow().finish().model();
    Tensor x = DIGITS.test().input(3, Seed.of(3)).reshape(Shape.of(1, 28, 28, 1));
    assertThat(bytes.run(x).data()).isEqualTo(aware.finish().model().run(List.of(x)).get(1).data());
  }

  private static QuantizationAwareModel aware(Network network) {
    return QuantizationAwareModel.of(
        Model.build(network, List.of(Shape.of(28, 28, 1)), Seed.of(5), Engine.shared()),
        QuantizationSettings.standard(),
        samples(DIGITS.train()));
  }

  /** The second of two layers with the same weights would take the range of the first. */
  @Test
  void aPartWithOneOfSeveralLayersThatShareWeightsIsRefused() {
    Network two =
        in -> {
          Signal x = flatten().apply(in.get(0));
          Layer shared = dense(10);
          Signal once = relu().named("once").apply(shared.apply(x));
          return List.of(once, relu().named("threefold").apply(shared.apply(x.times(3))));
        };
    Model whole = aware(two).plain();
    assertThat(QuantizationAwareModel.quantizer(whole)).isPresent();
    Model part = whole.withOutputs("threefold");
    assertThatThrownBy(() -> QuantizationAwareModel.quantizer(part))
        .hasMessageStartingWith("quantize: other layers that were trained with rounding share");
  }

  /** What is read past a rectifier is rounded before it, and in a part behind it. */
  @Test
  void aPartTakesNoRangeOfAnotherPlace() {
    Network two =
        in -> {
          Signal sums = dense(8).named("sums").apply(flatten().apply(in.get(0)));
          Signal x = relu().apply(sums);
          Signal read = dense(4).named("read").apply(x);
          Signal added = dense(4).named("added").apply(x.plus(x.times(x)));
          return List.of(read, added, dense(3).named("past").apply(sums));
        };
    QuantizationAwareModel aware = aware(two);
    Model read = aware.plain().withOutputs("read");
    Model bytes = QuantizationAwareModel.quantizer(read).orElseThrow().finish().model();
    Tensor x = DIGITS.test().input(3, Seed.of(3)).reshape(Shape.of(1, 28, 28, 1));
    assertThat(bytes.run(x).data()).isEqualTo(aware.finish().model().run(List.of(x)).get(0).data());
    Model added = aware.plain().withOutputs("added");
    assertThatThrownBy(() -> QuantizationAwareModel.quantizer(added))
        .hasMessageStartingWith(
            "quantize: the model's metadata has no range for the result of layer sums; ");
  }

  /** Inside the range the gradient is that of no rounding, outside it is 0; scales have none. */
  @Test
  void gradientsGoStraightThrough() {
    Value low = Value.constant(Tensor.of(Shape.of(1), -1));
    Value high = Value.constant(Tensor.of(Shape.of(1), 1));
    assertThat(gradient(x -> FakeRounding.between(x, low, high))).containsExactly(0, 1, 1, 0);
    assertThat(gradient(FakeRounding::weights)).containsExactly(1, 1, 1, 1);
  }

  /** Returns the gradient of the sum of a function at (−2, 0.3, 0.9, 7): a step of rate 1. */
  private static float[] gradient(UnaryOperator<Value> function) {
    Tensor at = Tensor.of(Shape.of(1, 4), -2, 0.3f, 0.9f, 7);
    Network network =
        in -> {
          Value x = in.get(0).trace().parameter("x", at.shape(), Retrace.values(at));
          return List.of(in.get(0).with(in.get(0).value().times(0).plus(function.apply(x))));
        };
    Model model = Model.build(network, List.of(Shape.of(1)), Seed.of(0), Engine.shared());
    TrainingStep step =
        TrainingStep.of(
            in -> List.of(in.get(0).with(model.apply(in.get(0)).value().sum(0, 1))),
            List.of(Shape.of(1)),
            Optimizers.sgd(1).momentum(0),
            1,
            model);
    var _ = step.gradients(Seed.of(0), Tensor.zeros(Shape.of(1, 1)));
    step.apply();
    float[] gradient = at.data().clone();
    for (int i = 0; i < gradient.length; i++) {
      gradient[i] = Math.round(gradient[i] - model.parameters().tensor("x").data()[i]);
    }
    return gradient;
  }
}
