package dev.fovea.train;

import static dev.fovea.nn.Layers.dense;
import static dev.fovea.nn.Layers.flatten;
import static dev.fovea.nn.Layers.relu;
import static dev.fovea.nn.Layers.sequence;
import static dev.fovea.nn.Losses.crossEntropy;
import static dev.fovea.nn.Losses.meanSquaredError;
import static dev.fovea.optim.Optimizers.adam;
import static dev.fovea.optim.Optimizers.muon;
import static dev.fovea.optim.Optimizers.sgd;
import static dev.fovea.train.Callbacks.checkpoints;
import static dev.fovea.train.Callbacks.earlyStopping;
import static dev.fovea.train.Epochs.epochs;
import static dev.fovea.train.Metrics.accuracy;
import static dev.fovea.train.Plateau.plateau;
import static dev.fovea.train.testing.TrainFixtures.numbers;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.fovea.data.Batches;
import dev.fovea.data.Dataset;
import dev.fovea.data.Mark;
import dev.fovea.data.Sample;
import dev.fovea.data.Target;
import dev.fovea.engine.Engine;
import dev.fovea.nn.Model;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import dev.fovea.train.testing.TrainFixtures;
import dev.fovea.train.testing.TrainFixtures.Line;
import dev.fovea.train.testing.TrainFixtures.Quarters;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a training can do besides taking steps. */
final class TrainingFeaturesTest {
  private static final Engine ENGINE = Engine.ofThreads(1);

  private static Model linear() {
    return Model.build(dense(1), Shape.of(1), Seed.of(1), ENGINE);
  }

  private static Model net() {
    return Model.build(
        sequence(flatten(), dense(8), relu(), dense(4)), TrainFixtures.IMAGE, Seed.of(7), ENGINE);
  }

  private static float weight(Model model) {
    return model.parameters().tensor("dense.weight").item();
  }

  /** Remembers the weight after each step. */
  private static Callback spy(List<Float> weights) {
    return new Callback() {
      @Override
      public void onStep(Training training) {
        weights.add(weight(training.model()));
      }
    };
  }

  /** Samples in batches of 4, 4 and 2 together weigh as one batch of 10; then 2 alone. */
  @Test
  void accumulatedGradientsAreThoseOfOneBatch() {
    Model one = net();
    Model some = net();
    Trainer.of(one, crossEntropy(), adam(0.01)).fit(new Quarters(10, 1).batches(10), epochs(3));
    List<Long> steps = new ArrayList<>();
    Trainer.of(some, crossEntropy(), adam(0.01))
        .accumulate(3)
        .callbacks(
            new Callback() {
              @Override
              public void onStep(Training t) {
                steps.add(t.step());
              }
            })
        .fit(new Quarters(10, 1).batches(4), epochs(3));
    assertThat(steps).containsExactly(1L, 2L, 3L);
    float[] a = one.parameters().values();
    float[] b = some.parameters().values();
    for (int i = 0; i < a.length; i++) {
      assertThat(b[i]).isCloseTo(a[i], within(1e-5f));
    }
    List<Long> more = new ArrayList<>();
    Trainer.of(net(), crossEntropy(), adam(0.01))
        .accumulate(2)
        .callbacks(
            new Callback() {
              @Override
              public void onStep(Training t) {
                more.add((long) t.batch());
              }
            })
        .fit(new Quarters(10, 1).batches(4), epochs(1));
    assertThat(more).containsExactly(2L, 3L);
  }

  /** a ← d·a + (1 − d)·w with d = min(0.5, (1 + t)/(10 + t)). */
  @Test
  void averageFollowsTheWeights() {
    Model model = linear();
    double average = weight(model);
    List<Float> weights = new ArrayList<>();
    Trainer.of(model, meanSquaredError(), sgd(0.3))
        .averaging(0.5)
        .callbacks(spy(weights))
        .fit(new Line(20, x -> 3.0 * x).batches(5), epochs(3));
    for (int t = 1; t <= 12; t++) {
      double d = Math.min(0.5, (1.0 + t) / (10 + t));
      average = d * average + (1 - d) * weights.get(t - 1);
    }
    assertThat(weights).hasSize(12);
    assertThat((double) weight(model)).isCloseTo(average, within(1e-5));
  }

  @Test
  void averageIsWhatIsEvaluated() {
    Model model = linear();
    Line data = new Line(20, x -> 3.0 * x);
    History h =
        Trainer.of(model, meanSquaredError(), sgd(0.1))
            .averaging(0.9)
            .fit(data.batches(5), epochs(2), data);
    double now = Evaluator.of(model, meanSquaredError()).evaluate(data).loss();
    assertThat(h.epochs().getLast().validation().orElseThrow().loss()).isEqualTo(now);
  }

