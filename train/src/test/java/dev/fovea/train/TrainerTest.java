package dev.fovea.train;

import static dev.fovea.nn.Layers.batchNorm;
import static dev.fovea.nn.Layers.dense;
import static dev.fovea.nn.Layers.dropout;
import static dev.fovea.nn.Layers.flatten;
import static dev.fovea.nn.Layers.relu;
import static dev.fovea.nn.Layers.sequence;
import static dev.fovea.nn.Losses.crossEntropy;
import static dev.fovea.nn.Losses.meanSquaredError;
import static dev.fovea.optim.Optimizers.adam;
import static dev.fovea.optim.Optimizers.sgd;
import static dev.fovea.train.Callbacks.checkpoints;
import static dev.fovea.train.Callbacks.earlyStopping;
import static dev.fovea.train.Epochs.epochs;
import static dev.fovea.train.Metrics.accuracy;
import static dev.fovea.train.Metrics.meanAbsoluteError;
import static dev.fovea.train.testing.TrainFixtures.numbers;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.fovea.data.Augmentation;
import dev.fovea.data.Batches;
import dev.fovea.data.Dataset;
import dev.fovea.data.Mark;
import dev.fovea.data.Sample;
import dev.fovea.data.Target;
import dev.fovea.engine.Engine;
import dev.fovea.nn.Layer;
import dev.fovea.nn.Model;
import dev.fovea.nn.Output;
import dev.fovea.op.UnaryFunction;
import dev.fovea.op.Value;
import dev.fovea.optim.Schedules;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import dev.fovea.train.testing.TrainFixtures;
import dev.fovea.train.testing.TrainFixtures.Line;
import dev.fovea.train.testing.TrainFixtures.Quarters;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class TrainerTest {
  private static final Engine ENGINE = Engine.ofThreads(1);

  private static Model linear() {
    return Model.build(dense(1), Shape.of(1), Seed.of(1), ENGINE);
  }

  private static Model convnet() {
    return TrainFixtures.convnet(ENGINE);
  }

  @Test
  void gradientDescentFindsTheLineOfItsSamples() {
    Model model = linear();
    Dataset data = new Line(20, x -> 3.0 * x - 0.5);
    History h =
        Trainer.of(model, meanSquaredError(), sgd(0.3))
            .metrics(meanAbsoluteError())
            .fit(data.batches(20), epochs(100), data);
    assertThat(model.parameters().tensor("dense.weight").item()).isCloseTo(3f, within(1e-4f));
    assertThat(model.parameters().tensor("dense.bias").item()).isCloseTo(-0.5f, within(1e-4f));
    assertThat(h.epochs().getLast().validation().orElseThrow().metric("mean_absolute_error"))
        .isLessThan(1e-4);
  }

  /** One step w − η·∂/∂w mean((w·x + b − t)²) = w − η·mean(2·x·(w·x + b − t)), and so for b. */
  @Test
  void oneStepIsTheFormula() {
    Model model = linear();
    double w = model.parameters().tensor("dense.weight").item();
    Line data = new Line(4, x -> 2.0 * x + 1);
    double dw = 0;
    double db = 0;
    double loss = 0;
    for (int i = 0; i < 4; i++) {
      double x = -1 + 2.0 * i / 3;
      double e = w * x - (2 * x + 1);
      dw += 2 * x * e / 4;
      db += 2 * e / 4;
      loss += e * e / 4;
    }
    History h = Trainer.of(model, meanSquaredError(), sgd(0.1)).fit(data.batches(4), epochs(1));
    assertThat((double) model.parameters().tensor("dense.weight").item())
        .isCloseTo(w - 0.1 * dw, within(1e-6));
    assertThat((double) model.parameters().tensor("dense.bias").item())
        .isCloseTo(-0.1 * db, within(1e-6));
    assertThat(h.epochs().get(0).train().loss()).isCloseTo(loss, within(1e-6));
  }

  @Test
  void trainLossOfAnEpochWeighsBatchesByTheirSamples() {
    Model model = linear();
    Line data = new Line(5, x -> 7.0);
    double w = model.parameters().tensor("dense.weight").item();
    double mean = 0;
    for (int i = 0; i < 5; i++) {
      mean += Math.pow(w * (-1 + 0.5 * i) - 7, 2) / 5;
    }
    // A rate too small to change a weight: every batch sees the same network.
    History h = Trainer.of(model, meanSquaredError(), sgd(1e-30)).fit(data.batches(2), epochs(1));
    assertThat(h.epochs().get(0).train().loss()).isCloseTo(mean, within(1e-4));
  }

  @Test
  void learnsQuartersWithDropoutAndBatchNorm() {
    Model model = convnet();
    History h =
        Trainer.of(model, crossEntropy(), adam(0.01))
            .metrics(accuracy())
            .fit(new Quarters(400, 1).shuffled().batches(32), epochs(8), new Quarters(200, 2));
    assertThat(h.epochs().getLast().validation().orElseThrow().metric("accuracy"))
        .isGreaterThan(0.9);
  }

  /** running ← 0.9·running + 0.1·batch, with the variance of n − 1; x is −1, −1/3, 1/3, 1. */
  @Test
  void runningStatisticsFollowTheBatches() {
    Model model = Model.build(sequence(batchNorm(), dense(1)), Shape.of(1), Seed.of(1), ENGINE);
    Trainer.of(model, meanSquaredError(), sgd(0.1)).fit(new Line(4, x -> x).batches(4), epochs(2));
    double variance = 2 * (1 + 1 / 9.0) / 3;
    assertThat((double) model.parameters().tensor("0.running_mean").item())
        .isCloseTo(0, within(1e-6));
    assertThat((double) model.parameters().tensor("0.running_var").item())
        .isCloseTo(0.81 + 0.19 * variance, within(1e-5));
    Model frozen =
        Model.build(sequence(batchNorm(), dense(1)), Shape.of(1), Seed.of(1), ENGINE).freeze("0");
    Trainer.of(frozen, meanSquaredError(), sgd(0.1)).fit(new Line(4, x -> x).batches(4), epochs(2));
    assertThat(frozen.parameters().tensor("0.running_var").item()).isEqualTo(1);
    assertThat(BatchStatistics.layersWithFewSamples(model, 7)).containsExactly("0");
    assertThat(BatchStatistics.layersWithFewSamples(model, 8)).isEmpty();
    assertThat(BatchStatistics.layersWithFewSamples(frozen, 7)).isEmpty();
    assertThat(BatchStatistics.layersWithFewSamples(model.asInInference("0"), 7)).isEmpty();
  }

  /**
   * A network that is dropout alone with the target 0: its outputs in training are 0 or x/(1 − p),
   * new ones at every step.
   */
  @Test
  void dropoutZeroesItsShareAndScalesTheRest() {
    Layer ones = x -> x.with(x.value().times(0f).plus(Value.constant(1)));
    Model model =
        Model.build(sequence(dense(2000), ones, dropout(0.3)), Shape.of(1), Seed.of(1), ENGINE);
    List<Double> outputs = new ArrayList<>();
    Metric spy =
        new Metric() {
          @Override
          public String name() {
            return "spy";
          }

          @Override
          public void add(double[] sums, Output of, Tensor values, Tensor target) {
            for (float y : values.data()) {
              outputs.add((double) y);
            }
          }

          @Override
          public double value(double[] sums) {
            return 0;
          }
        };
    Dataset data = new Zeros(2000);
    Trainer.of(model, meanSquaredError(), sgd(1e-9)).metrics(spy).fit(data.batches(1), epochs(1));
    assertThat(outputs).hasSize(4000);
    long zeros = outputs.stream().filter(y -> y == 0).count();
    assertThat(outputs.stream().filter(y -> y != 0)).allMatch(y -> y == (double) (1 / 0.7f));
    assertThat(zeros / 4000.0).isCloseTo(0.3, within(0.03));
    assertThat(outputs.subList(0, 2000)).isNotEqualTo(outputs.subList(2000, 4000));
  }

  /** Two samples of one number, with targets of zeros. */
  private record Zeros(int outputs) implements Dataset {
    @Override
    public int size() {
      return 2;
    }

    @Override
    public Shape inputShape() {
      return Shape.of(1);
    }

    @Override
    public List<Target> targets() {
      return List.of(Target.numbers(outputs));
    }

    @Override
    public Sample read(int index, Seed seed) {
      return Sample.of(numbers(1), new Mark.Numbers(Tensor.zeros(Shape.of(outputs))));
    }
  }

  @Test
  void frozenParametersStay() {
    Model all = convnet();
    Model model = all.freeze("0.**", "1");
    var before = model.parameters().tensors();
    Trainer.of(model, crossEntropy(), adam(0.01).weightDecay(0.1).decayAll())
        .fit(new Quarters(64, 1).batches(32), epochs(2));
    var after = model.parameters().tensors();
    for (String name : before.keySet()) {
      boolean same = String.valueOf(before.get(name)).equals(String.valueOf(after.get(name)));
      assertThat(same).as(name).isEqualTo(name.startsWith("0.") || name.startsWith("1."));
    }
    assertThatThrownBy(() ->
            Trainer.of(all.freeze("**"), crossEntropy(), adam(0.01))
                .fit(new Quarters(64, 1).batches(32), epochs(2)))
        .isInstanceOf(FoveaException.class)
        .hasMessage("nothing to train: the model has no parameter that is not frozen");
  }

  @Test
  void scheduleAndEvaluationTimes() {
    List<Double> rates = new ArrayList<>();
    ProgressListener listener =
        new ProgressListener() {
          @Override
          public void onBatch(Training t) {
            rates.add(t.learningRate());
          }
        };
    History h =
        Trainer.of(linear(), meanSquaredError(), sgd(0.1))
            .schedule(Schedules.step(2, 0.5))
            .listeners(listener)
            .evaluateEvery(2)
            .fit(new Line(4, x -> x).batches(2), epochs(3), new Line(4, x -> x));
    assertThat(rates).containsExactly(0.1, 0.1, 0.05, 0.05, 0.025, 0.025);
    assertThat(h.epochs().stream().map(e -> e.validation().isPresent()))
        .containsExactly(false, true, true);
    assertThat(h.epochs().stream().map(History.Epoch::learningRate))
        .containsExactly(0.1, 0.05, 0.025);
  }

  @Test
  void eventsComeInOrder() {
    List<String> events = new ArrayList<>();
    ProgressListener listener =
        new ProgressListener() {
          @Override
          public void onStart(Training t) {
            events.add("start " + t.epochs() + " " + t.batches());
          }

          @Override
          public void onBatch(Training t) {
            events.add("batch " + t.epoch() + "." + t.batch() + " " + t.samples());
          }

          @Override
          public void onEvaluation(Training t) {
            events.add("evaluation");
          }

          @Override
          public void onEpoch(Training t, History.Epoch epoch) {
            events.add("epoch " + epoch.number());
          }

          @Override
          public void onEnd(Training t) {
            events.add("end " + t.step());
          }
        };
    Trainer.of(linear(), meanSquaredError(), sgd(0.1))
        .listeners(listener)
        .fit(new Line(3, x -> x).batches(2), epochs(1), new Line(4, x -> x));
    assertThat(events)
        .containsExactly(
            "start 1 2", "batch 1.1 2", "batch 1.2 3", "evaluation", "epoch 1", "end 2");
  }

  @Test
  void earlyStoppingStopsAndTakesBackTheBest() {
    // The loss of the validation set only grows: they want the opposite.
    Model model = linear();
    List<float[]> afterEpochs = new ArrayList<>();
    Callback recorder =
        new Callback() {
          @Override
          public void onEpoch(Training t) {
            afterEpochs.add(TrainFixtures.weights(t.model()));
          }
        };
    History h =
        Trainer.of(model, meanSquaredError(), sgd(0.05))
            .callbacks(recorder, earlyStopping(3).restoringBest())
            .fit(new Line(8, x -> 5.0 * x).batches(8), epochs(50), new Line(8, x -> -5.0 * x));
    assertThat(h.epochs()).hasSize(4);
    assertThat(TrainFixtures.weights(model)).isEqualTo(afterEpochs.get(0));
    assertThat(earlyStopping(3).best(h)).contains(h.epochs().get(0));
  }

  @Test
  void earlyStoppingCountsImprovementsOfMoreThanMinDelta() {
    Line data = new Line(8, x -> x);
    History h =
        Trainer.of(linear(), meanSquaredError(), sgd(1e-6))
            .callbacks(earlyStopping(2).minDelta(0.1))
            .fit(data.batches(8), epochs(9), data);
    assertThat(h.epochs()).hasSize(3);
    assertThatThrownBy(() -> earlyStopping(0))
        .hasMessage("early stopping: patience must be at least 1, got 0");
  }

  private static final Augmentation FLIP = ((Augmentation) (sample, rng) -> sample).named("flip");

  @Test
  void checkpointOfAnotherTrainingIsRefusedByWhatDiffers(@TempDir Path dir) {
    Trainer t = Trainer.of(convnet(), crossEntropy(), adam(0.01)).callbacks(checkpoints(dir));
    t.fit(new Quarters(40, 1).shuffled().batches(10), epochs(1));
    Batches data = new Quarters(40, 1).shuffled().batches(10);
    Trainer same = Trainer.of(convnet(), crossEntropy(), adam(0.01)).resume(dir);
    refused(
        same,
        new Quarters(41, 1).shuffled().batches(10),
        "number of training samples was 40, is 41");
    refused(same, new Quarters(40, 1).shuffled().batches(20), "batch size was 10, is 20");
    refused(same, new Quarters(40, 1).batches(10), "shuffling was on, is off");
    refused(
        same,
        new Quarters(40, 1).shuffled().augment(FLIP).batches(10),
        "augmentation was none, is flip");
    refused(same.seed(Seed.of(9)), data, "seed was 0, is 9");
    refused(same.schedule(Schedules.cosine()), data, "schedule was constant, is cosine(0.0)");
    refused(same.metrics(accuracy()), data, "metrics was none, is accuracy");
    refused(
        Trainer.of(convnet(), crossEntropy().labelSmoothing(0.5), adam(0.01)).resume(dir),
        data,
        "loss was CrossEntropy[smoothing=0.0], is CrossEntropy[smoothing=0.5]");
    refused(
        Trainer.of(convnet(), crossEntropy(), sgd(0.01)).resume(dir),
        data,
        "optimizer was adam, is sgd; resume with the same settings or begin anew");
    refused(
        Trainer.of(convnet(), crossEntropy(), adam(0.01).weightDecay(0.5)).resume(dir),
        data,
        "weight decay was 0.0, is 0.5");
    refused(
        Trainer.of(convnet().asInInference("**"), crossEntropy(), adam(0.01)).resume(dir),
        data,
        "layers told to behave was none, is ** as in inference");
    Layer other = sequence(flatten(), dense(9), relu(), dense(4));
    Model network = Model.build(other, TrainFixtures.IMAGE, Seed.of(1), ENGINE);
    refused(
        Trainer.of(network, crossEntropy(), adam(0.01)).resume(dir),
        data,
        "network: 1.weight was [6], is [64,9]");
    Trainer longer = Trainer.of(convnet(), crossEntropy(), adam(0.01)).resume(dir);
    assertThat(longer.fit(data, epochs(2)).epochs()).hasSize(2);
  }

  private static void refused(Trainer t, Batches data, String what) {
    assertThatThrownBy(() -> t.fit(data, epochs(1)))
        .isInstanceOf(FoveaException.class)
        .hasMessageContaining(
            "checkpoint.safetensors: the checkpoint is of another training: " + what)
        .hasMessageNotContaining("\n");
  }

  @Test
  void checkpointThatIsMissingOrBrokenIsOneLine(@TempDir Path dir) throws IOException {
    Trainer t = Trainer.of(linear(), meanSquaredError(), sgd(0.1));
    Batches data = new Line(4, x -> x).batches(2);
    assertThatThrownBy(() -> t.resume(dir).fit(data, epochs(1)))
        .isInstanceOf(FoveaException.class)
        .hasMessage(dir + ": has no checkpoint.safetensors to resume from");
    linear().save(Checkpoint.file(dir));
    assertThatThrownBy(() -> t.resume(dir).fit(data, epochs(1)))
        .isInstanceOf(FoveaException.class)
        .hasMessageContaining(
            "a checkpoint expected, got a file without fovea.training in its metadata");
    t.callbacks(checkpoints(dir)).fit(data, epochs(1));
    byte[] whole = Files.readAllBytes(Checkpoint.file(dir));
    for (int length = 0; length < whole.length; length += 37) {
      Files.write(Checkpoint.file(dir), Arrays.copyOf(whole, length));
      assertThatThrownBy(() -> t.resume(dir).fit(data, epochs(2)))
          .isInstanceOf(FoveaException.class)
          .hasMessageNotContaining("\n");
    }
  }

  @Test
  void checkpointsAreWrittenByTime(@TempDir Path dir) {
    Callback stop =
        new Callback() {
          @Override
          public void onStep(Training t) {
            t.pause();
          }
        };
    Trainer.of(linear(), meanSquaredError(), sgd(0.1))
        .callbacks(checkpoints(dir).every(Duration.ofNanos(1)), stop)
        .fit(new Line(4, x -> x).batches(2), epochs(1));
    assertThat(Checkpoint.exists(dir)).isTrue();
  }

  @Test
  void nanNamesTheLayerWhereItArose() {
    Layer log = x -> x.with(x.value().map(UnaryFunction.LOG));
    Model model =
        Model.build(
            sequence(dense(3).named("first"), log.named("logarithm"), dense(1)),
            Shape.of(1),
            Seed.of(1),
            ENGINE);
    float[] before = TrainFixtures.weights(model);
    assertThatThrownBy(() ->
            Trainer.of(model, meanSquaredError(), sgd(0.1))
                .fit(new Line(4, x -> x).batches(4), epochs(1)))
        .isInstanceOf(FoveaException.class)
        .hasMessage(
            "training stopped at step 1 (epoch 1, batch 1), the loss is NaN: it arose first in"
                + " logarithm, in the result of log [4,3] (learning rate 0.1; a smaller one or"
                + " clipping by norm may help)");
    assertThat(TrainFixtures.weights(model)).isEqualTo(before);
  }

  @Test
  void failedStepLeavesRunningStatisticsAsTheyWere() {
    Layer log = x -> x.with(x.value().map(UnaryFunction.LOG));
    Model model =
        Model.build(sequence(log, batchNorm(), dense(1)), Shape.of(1), Seed.of(1), ENGINE);
    float[] before = TrainFixtures.weights(model);
    assertThatThrownBy(() ->
            Trainer.of(model, meanSquaredError(), sgd(0.1))
                .fit(new Line(4, x -> x).batches(4), epochs(1)))
        .hasMessageContaining("it arose first in 0, in the result of log");
    assertThat(TrainFixtures.weights(model)).isEqualTo(before);
  }

  @Test
  void explodingLearningRateIsNamed() {
    assertThatThrownBy(() ->
            Trainer.of(linear(), meanSquaredError(), sgd(1e15))
                .fit(new Line(4, x -> x).batches(4), epochs(50)))
        .isInstanceOf(FoveaException.class)
        .hasMessageStartingWith("training stopped at step ")
        .hasMessageContaining("learning rate 1.0E15")
        .hasMessageNotContaining("\n");
  }

  @Test
  void gradientsThatAreNotFiniteStopWithoutClippingToo() {
    // √x at 0 has an infinite slope though the loss is finite.
    Layer root = x -> x.with(x.value().times(x.value()).map(UnaryFunction.SQRT));
    Model model = Model.build(sequence(dense(1), root), Shape.of(1), Seed.of(1), ENGINE);
    model.parameters().set("0.weight", Tensor.zeros(Shape.of(1, 1)));
    assertThatThrownBy(() ->
            Trainer.of(model, meanSquaredError(), sgd(0.1))
                .fit(new Line(4, x -> 1.0).batches(4), epochs(1)))
        .isInstanceOf(FoveaException.class)
        .hasMessageContaining("the norm of the gradients is not finite: it arose first in 1");
    assertThat(model.parameters().tensor("0.bias").item()).isZero();
  }

  @Test
  void anUpdateThatBlowsUpInTheLastStepIsAFailureAndReachesNoCheckpoint(@TempDir Path dir) {
    Model model = linear();
    assertThatThrownBy(() ->
            Trainer.of(model, meanSquaredError(), sgd(3e38))
                .callbacks(checkpoints(dir))
                .fit(new Line(4, x -> 1e6).batches(4), epochs(1)))
        .isInstanceOf(DivergedException.class)
        .hasMessageStartingWith("training stopped after step 1, parameter ")
        .hasMessageEndingWith("(learning rate 3.0E38; a smaller one or clipping by norm may help)");
    assertThat(Checkpoint.exists(dir)).isFalse();
  }

  @Test
  void badSampleIsNamed() {
    Dataset bad = new Line(6, x -> Math.abs(x - 0.2f) < 1e-3 ? Double.NaN : x);
    assertThatThrownBy(() ->
            Trainer.of(linear(), meanSquaredError(), sgd(0.1))
                .fit(bad.shuffled().batches(2), epochs(1)))
        .isInstanceOf(FoveaException.class)
        .hasMessageMatching(
            "training stopped at step . \\(epoch 1, batch .\\), the loss is NaN:"
                + " sample 3 of the data has a NaN in its target");
  }

  @Test
  void dataThatDoesNotSuitIsRefused() {
    Trainer t = Trainer.of(convnet(), crossEntropy(), adam(0.01));
    assertThatThrownBy(() -> t.fit(new Line(4, x -> x).batches(2), epochs(1)))
        .hasMessage("training data: samples are [1], the model takes [8,8,1]");
    Model three =
        Model.build(sequence(flatten(), dense(3)), TrainFixtures.IMAGE, Seed.of(1), ENGINE);
    Trainer small = Trainer.of(three, crossEntropy(), adam(0.01));
    assertThatThrownBy(() -> small.fit(new Quarters(8, 1).batches(2), epochs(1)))
        .hasMessage("training data: has 4 classes, the model 3 outputs");
    Trainer wrong = Trainer.of(convnet(), meanSquaredError(), adam(0.01));
    assertThatThrownBy(() -> wrong.fit(new Quarters(8, 1).batches(2), epochs(1)))
        .hasMessage("training data: targets are [], mean_squared_error of outputs [4] takes [4]");
    assertThatThrownBy(() -> epochs(0)).hasMessage("epochs must be at least 1, got 0");
    assertThatThrownBy(() -> t.metrics(accuracy(), accuracy()))
        .hasMessage("metric accuracy: there twice; each needs a name of its own");
  }

  @Test
  void failureOfTheDataReachesTheCaller() {
    Dataset failing =
        new Line(
            6,
            x -> {
              throw new FoveaException("sample is unreadable");
            });
    assertThatThrownBy(() ->
            Trainer.of(linear(), meanSquaredError(), sgd(0.1)).fit(failing.batches(2), epochs(1)))
        .hasMessage("sample is unreadable");
  }
}
