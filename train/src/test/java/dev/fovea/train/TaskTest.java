package dev.fovea.train;

import static dev.fovea.nn.Layers.conv2d;
import static dev.fovea.nn.Layers.dense;
import static dev.fovea.nn.Layers.sequence;
import static dev.fovea.nn.Layers.sigmoid;
import static dev.fovea.nn.Layers.softmax;
import static dev.fovea.nn.Losses.binaryCrossEntropy;
import static dev.fovea.nn.Losses.binaryCrossEntropyOfProbabilities;
import static dev.fovea.nn.Losses.crossEntropy;
import static dev.fovea.nn.Losses.meanSquaredError;
import static dev.fovea.optim.Optimizers.sgd;
import static dev.fovea.train.testing.TrainFixtures.numbers;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.fovea.data.Dataset;
import dev.fovea.data.Mark;
import dev.fovea.data.Sample;
import dev.fovea.data.Target;
import dev.fovea.data.Task;
import dev.fovea.engine.Engine;
import dev.fovea.nn.Layer;
import dev.fovea.nn.Model;
import dev.fovea.nn.Output;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Rng;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import dev.fovea.train.testing.TrainFixtures.Line;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What outputs are asked: known from loss, data or the network's end, and saved. */
final class TaskTest {
  private static final Engine ENGINE = Engine.ofThreads(1);

  private static Model model(Layer layer, Shape input) {
    return Model.build(layer, input, Seed.of(3), ENGINE);
  }

  /** Points of the square [−1, 1]², with a mark made of each. */
  private record Points(int size, Target target, Function<Tensor, Mark> mark) implements Dataset {
    @Override
    public Shape inputShape() {
      return Shape.of(2);
    }

    @Override
    public List<Target> targets() {
      return List.of(target);
    }

    @Override
    public Sample read(int index, Seed seed) {
      Rng rng = Seed.of(6).split(index).rng();
      Tensor point = numbers(rng.nextFloat(-1, 1), rng.nextFloat(-1, 1));
      return Sample.of(point, mark.apply(point));
    }
  }

  private static float sign(float value) {
    return value > 0 ? 1 : 0;
  }

  /** The probability of a single sigmoid is above 0 always: its half decides. */
  @Test
  void accuracyOfASingleSigmoidIsThatOfPredict() {
    Model model = model(sequence(dense(1), sigmoid()), Shape.of(1));
    Line data = new Line(200, x -> x > 0.3f ? 1 : 0);
    Trainer trainer =
        Trainer.of(model, binaryCrossEntropyOfProbabilities(), sgd(5)).metrics(Metrics.accuracy());
    History history = trainer.fit(data.shuffled().batches(20), Epochs.epochs(60), data);
    int right = 0;
    for (int i = 0; i < 200; i++) {
      float wanted =
          data.read(i, Seed.of(0)).mark(Mark.Numbers.class).orElseThrow().values().get(0);
      right += model.predict(data.input(i, Seed.of(0))).best().index() == (int) wanted ? 1 : 0;
    }
    assertThat(right).isGreaterThan(190);
    assertThat(trainer.evaluate(data).metric("accuracy")).isEqualTo(right / 200.0);
    assertThat(ConfusionMatrix.of(model, data).accuracy()).isEqualTo(right / 200.0);
    double trained = history.last().orElseThrow().train().metric("accuracy");
    assertThat(trained).isCloseTo(right / 200.0, within(0.05));
    assertThat(model.output(0).task()).isEqualTo(Task.CLASSES);
  }

  /** Both, one or none of two labels is right: their probabilities do not sum to 1. */
  @Test
  void labelsAreAskedEachByItself(@TempDir Path dir) {
    Points data =
        new Points(
            200,
            new Target(Task.LABELS, Shape.of(2)),
            p -> new Mark.Numbers(numbers(sign(p.get(0)), sign(p.get(1)))));
    Model model = model(dense(2), Shape.of(2));
    assertThat(model.output(0).task()).isEqualTo(Task.CLASSES);
    assertThat(model.metadata()).isEmpty();
    Trainer trainer = Trainer.of(model, binaryCrossEntropy(), sgd(5)).metrics(Metrics.accuracy());
    trainer.fit(data.shuffled().batches(20), Epochs.epochs(30));
    assertThat(trainer.evaluate(data).metric("accuracy")).isGreaterThan(0.97);
    float[] both = model.predict(numbers(0.9f, 0.9f)).probabilities();
    assertThat(both[0]).isGreaterThan(0.9f);
    assertThat(both[1]).isGreaterThan(0.9f);
    float logit = model.run(numbers(0.9f, 0.9f).reshape(Shape.of(1, 2))).data()[0];
    assertThat(both[0]).isCloseTo((float) (1 / (1 + Math.exp(-logit))), within(1e-6f));
    Path file = dir.resolve("labels.safetensors");
    model.save(file);
    Model loaded = model(dense(2), Shape.of(2)).load(file);
    assertThat(loaded.output(0))
        .isEqualTo(new Output(Shape.of(2), Task.LABELS, Output.Scale.LOGITS, 2));
    assertThat(loaded.predict(numbers(0.9f, 0.9f)).probabilities()).containsExactly(both);
  }