  @Test
  void parametersLearnAtTheirOwnRates() {
    Model usual = net();
    Model slow = net();
    Batches data = new Quarters(8, 1).batches(8);
    float[] before = usual.parameters().values().clone();
    Trainer.of(usual, crossEntropy(), sgd(0.1)).fit(data, epochs(1));
    Trainer.of(slow, crossEntropy(), sgd(0.1)).rate("1.**", 0.25).fit(data, epochs(1));
    int first = usual.parameters().offset("1.weight") + 5;
    int last = usual.parameters().offset("3.weight");
    float[] a = usual.parameters().values();
    float[] b = slow.parameters().values();
    assertThat(b[first] - before[first]).isCloseTo((a[first] - before[first]) / 4, within(1e-6f));
    assertThat(b[last]).isEqualTo(a[last]);
  }

  @Test
  void parametersUnfreezeWhenTheirEpochBegins() {
    Model model = net();
    float[] first = model.parameters().tensor("1.weight").data();
    List<Boolean> same = new ArrayList<>();
    Callback watch =
        new Callback() {
          @Override
          public void onEpoch(Training t) {
            float[] now = t.model().parameters().tensor("1.weight").data();
            same.add(Arrays.equals(first, now));
          }
        };
    Trainer.of(model, crossEntropy(), adam(0.01).weightDecay(0.1))
        .unfreeze(3, "1")
        .callbacks(watch)
        .fit(new Quarters(16, 1).batches(8), epochs(4));
    assertThat(same).containsExactly(true, true, false, false);
    assertThatThrownBy(() ->
            Trainer.of(net(), crossEntropy(), sgd(0.1))
                .unfreeze(2, "**")
                .fit(new Quarters(16, 1).batches(8), epochs(2)))
        .isInstanceOf(FoveaException.class)
        .hasMessage("nothing to train in epoch 1, step 1: all is frozen");
  }

  /** Adam's first step is its rate, for parameters that waited too. */
  @Test
  void thawedParametersCountTheirOwnSteps() {
    Model model = linear();
    float before = weight(model);
    List<Float> weights = new ArrayList<>();
    Trainer.of(model, meanSquaredError(), adam(0.01))
        .unfreeze(3, "dense.weight")
        .callbacks(spy(weights))
        .fit(new Line(8, x -> 9.0 * x).batches(4), epochs(3));
    assertThat(weights.get(3)).isEqualTo(before);
    assertThat(weights.get(4) - before).isCloseTo(0.01f, within(1e-5f));
  }

  /** Epochs that were not evaluated say nothing where others are. */
  @Test
  void plateauWaitsForWhatIsKeptApart() {
    List<Double> rates = new ArrayList<>();
    Line line = new Line(4, x -> x);
    Trainer.of(linear(), meanSquaredError(), sgd(0.1))
        .onPlateau(plateau(1).minDelta(1e9))
        .evaluateEvery(3)
        .callbacks(
            new Callback() {
              @Override
              public void onStep(Training t) {
                rates.add(t.learningRate());
              }
            })
        .fit(line.batches(4), epochs(4), line);
    assertThat(rates).containsExactly(0.1, 0.1, 0.1, 0.1);
  }

  @Test
  void failureLeavesTheWeightsNotTheirAverage() {
    Model model = linear();
    List<Float> weights = new ArrayList<>();
    Callback fails =
        new Callback() {
          @Override
          public void onEpoch(Training t) {
            throw new IllegalStateException("enough");
          }
        };
    Trainer trainer =
        Trainer.of(model, meanSquaredError(), sgd(0.3))
            .averaging(0.9)
            .callbacks(spy(weights), fails);
    assertThatThrownBy(() -> trainer.fit(new Line(20, x -> 3.0 * x).batches(5), epochs(2)))
        .hasMessage("enough");
    assertThat(weight(model)).isEqualTo(weights.getLast());
  }

  /** The loss of the first sample is finite, its gradient is not. */
  private record Steep(int size) implements Dataset {
    @Override
    public Shape inputShape() {
      return Shape.of(1);
    }

    @Override
    public List<Target> targets() {
      return List.of(Target.numbers(1));
    }

    @Override
    public Sample read(int index, Seed seed) {
      Tensor input = numbers(index == 0 ? 1e25f : 0.5f);
      return Sample.of(input, new Mark.Numbers(numbers(index == 0 ? 1e15f : 1)));
    }
  }

