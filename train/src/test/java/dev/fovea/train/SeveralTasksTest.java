package dev.fovea.train;

import static dev.fovea.nn.Layers.dense;
import static dev.fovea.nn.Layers.tanh;
import static dev.fovea.nn.Losses.crossEntropy;
import static dev.fovea.nn.Losses.meanSquaredError;
import static dev.fovea.optim.Optimizers.adam;
import static dev.fovea.optim.Optimizers.sgd;
import static dev.fovea.train.Epochs.epochs;
import static dev.fovea.train.Metrics.accuracy;
import static dev.fovea.train.Metrics.meanAbsoluteError;
import static dev.fovea.train.testing.TrainFixtures.numbers;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.fovea.data.Dataset;
import dev.fovea.data.Mark;
import dev.fovea.data.Sample;
import dev.fovea.data.Target;
import dev.fovea.engine.Engine;
import dev.fovea.nn.Layer;
import dev.fovea.nn.Model;
import dev.fovea.nn.Network;
import dev.fovea.nn.Signal;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Rng;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Shape;
import dev.fovea.train.testing.TrainFixtures.Line;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Training of networks with several inputs, outputs and losses. */
final class SeveralTasksTest {
  private static final Engine ENGINE = Engine.ofThreads(1);

  /** Inputs a [2] and b [1]; targets the class of a₀ + b (0, 1 or 2) and the number a₁ − b. */
  private record Pairs(int size) implements Dataset {
    @Override
    public Shape inputShape() {
      return Shape.of(2);
    }

    @Override
    public List<Shape> inputShapes() {
      return List.of(Shape.of(2), Shape.of(1));
    }

    @Override
    public List<Target> targets() {
      return List.of(Target.label(), Target.numbers(1));
    }

    @Override
    public Sample read(int index, Seed seed) {
      Rng rng = Seed.of(8).split(index).rng();
      float[] v = {rng.nextFloat(-1, 1), rng.nextFloat(-1, 1), rng.nextFloat(-1, 1)};
      float sum = v[0] + v[2];
      return new Sample(
          List.of(numbers(v[0], v[1]), numbers(v[2])),
          List.of(
              new Mark.Label(sum < -0.4f ? 0 : sum < 0.4f ? 1 : 2),
              new Mark.Numbers(numbers(v[1] - v[2]))));
    }
  }

  private static Model twoTasks() {
    Layer left = dense(16).named("left");
    Layer right = dense(16).named("right");
    Layer classes = dense(3).named("classes");
    Layer number = dense(1).named("number");
    Network net =
        in -> {
          Signal both = tanh().apply(left.apply(in.get(0)).plus(right.apply(in.get(1))));
          return List.of(classes.apply(both), number.apply(both));
        };
    return Model.build(net, List.of(Shape.of(2), Shape.of(1)), Seed.of(1), ENGINE);
  }

  private static Objective bothTasks(double weight) {
    return Objective.of(
        Objective.head(0, 0, crossEntropy()),
        Objective.head(1, 1, meanSquaredError()).weight(weight));
  }

  @Test
  void twoTasksOfTwoInputsAreLearnedTogether() {
    Model model = twoTasks();
    History h =
        Trainer.of(model, bothTasks(0.5), adam(0.03))
            .metrics(accuracy(), meanAbsoluteError().of(1, 1))
            .fit(new Pairs(256).shuffled().batches(32), epochs(20), new Pairs(100));
    Scores scores = h.epochs().getLast().validation().orElseThrow();
    assertThat(scores.metric("accuracy")).isGreaterThan(0.9);
    assertThat(scores.metric("mean_absolute_error_1")).isLessThan(0.1);
  }

