package dev.fovea.train;

import static dev.fovea.nn.Layers.conv2d;
import static dev.fovea.nn.Layers.dense;
import static dev.fovea.nn.Losses.crossEntropy;
import static dev.fovea.nn.Losses.meanSquaredError;
import static dev.fovea.optim.Optimizers.sgd;
import static dev.fovea.train.Epochs.epochs;
import static dev.fovea.train.Metrics.accuracy;
import static dev.fovea.train.testing.TrainFixtures.numbers;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.fovea.data.Dataset;
import dev.fovea.data.Mark;
import dev.fovea.data.Sample;
import dev.fovea.data.Target;
import dev.fovea.engine.Engine;
import dev.fovea.nn.Loss;
import dev.fovea.nn.Losses.CrossEntropy;
import dev.fovea.nn.Model;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import dev.fovea.train.testing.TrainFixtures.Line;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Training and evaluation where samples or places do not count alike. */
final class WeighedLossesTest {
  private static final int NONE = 255;

  /** Two places with scores of two classes; the first is right, the second counts now and then. */
  private record Places(int size) implements Dataset {
    @Override
    public Shape inputShape() {
      return Shape.of(2, 1, 2);
    }

    @Override
    public List<Target> targets() {
      return List.of(Target.mask(2, 1));
    }

    @Override
    public Sample read(int index, Seed seed) {
      int label = index % 2;
      Tensor input = Tensor.zeros(inputShape());
      input.data()[label] = 1 + index;
      input.data()[3] = 0.5f * index;
      Tensor classes = Tensor.of(Shape.of(2, 1), label, index % 3 == 0 ? NONE : 0);
      return Sample.of(input, new Mark.Mask(classes));
    }
  }

  /** A line with a second target before or behind that of the line. */
  private record TwoTargets(int size) implements Dataset {
    @Override
    public Shape inputShape() {
      return Shape.of(1);
    }

    @Override
    public List<Target> targets() {
      return List.of(Target.numbers(1), Target.numbers(2));
    }

    @Override
    public Sample read(int index, Seed seed) {
      return Sample.of(
          numbers(index), new Mark.Numbers(numbers(2 * index)), new Mark.Numbers(numbers(50, -50)));
    }
  }

  /** A network that passes its input on. */
  private static Model passing() {
    Model m = Model.build(conv2d(2, 1), Shape.of(2, 1, 2), Seed.of(1), Engine.ofThreads(1));
    m.parameters().set("conv2d.weight", Tensor.of(Shape.of(1, 1, 2, 2), 1, 0, 0, 1));
    return m;
  }

  private static CrossEntropy weighed() {
    return crossEntropy().weights(1, 4).ignore(NONE);
  }

  @Test
  void ignoredLabelsCountInNoMetric() {
    Evaluation e =
        Evaluator.of(passing(), crossEntropy().ignore(NONE))
            .metrics(accuracy())
            .examine(new Places(1));
    assertThat(e.scores().metric("accuracy")).isEqualTo(1);
    assertThat(e.matrix().samples(0)).isEqualTo(1);
    assertThat(e.matrix().samples(1)).isZero();
    History h =
        Trainer.of(passing(), crossEntropy().ignore(NONE), sgd(1e-20))
            .metrics(accuracy())
            .fit(new Places(1).batches(1), epochs(1));
    assertThat(h.epochs().get(0).train().metric("accuracy")).isEqualTo(1);
    assertThatThrownBy(() -> ConfusionMatrix.of(passing(), new Places(1)))
        .isInstanceOf(FoveaException.class)
        .hasMessage("confusion matrix: class 255 in the data, the network has 2");
  }

  @Test
  void evaluationIsTheSameInBatchesOfAnySize() {
    double whole = Evaluator.of(passing(), weighed()).evaluate(new Places(7)).loss();
    for (int batch = 1; batch < 7; batch++) {
      Evaluator some = Evaluator.of(passing(), weighed()).batchSize(batch);
      assertThat(some.evaluate(new Places(7)).loss()).isCloseTo(whole, within(1e-6));
      History h =
          Trainer.of(passing(), weighed(), sgd(1e-20)).fit(new Places(7).batches(batch), epochs(1));
      assertThat(h.epochs().get(0).train().loss()).isCloseTo(whole, within(1e-6));
    }
  }

  @Test
  void accumulatedGradientsAreWeighedAsTheirLosses() {
    Loss loss = weighed();
    Model one = passing();
    Model some = passing();
    Trainer.of(one, loss, sgd(0.5)).fit(new Places(7).batches(7), epochs(1));
    Trainer.of(some, loss, sgd(0.5)).accumulate(3).fit(new Places(7).batches(3), epochs(1));
    float[] a = one.parameters().values();
    float[] b = some.parameters().values();
    for (int i = 0; i < a.length; i++) {
      assertThat(b[i]).isCloseTo(a[i], within(1e-5f));
    }
  }

  @Test
  void evaluatorServesDataWhoseTargetsAreLaidOutOtherwise() {
    Model model = Model.build(dense(1), Shape.of(1), Seed.of(1), Engine.ofThreads(1));
    Evaluator both = Evaluator.of(model, meanSquaredError());
    both.evaluate(new Line(5, x -> x));
    double loss = both.evaluate(new TwoTargets(5)).loss();
    assertThat(loss)
        .isEqualTo(Evaluator.of(model, meanSquaredError()).evaluate(new TwoTargets(5)).loss());
  }

  @Test
  void lossOfAnOutputThatIsNotThereIsRefused() {
    Objective third = Objective.of(Objective.head(2, 0, crossEntropy()));
    assertThatThrownBy(() -> Evaluator.of(passing(), third).evaluate(new Places(2)))
        .isInstanceOf(FoveaException.class)
        .hasMessage("objective: no loss is of an output that inference has");
  }
}