  @Test
  void gradientThatIsNotFiniteNamesItsBatch() {
    Model model = linear();
    model.parameters().set("dense.weight", Tensor.zeros(Shape.of(1, 1)));
    Trainer trainer = Trainer.of(model, meanSquaredError(), sgd(0.1)).accumulate(4);
    assertThatThrownBy(() -> trainer.fit(new Steep(4).batches(1), epochs(1)))
        .isInstanceOf(DivergedException.class)
        .hasMessageContaining("step 1 (epoch 1, batch 1), a gradient is not finite: it arose");
  }

  /** The engine's threads share each product. */
  @Test
  void muonGivesTheSameBitsAtAnyNumberOfThreads() {
    float[] one = weightsAfterMuon(Engine.ofThreads(1));
    assertThat(weightsAfterMuon(Engine.ofThreads(3))).isEqualTo(one);
  }

  private static float[] weightsAfterMuon(Engine engine) {
    Model model =
        Model.build(
            sequence(flatten(), dense(80), relu(), dense(4)),
            TrainFixtures.IMAGE,
            Seed.of(7),
            engine);
    Trainer.of(model, crossEntropy(), muon(0.02)).fit(new Quarters(8, 1).batches(4), epochs(1));
    return model.parameters().values();
  }

  @Test
  void interruptedTrainingsGoOnToTheSameBits(@TempDir Path dir) {
    List<UnaryOperator<Trainer>> features =
        List.of(
            t -> t.accumulate(2),
            t -> t.averaging(0.9),
            t -> t.unfreeze(2, "1.**"),
            t -> t.unfreeze(4, "1.weight"),
            t -> t.freeze(2, 4, "1.**").freeze(3, 12, "3.weight"),
            t -> t.onPlateau(plateau(1).factor(0.5).minDelta(10)));
    for (int i = 0; i < features.size(); i++) {
      Path folder = dir.resolve("" + i);
      Batches data = new Quarters(40, 1).shuffled().batches(8);
      Model whole = net();
      features.get(i).apply(trainer(whole)).fit(data, epochs(3), new Quarters(8, 2));
      Model parts = net();
      Trainer trainer = features.get(i).apply(trainer(parts)).callbacks(checkpoints(folder));
      trainer.callbacks(pauseAfter(2)).fit(data, epochs(3), new Quarters(8, 2));
      Model resumed = net();
      features
          .get(i)
          .apply(trainer(resumed))
          .resume(folder)
          .fit(data, epochs(3), new Quarters(8, 2));
      assertThat(resumed.parameters().values()).isEqualTo(whole.parameters().values());
    }
  }

  private static Trainer trainer(Model model) {
    return Trainer.of(model, crossEntropy(), muon(0.02).momentum(0.9)).metrics(accuracy());
  }

  private static Callback pauseAfter(int epochs) {
    return new Callback() {
      @Override
      public void onEpoch(Training t) {
        if (t.history().epochs().size() == epochs) {
          t.pause();
        }
      }
    };
  }

  private static History history(double... losses) {
    List<History.Epoch> epochs = new ArrayList<>();
    for (double loss : losses) {
      Scores train = new Scores(0, Map.of());
      Optional<Scores> test = Optional.of(new Scores(loss, Map.of("accuracy", -loss)));
      epochs.add(new History.Epoch(epochs.size() + 1, train, test, 0.1, 1));
    }
    return new History(epochs);
  }

  @Test
  void rateFallsOnAPlateau() {
    Plateau p = plateau(2);
    assertThat(p.factor(history(), true)).isEqualTo(1);
    assertThat(p.factor(history(3, 2, 2), true)).isEqualTo(1);
    assertThat(p.factor(history(3, 2, 2, 2), true)).isEqualTo(0.1);
    assertThat(p.factor(history(3, 2, 2, 2, 2), true)).isEqualTo(0.1);
    assertThat(p.factor(history(3, 2, 2, 2, 2, 2), true)).isCloseTo(0.01, within(1e-12));
    assertThat(p.factor(history(3, 2, 2, 1, 1), true)).isEqualTo(1);
    assertThat(p.factor(0.5).minDelta(1).factor(history(3, 2.5, 2.1), true)).isEqualTo(0.5);
    assertThat(p.watching(accuracy()).factor(history(1, 2, 3), true)).isEqualTo(0.1);
    List<Double> rates = new ArrayList<>();
    Trainer.of(linear(), meanSquaredError(), sgd(0.1))
        .onPlateau(plateau(1).minDelta(1e9))
        .callbacks(
            new Callback() {
              @Override
              public void onStep(Training t) {
                rates.add(t.learningRate());
              }
            })
        .fit(new Line(4, x -> x).batches(4), epochs(3));
    assertThat(rates.get(1)).isCloseTo(0.1, within(1e-9));
    assertThat(rates.get(2)).isCloseTo(0.01, within(1e-9));
  }

