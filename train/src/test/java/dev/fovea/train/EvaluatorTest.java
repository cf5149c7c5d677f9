package dev.fovea.train;

import static dev.fovea.nn.Layers.avgPool;
import static dev.fovea.nn.Layers.conv2d;
import static dev.fovea.nn.Layers.dense;
import static dev.fovea.nn.Layers.flatten;
import static dev.fovea.nn.Layers.sequence;
import static dev.fovea.nn.Losses.crossEntropy;
import static dev.fovea.nn.Losses.triplet;
import static dev.fovea.optim.Optimizers.sgd;
import static dev.fovea.train.Metrics.accuracy;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.fovea.data.Dataset;
import dev.fovea.data.Mark;
import dev.fovea.data.Sample;
import dev.fovea.nn.JointLoss;
import dev.fovea.nn.Layer;
import dev.fovea.nn.Model;
import dev.fovea.op.Value;
import dev.fovea.tensor.Rng;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class EvaluatorTest {
  /** Noise; the class is drawn too. */
  private record Noise(int size, Shape inputShape) implements Dataset {
    @Override
    public List<String> classes() {
      return List.of("a", "b", "c");
    }

    @Override
    public Sample read(int index, Seed seed) {
      Rng rng = Seed.of(3).split(index).rng();
      Tensor x = Tensor.zeros(inputShape);
      for (int i = 0; i < x.data().length; i++) {
        x.data()[i] = rng.nextFloat(-1, 1);
      }
      return Sample.of(x, new Mark.Label(rng.nextInt(3)));
    }
  }

  private static Model model(Shape input) {
    Layer network = sequence(conv2d(2, 3), avgPool(8), flatten(), dense(3));
    return Model.build(network, input, Seed.of(1));
  }

  @Test
  void scoresAreTheSameHoweverManySamplesAreTakenAtATime() {
    Dataset data = new Noise(53, Shape.of(18, 18, 1));
    Evaluator evaluator = Evaluator.of(model(data.inputShape()), crossEntropy());
    Scores all = evaluator.metrics(accuracy()).evaluate(data);
    for (int n : new int[] {1, 2, 7, 52}) {
      Scores some = evaluator.metrics(accuracy()).batchSize(n).evaluate(data);
      assertThat(some.metrics()).isEqualTo(all.metrics());
      assertThat(some.loss()).isCloseTo(all.loss(), within(1e-6));
    }
  }

  /** 16 MiB are 4 · 2²⁰ numbers; a sample has 512² and a label here, and its output 3. */
  @Test
  void fewerLargeSamplesAreTakenAtATimeUnlessTheLossComparesThem() {
    Dataset large = new Noise(400, Shape.of(512, 512, 1));
    Model model = model(large.inputShape());
    assertThat(Evaluator.of(model, crossEntropy()).samples(large)).isEqualTo(15);
    assertThat(Evaluator.of(model, triplet(1)).samples(large)).isEqualTo(256);
    assertThat(Evaluator.of(model, crossEntropy()).batchSize(40).samples(large)).isEqualTo(40);
    Dataset small = new Noise(400, Shape.of(28, 28, 1));
    assertThat(Evaluator.of(model(small.inputShape()), crossEntropy()).samples(small))
        .isEqualTo(256);
  }

  /** A value of 300 samples would have 300 · 2²⁴ elements, more than 2³¹. */
  @Test
  void batchThatNoPlanHoldsIsRunInParts() {
    Layer network = sequence(conv2d(4, 1), avgPool(2048), flatten());
    Model model = Model.build(network, Shape.of(2048, 2048, 1), Seed.of(1));
    assertThat(model.inference().samplesAtOnce(300)).isBetween(1, 64);
  }

  /** An error that stays 0.00 unseen: each of several losses is told, also two of one name. */
  @Test
  void everyLossIsToldBesideTheirSum() {
    Dataset data = new Noise(20, Shape.of(18, 18, 1));
    Model model = model(data.inputShape());
    double alone = Evaluator.of(model, crossEntropy()).evaluate(data).loss();
    Objective two =
        Objective.of(
            Objective.head(0, 0, crossEntropy()),
            Objective.head(0, 0, crossEntropy().labelSmoothing(0.5)).weight(0.25));
    Scores scores = Evaluator.of(model, two).evaluate(data);
    assertThat(scores.metrics()).containsOnlyKeys("loss_cross_entropy", "loss_cross_entropy_2");
    assertThat(scores.metric("loss_cross_entropy")).isCloseTo(alone, within(1e-9));
    assertThat(alone + scores.metric("loss_cross_entropy_2"))
        .isCloseTo(scores.loss(), within(1e-9));
    assertThat(Evaluator.of(model, crossEntropy()).evaluate(data).metrics()).isEmpty();
  }

  /** The mean square of the output and, as another term, twice as much. */
  private record Squares() implements JointLoss {
    @Override
    public String name() {
      return "squares";
    }

    @Override
    public List<Shape> targets(List<Shape> outputs) {
      return List.of(Shape.of(outputs.get(0).dim(0)));
    }

    @Override
    public Map<String, Value> parts(List<Value> outputs, List<Value> targets) {
      Value once = outputs.get(0).times(outputs.get(0)).mean();
      Map<String, Value> parts = new LinkedHashMap<>();
      parts.put("once", once);
      parts.put("twice", once.times(2));
      return parts;
    }
  }

  /** The terms of a loss have the names and weights that they have in the history of training. */
  @Test
  void termsAreToldAsInTraining() {
    Dataset data = new Noise(6, Shape.of(18, 18, 1));
    Model model = model(data.inputShape());
    Objective half = Objective.of(Objective.head(0, 0, new Squares()).weight(0.5));
    Scores scores = Evaluator.of(model, half).evaluate(data);
    assertThat(scores.metrics()).containsOnlyKeys("loss_once", "loss_twice");
    assertThat(scores.metric("loss_once")).isCloseTo(scores.loss() / 3, within(1e-6));
    assertThat(scores.metric("loss_twice")).isCloseTo(scores.loss() * 2 / 3, within(1e-6));
    History history =
        Trainer.of(model, half, sgd(1e-9)).fit(data.batches(6), Epochs.epochs(1), data);
    Scores trained = history.last().orElseThrow().train();
    assertThat(trained.metrics().keySet()).isEqualTo(scores.metrics().keySet());
    assertThat(trained.metric("loss_twice")).isCloseTo(scores.metric("loss_twice"), within(1e-5));
  }
}