  @Test
  void lossIsTheWeightedSum() {
    Pairs data = new Pairs(10);
    double first =
        Evaluator.of(twoTasks(), Objective.of(Objective.head(0, 0, crossEntropy())))
            .evaluate(data)
            .loss();
    double second =
        Evaluator.of(twoTasks(), Objective.of(Objective.head(1, 1, meanSquaredError())))
            .evaluate(data)
            .loss();
    assertThat(Evaluator.of(twoTasks(), bothTasks(0.25)).evaluate(data).loss())
        .isCloseTo(first + 0.25 * second, within(1e-6));
    History h = Trainer.of(twoTasks(), bothTasks(0.25), sgd(1e-20)).fit(data.batches(4), epochs(1));
    assertThat(h.epochs().get(0).train().loss()).isCloseTo(first + 0.25 * second, within(1e-6));
  }

  /** A second output that only training has, with the same target: its layers are trained too. */
  @Test
  void auxiliaryOutputsSuperviseInTraining() {
    Layer hidden = dense(8).named("hidden");
    Layer auxiliary = dense(1).named("auxiliary");
    Layer main = dense(1).named("main");
    Network net =
        in -> {
          Signal h = tanh().apply(hidden.apply(in.get(0)));
          Signal side = auxiliary.apply(h);
          Signal y = main.apply(h);
          return h.trace().training() ? List.of(y, side) : List.of(y);
        };
    Model model = Model.build(net, List.of(Shape.of(1)), Seed.of(1), ENGINE);
    float[] before = model.parameters().tensor("auxiliary.weight").data();
    Dataset line = new Line(16, x -> 2.0 * x);
    Objective deep = Objective.deepSupervision(meanSquaredError(), 0.3);
    History h = Trainer.of(model, deep, sgd(0.1)).fit(line.batches(4), epochs(3), line);
    assertThat(model.parameters().tensor("auxiliary.weight").data()).isNotEqualTo(before);
    double alone = Evaluator.of(model, meanSquaredError()).evaluate(line).loss();
    assertThat(h.epochs().getLast().validation().orElseThrow().loss()).isEqualTo(alone);
    assertThat(model.outputs()).hasSize(1);
  }

  @Test
  void whatDoesNotFitIsSaidInOneLine() {
    Pairs data = new Pairs(4);
    refused(
        Objective.of(Objective.head(2, 0, crossEntropy())),
        data,
        "objective: 1.0 × CrossEntropy[smoothing=0.0] of output 2 and target 0, the model has 2"
            + " outputs in training (0 to 1)");
    refused(
        Objective.of(Objective.head(0, 3, crossEntropy())),
        data,
        "training data: samples have 2 targets, the objective reads target 3");
    refused(
        Objective.of(Objective.head(0, 1, meanSquaredError())),
        data,
        "training data: targets are [1], mean_squared_error of outputs [3] takes [3]");
    refused(bothTasks(1), new Line(4, x -> x), "training data: samples have 1 input, the model 2");
    assertThatThrownBy(() ->
            Evaluator.of(twoTasks(), bothTasks(1)).metrics(accuracy().of(2, 0)).evaluate(data))
        .hasMessage(
            "metric accuracy_2_0: measures output 2 by target 0, there are 2 and 2 (numbers from"
                + " 0)");
  }

  private static void refused(Objective objective, Dataset data, String message) {
    assertThatThrownBy(
            () -> Trainer.of(twoTasks(), objective, sgd(0.1)).fit(data.batches(2), epochs(1)))
        .isInstanceOf(FoveaException.class)
        .hasMessage(message);
  }

  @Test
  void labelsOutOfRangeNameTheSample() {
    Layer classes = dense(2).named("classes");
    Network net = in -> List.of(classes.apply(in.get(0)), in.get(1));
    Model model = Model.build(net, List.of(Shape.of(2), Shape.of(1)), Seed.of(1), ENGINE);
    Pairs data = new Pairs(20);
    int first = -1;
    for (int i = 0; first < 0; i++) {
      first = data.read(i, Seed.of(0)).label() == 2 ? i : -1;
    }
    int bad = first;
    assertThatThrownBy(() ->
            Trainer.of(model, Objective.of(Objective.head(0, 0, crossEntropy())), sgd(0.1))
                .fit(data.batches(20), epochs(1)))
        .hasMessage("sample " + bad + ": class 2 of a network with outputs for classes 0 to 1");
  }
}