  @Test
  void rateFinderRaisesTheRateAndLeavesTheModelAsItWas() {
    Model model = net();
    float[] before = model.parameters().values().clone();
    RateCurve curve =
        LearningRateFinder.of(model, crossEntropy(), sgd(1))
            .range(1e-4, 1e3)
            .steps(40)
            .find(new Quarters(64, 1).shuffled().batches(16));
    assertThat(model.parameters().values()).isEqualTo(before);
    assertThat(curve.points().get(0).rate()).isEqualTo(1e-4);
    double factor = Math.pow(1e7, 1.0 / 39);
    assertThat(curve.points().get(7).rate()).isCloseTo(1e-4 * Math.pow(factor, 7), within(1e-9));
    assertThat(curve.steepest()).isBetween(1e-3, 10.0);
    RateCurve diverging =
        LearningRateFinder.of(linear(), meanSquaredError(), sgd(1))
            .range(1e-4, 1e3)
            .steps(40)
            .find(new Line(16, x -> 3.0 * x).batches(4));
    assertThat(diverging.points().size()).isBetween(10, 39);
  }

  @Test
  void curveKnowsWhereItFallsAndWhereItIsLowest() {
    List<RateCurve.Point> points = new ArrayList<>();
    double[] losses = {5, 5, 4.9, 4.5, 3.5, 3, 2.9, 4};
    for (int i = 0; i < losses.length; i++) {
      points.add(new RateCurve.Point(Math.pow(10, i - 5), losses[i], losses[i]));
    }
    assertThat(new RateCurve(points).steepest()).isCloseTo(0.1, within(1e-12));
    assertThat(new RateCurve(points).tenthOfLowest()).isCloseTo(1, within(1e-12));
    assertThatThrownBy(() -> new RateCurve(List.of()).steepest())
        .isInstanceOf(FoveaException.class)
        .hasMessage(
            "learning rate finder: the loss was finite in 0 steps; begin with a smaller learning"
                + " rate");
  }

  @Test
  void numbersThatMakeNoSenseAreRefused() {
    Trainer t = Trainer.of(linear(), meanSquaredError(), sgd(0.1));
    refused(() -> t.accumulate(0), "accumulate: must be at least 1 batch, got 0");
    refused(() -> t.averaging(1), "averaging: the decay must be above 0 and below 1, got 1.0");
    refused(
        () -> t.rate("dense", 0), "rate of dense: the factor must be a positive number, got 0.0");
    refused(
        () -> t.rate("conv", 1), "parameters: nothing matches conv; names look like dense.weight");
    refused(() -> plateau(0), "plateau: patience must be at least 1, got 0");
    refused(
        () -> plateau(1).minDelta(Double.POSITIVE_INFINITY),
        "plateau: minDelta must be 0 or a positive number, got Infinity");
  }

  /** What cannot be measured is told before the first step, not after the first epoch. */
  @Test
  void metricsThatAreNotThereAreRefusedAtOnce() {
    Trainer t = Trainer.of(net(), crossEntropy(), sgd(0.1));
    Quarters data = new Quarters(8, 1);
    String watched = "metric accuracy is watched but not measured; give it to the trainer's";
    for (Trainer wrong :
        List.of(
            t.onPlateau(plateau(1).watching(accuracy())),
            t.callbacks(earlyStopping(1).watching(accuracy())))) {
      assertThatThrownBy(() -> wrong.fit(data.batches(4), epochs(1), data))
          .isInstanceOf(FoveaException.class)
          .hasMessageStartingWith(watched);
    }
    refused(
        () -> t.metrics(accuracy().of(1, 0)).fit(data.batches(4), epochs(1)),
        "metric accuracy_1_0: measures output 1 by target 0, there are 1 and 1 (numbers from 0)");
    Model frozen = net().freeze("**");
    refused(
        () -> LearningRateFinder.of(frozen, crossEntropy(), sgd(1)).find(data.batches(4)),
        "nothing to train: the model has no parameter that is not frozen");
  }

  private static void refused(Runnable r, String message) {
    assertThatThrownBy(r::run).isInstanceOf(FoveaException.class).hasMessage(message);
  }
}
