package dev.fovea.train;

import static dev.fovea.nn.Layers.dense;
import static dev.fovea.optim.Optimizers.sgd;
import static dev.fovea.train.Epochs.epochs;
import static dev.fovea.train.testing.TrainFixtures.numbers;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.fovea.data.Batch;
import dev.fovea.data.Dataset;
import dev.fovea.data.Mark;
import dev.fovea.data.Sample;
import dev.fovea.data.Target;
import dev.fovea.engine.Engine;
import dev.fovea.nn.JointLoss;
import dev.fovea.nn.Layer;
import dev.fovea.nn.Model;
import dev.fovea.nn.Network;
import dev.fovea.op.UnaryFunction;
import dev.fovea.op.Value;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Figures of whole data sets, and losses of several outputs and targets. */
final class MeasureTest {
  private static final Engine ENGINE = Engine.ofThreads(1);

  /** Sample i is the number i / size, its targets twice that and a weight. */
  private record Numbers(int size) implements Dataset {
    @Override
    public Shape inputShape() {
      return Shape.of(1);
    }

    @Override
    public List<Target> targets() {
      return List.of(Target.numbers(1), Target.numbers(1));
    }

    @Override
    public Sample read(int index, Seed seed) {
      float x = (float) index / size;
      return Sample.of(
          numbers(x), new Mark.Numbers(numbers(2 * x)), new Mark.Numbers(numbers(1 + index % 2)));
    }
  }

  /** The median of outputs, which is no sum, and the number of samples. */
  private record Median() implements Measure {
    @Override
    public List<String> names() {
      return List.of("median", "samples");
    }

    @Override
    public Collector collect(Dataset data) {
      return new Collector() {
        private double[] all = {};

        @Override
        public void add(Batch batch, List<Tensor> outputs) {
          int before = all.length;
          all = Arrays.copyOf(all, before + batch.size());
          for (int i = 0; i < batch.size(); i++) {
            all[before + i] = outputs.get(0).data()[i];
          }
        }

        @Override
        public List<Double> values() {
          double[] sorted = all.clone();
          Arrays.sort(sorted);
          return List.of(sorted[sorted.length / 2], (double) all.length);
        }
      };
    }
  }

  /** The mean of weight · (a + b − t)². */
  private record Both() implements JointLoss {
    @Override
    public String name() {
      return "both";
    }

    @Override
    public int outputs() {
      return 2;
    }

    @Override
    public List<Shape> targets(List<Shape> outputs) {
      return List.of(outputs.get(0), outputs.get(1));
    }

    @Override
    public Value of(List<Value> outputs, List<Value> targets) {
      Value apart = outputs.get(0).plus(outputs.get(1)).minus(targets.get(0));
      return apart.map(UnaryFunction.SQUARE).times(targets.get(1)).mean();
    }
  }

  private static Model model() {
    Layer a = dense(1).named("a");
    Layer b = dense(1).named("b");
    Network net = in -> List.of(a.apply(in.get(0)), b.apply(in.get(0)));
    return Model.build(net, List.of(Shape.of(1)), Seed.of(3), ENGINE);
  }

  private static Trainer trainer(Model model) {
    Objective objective = Objective.of(Objective.head(0, 0, new Both()));
    return Trainer.of(model, objective, sgd(0.1)).measures(new Median());
  }

  @Test
  void lossOfTwoOutputsAndTwoTargetsIsLearned() {
    Model model = model();
    History h = trainer(model).fit(new Numbers(32).shuffled().batches(8), epochs(60));
    assertThat(h.epochs().getLast().train().loss()).isLessThan(0.01);
  }

  @Test
  void measureSeesAllSamplesOfAnEvaluation() {
    Model model = model();
    Scores scores = trainer(model).evaluate(new Numbers(601));
    assertThat(scores.metric("samples")).isEqualTo(601);
    float middle = model.run(numbers(300f / 601).reshape(Shape.of(1, 1))).data()[0];
    assertThat(scores.metric("median")).isCloseTo(middle, within(1e-6));
  }

  @Test
  void measuresHaveColumnsOfTheValidationSetAlone(@TempDir Path dir) {
    History h =
        trainer(model())
            .callbacks(Callbacks.checkpoints(dir))
            .evaluateEvery(2)
            .fit(new Numbers(16).batches(8), epochs(3), new Numbers(5));
    assertThat(h.toCsv())
        .startsWith(
            "epoch,train_loss,validation_loss,validation_median,validation_samples,learning_rate,");
    assertThat(History.ofCsv(h.toCsv(), "x")).isEqualTo(h);
    assertThat(h.epochs().get(1).validation().orElseThrow().metric("samples")).isEqualTo(5);
    History again =
        trainer(model())
            .evaluateEvery(2)
            .resume(dir)
            .fit(new Numbers(16).batches(8), epochs(4), new Numbers(5));
    assertThat(again.epochs().subList(0, 3)).isEqualTo(h.epochs());
  }

  /** The number of samples gets no better after the first epoch. */
  @Test
  void measureIsWatched() {
    Figure watched = Figure.of(new Median(), "samples");
    Model model = model();
    History h =
        trainer(model)
            .callbacks(Callbacks.earlyStopping(2).watching(watched).restoringBest())
            .fit(new Numbers(16).batches(8), epochs(9), new Numbers(5));
    List<Double> medians =
        h.epochs().stream().map(e -> e.validation().orElseThrow().metric("median")).toList();
    assertThat(medians).hasSize(3).doesNotHaveDuplicates();
    Scores end = trainer(model).evaluate(new Numbers(5));
    assertThat(end.metric("median")).isEqualTo(medians.get(0));
    assertThatThrownBy(() -> Figure.of(new Median(), "mean"))
        .isInstanceOf(FoveaException.class)
        .hasMessage("figure: one of median, samples expected, got \"mean\"");
    assertThatThrownBy(() ->
            trainer(model())
                .callbacks(Callbacks.earlyStopping(2).watching(watched))
                .fit(new Numbers(16).batches(8), epochs(1)))
        .isInstanceOf(FoveaException.class)
        .hasMessage("figure samples is watched but measured on a validation set alone; give one");
  }

  @Test
  void missingSecondTargetIsNamed() {
    Dataset one = new Numbers(8).marked(List.of(Target.numbers(1)), s -> s.marks().subList(0, 1));
    assertThatThrownBy(() -> trainer(model()).fit(one.batches(4), epochs(1)))
        .isInstanceOf(FoveaException.class)
        .hasMessage("training data: samples have 1 target, the objective reads target 1");
  }

  @Test
  void namesOfFiguresAreThereOnce() {
    assertThatThrownBy(() -> trainer(model()).measures(new Median()))
        .isInstanceOf(FoveaException.class)
        .hasMessage("metric median: there twice; each needs a name of its own");
  }
}