  /** The loss says what plain numbers are. */
  @Test
  void lossesTellWhatNumbersAre() {
    Target two = Target.numbers(2);
    Dataset data = new Points(8, two, p -> new Mark.Numbers(numbers(0, 1)));
    Model model = model(dense(2), Shape.of(2));
    Trainer.of(model, binaryCrossEntropy(), sgd(1)).fit(data.batches(4), Epochs.epochs(1));
    assertThat(model.output(0).task()).isEqualTo(Task.LABELS);
    Trainer.of(model, meanSquaredError(), sgd(1)).fit(data.batches(4), Epochs.epochs(1));
    assertThat(model.output(0).task()).isEqualTo(Task.REGRESSION);
    assertThatThrownBy(() -> model.predict(numbers(0, 0)))
        .isInstanceOf(FoveaException.class)
        .hasMessage("predict: the task of output [2] is regression, classes or labels expected");
    Dataset labels = new Points(8, Target.label(), p -> new Mark.Label(1));
    Trainer.of(model, crossEntropy(), sgd(1)).fit(labels.batches(4), Epochs.epochs(1));
    assertThat(model.output(0).task()).isEqualTo(Task.CLASSES);
  }

  /** A 1×1 convolution whose classes are x and −x: class 0 where a pixel is above 0. */
  @Test
  void masksHaveAClassPerPixel() {
    for (Layer layer : List.of(conv2d(2, 1), sequence(conv2d(2, 1), softmax()))) {
      Model model = model(layer, Shape.of(2, 3, 1));
      String name = model.parameters().all().iterator().next().name();
      model.parameters().set(name, Tensor.of(Shape.of(1, 1, 1, 2), 1, -1));
      assertThat(model.output(0).task()).isEqualTo(Task.MASK);
      Tensor picture = Tensor.of(Shape.of(2, 3, 1), 5, -1, 2, -3, 4, -6);
      Tensor mask = model.predictMask(picture);
      assertThat(mask.shape()).isEqualTo(Shape.of(2, 3));
      assertThat(mask.data()).containsExactly(0, 1, 0, 1, 0, 1);
      assertThatThrownBy(() -> model.predict(picture))
          .hasMessage("predict: the task of output [2,3,2] is mask, classes or labels expected");
      model.setTask(0, Task.REGRESSION);
      assertThatThrownBy(() -> model.predictMask(picture))
          .hasMessage("predictMask: the task of output [2,3,2] is regression, mask expected");
    }
  }

  @Test
  void tasksOfFilesAreChecked() {
    Model model = model(dense(2), Shape.of(2));
    assertThatThrownBy(() -> model.withMetadata(Map.of("tasks", "classes,mask")))
        .isInstanceOf(FoveaException.class)
        .hasMessage("metadata: 2 tasks for 1 outputs");
    assertThatThrownBy(() -> model.withMetadata(Map.of("tasks", "colours")))
        .hasMessageStartingWith("metadata: task \"colours\" is not known");
    assertThat(model.withMetadata(Map.of("tasks", "labels")).output(0).task())
        .isEqualTo(Task.LABELS);
  }

  /** Of classes 0, 1, 2: 2 of 2 + 1 + 1, 3 of 3 + 1 + 1; class 2 is nowhere and doesn't count. */
  @Test
  void meanIouIsOfClassesThatThereAre() {
    Output output = new Output(Shape.of(7, 3), Task.MASK, Output.Scale.LOGITS, 3);
    int[] taken = {0, 0, 1, 0, 1, 1, 1};
    Tensor values = Tensor.zeros(Shape.of(1, 7, 3));
    for (int i = 0; i < taken.length; i++) {
      values.data()[3 * i + taken[i]] = 1;
    }
    Tensor target = Tensor.of(Shape.of(1, 7), 0, 0, 0, 1, 1, 1, 1);
    Metric metric = Metrics.meanIou();
    double[] sums = new double[metric.sums(output)];
    metric.add(sums, output, values, target);
    assertThat(metric.value(sums)).isCloseTo((2 / 4.0 + 3 / 5.0) / 2, within(1e-12));
    ConfusionMatrix matrix = ConfusionMatrix.of(sums, List.of());
    assertThat(matrix.iou(1)).isCloseTo(0.6, within(1e-12));
    assertThat(matrix.iou(2)).isNaN();
    assertThat(matrix.accuracy()).isCloseTo(5 / 7.0, within(1e-12));
  }

  @Test
  void oneSampleIsABatch() {
    Line data = new Line(5, x -> 3 * x);
    Tensor input = data.input(4, Seed.of(0));
    assertThat(data.sample(4).input().shape()).isEqualTo(input.shape().prepend(1));
    assertThat(data.sample(4).input().data()).isEqualTo(input.data());
    assertThat(data.sample(4).size()).isEqualTo(1);
  }
}
