package dev.fovea.train;

import static dev.fovea.nn.Layers.batchNorm;
import static dev.fovea.nn.Layers.conv2d;
import static dev.fovea.nn.Layers.dense;
import static dev.fovea.nn.Layers.flatten;
import static dev.fovea.nn.Layers.globalAvgPool;
import static dev.fovea.nn.Layers.reshape;
import static dev.fovea.nn.Layers.sequence;
import static dev.fovea.nn.Losses.crossEntropy;
import static dev.fovea.nn.Losses.meanSquaredError;
import static dev.fovea.optim.Optimizers.sgd;
import static dev.fovea.train.Epochs.epochs;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fovea.data.Batch;
import dev.fovea.data.Dataset;
import dev.fovea.data.Mark;
import dev.fovea.data.Sample;
import dev.fovea.data.Target;
import dev.fovea.data.Task;
import dev.fovea.engine.Engine;
import dev.fovea.engine.compile.Compiler;
import dev.fovea.engine.graph.Graph;
import dev.fovea.engine.runtime.CompiledFunction;
import dev.fovea.engine.runtime.Device;
import dev.fovea.engine.runtime.Execution;
import dev.fovea.nn.Layer;
import dev.fovea.nn.Layers;
import dev.fovea.nn.Loss;
import dev.fovea.nn.Losses;
import dev.fovea.nn.Model;
import dev.fovea.nn.Traced;
import dev.fovea.op.Value;
import dev.fovea.optim.Optimizers;
import dev.fovea.optim.Schedule;
import dev.fovea.optim.Schedules;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What users call answers anything with a result or with one line. */
final class PublicDoorsTest {
  private static final List<Object> INTS = List.of(Integer.MIN_VALUE, -1, 0, 1, 2, 3, 40);
  private static final List<Object> DOUBLES =
      List.of(Double.NaN, Double.NEGATIVE_INFINITY, -1.0, 0.0, 0.5, 1.0, 1e300);
  private static final List<Shape> INPUTS =
      List.of(
          Shape.scalar(),
          Shape.of(1),
          Shape.of(6),
          Shape.of(5, 4),
          Shape.of(1, 1, 1),
          Shape.of(4, 6, 3),
          Shape.of(2, 3, 4, 5),
          Shape.of(0, 3));

  /** Samples of zeros, of any shape. */
  private record Zeros(Shape inputShape, Shape targetShape, int size) implements Dataset {
    @Override
    public List<Target> targets() {
      return List.of(new Target(Task.REGRESSION, targetShape));
    }

    @Override
    public Sample read(int index, Seed seed) {
      return Sample.of(Tensor.zeros(inputShape), new Mark.Numbers(Tensor.zeros(targetShape)));
    }
  }

  /** Calls with each of some values for every argument, the others being usual ones. */
  private static List<Object> results(Class<?> factories) throws IllegalAccessException {
    List<Object> all = new ArrayList<>();
    for (Method m : factories.getMethods()) {
      if (Modifier.isStatic(m.getModifiers())
          && Arrays.stream(m.getParameterTypes()).allMatch(t -> !values(t).isEmpty())) {
        for (int i = 0; i <= 7 * m.getParameterCount(); i++) {
          Object[] arguments = arguments(m, i);
          try {
            all.add(m.invoke(null, arguments));
          } catch (InvocationTargetException e) {
            requireOneLine(
                Objects.requireNonNull(e.getCause()), m + Arrays.deepToString(arguments));
          }
        }
      }
    }
    return all;
  }

  private static Object[] arguments(Method m, int call) {
    Object[] arguments = new Object[m.getParameterCount()];
    for (int i = 0; i < arguments.length; i++) {
      List<Object> values = values(m.getParameterTypes()[i]);
      boolean odd = call / 7 == i;
      arguments[i] = values.get(odd ? call % 7 % values.size() : Math.min(4, values.size() - 1));
    }
    return arguments;
  }

  private static List<Object> values(Class<?> type) {
    if (type == int.class) {
      return INTS;
    }
    if (type == double.class) {
      return DOUBLES;
    }
    if (type == float.class) {
      return DOUBLES.stream().<Object>map(d -> ((Double) d).floatValue()).toList();
    }
    if (type == int[].class) {
      return List.of(new int[0], new int[] {-1}, new int[] {0}, new int[] {9}, new int[] {1, 2});
    }
    return type == double[].class ? List.of(new double[0], new double[] {Double.NaN}) : List.of();
  }

  private static void requireOneLine(Throwable e, String what) {
    assertThat(e).as(what).isInstanceOf(FoveaException.class);
    assertThat(e.getMessage()).as(what).matches("[^\n]+");
  }

  private static void answers(Runnable call, String what) {
    try {
      call.run();
    } catch (RuntimeException e) {
      requireOneLine(e, what);
    }
  }

  private static Model build(Layer layer, Shape input) {
    return Model.build(layer, input, Seed.of(1), Engine.shared());
  }

  @Test
  void layersAnswer() throws IllegalAccessException {
    for (Object layer : results(Layers.class)) {
      if (layer instanceof Layer l) {
        for (Shape input : INPUTS) {
          answers(() -> build(l, input).summary(), l + " on " + input);
        }
      }
    }
  }

  @Test
  void lossesAnswer() throws IllegalAccessException {
    for (Object loss : results(Losses.class)) {
      for (Shape sample : INPUTS) {
        Shape output = sample.rank() == 0 ? sample : sample.prepend(2);
        answers(
            () -> {
              Shape target = ((Loss) loss).target(output);
              ((Loss) loss)
                  .of(Value.constant(Tensor.zeros(output)), Value.constant(Tensor.zeros(target)));
            },
            loss + " of " + output);
      }
    }
  }

  @Test
  void rulesAndSchedulesAnswer() throws IllegalAccessException {
    assertThat(results(Optimizers.class)).isNotEmpty();
    for (Object schedule : results(Schedules.class)) {
      answers(() -> ((Schedule) schedule).factor(0, 1), schedule.toString());
      answers(() -> ((Schedule) schedule).warmup(-1), schedule.toString());
    }
    assertThat(results(Metrics.class)).isNotEmpty();
    assertThat(results(Epochs.class)).isNotEmpty();
    assertThat(results(Callbacks.class)).isNotEmpty();
    assertThat(results(Shape.class)).isNotEmpty();
  }

  @Test
  void shapesAndTensorsAnswer() {
    List<Consumer<Shape>> calls =
        List.of(
            s -> s.dim(5),
            s -> s.dim(-9),
            s -> s.withDim(8, 1),
            s -> s.withDim(0, -1),
            s -> s.prepend(-1),
            s -> s.dropFirst().dropFirst().dropFirst().dropFirst().dropFirst(),
            s -> Tensor.zeros(s).sample(7),
            s -> Tensor.zeros(s).sample(-1),
            s -> Tensor.zeros(s).get(9),
            s -> Tensor.zeros(s).item(),
            s -> Tensor.zeros(s).reshape(Shape.of(7)),
            s -> Tensor.of(s, 1, 2));
    for (Shape s : INPUTS) {
      for (int i = 0; i < calls.size(); i++) {
        Consumer<Shape> call = calls.get(i);
        answers(() -> call.accept(s), "call " + i + " on " + s);
      }
    }
    assertThatThrownBy(() -> Shape.of(2, 3).dim(5)).hasMessage("shape [2,3] has no axis 5");
    assertThatThrownBy(() -> Shape.scalar().dropFirst()).hasMessage("shape [] has no axis 0");
    assertThatThrownBy(() -> Tensor.zeros(Shape.of(2, 3)).sample(2))
        .hasMessage("sample 2 of a tensor [2,3]: there are 0 to 1");
  }

  @Test
  void modelsAnswer() {
    Model m = build(sequence(flatten(), dense(2)), Shape.of(2, 3, 1));
    List<Tensor> odd = INPUTS.stream().map(Tensor::zeros).toList();
    for (Tensor t : odd) {
      answers(() -> m.run(t), "run " + t);
      answers(() -> m.predict(t), "predict " + t);
      answers(() -> m.predictAll(t), "predictAll " + t);
      answers(() -> m.parameters().set("1.bias", t), "set " + t);
    }
    for (int batch : new int[] {Integer.MIN_VALUE, -1, 0, Integer.MAX_VALUE}) {
      answers(() -> m.trace(batch, true), "trace " + batch);
      answers(() -> m.inference().bytes(batch), "bytes " + batch);
      answers(() -> m.inference().samplesAtOnce(batch), "samplesAtOnce " + batch);
    }
    answers(() -> m.run(List.of()), "no input");
    answers(() -> m.freeze(""), "freeze nothing");
  }

  @Test
  void executionsTakeWhatFits() {
    Model m = build(dense(2), Shape.of(3));
    Traced traced = m.trace(4, false);
    Execution e =
        CompiledFunction.of(
                m.engine().unwrap(Device.class),
                Graph.of(traced.inputs(), traced.outputs()),
                Compiler.Mode.INFER)
            .acquire();
    assertThatThrownBy(() -> e.set(0, new float[11], 0))
        .isInstanceOf(FoveaException.class)
        .hasMessage("input 0 has 12 values, got an array of 11 from 0 on");
    assertThatThrownBy(() -> e.set(0, new float[12], -1)).isInstanceOf(FoveaException.class);
    assertThatThrownBy(() -> e.set(0, Tensor.zeros(Shape.of(3, 4))))
        .isInstanceOf(FoveaException.class)
        .hasMessage("input 0 takes [4,3], got a tensor of [3,4]");
    assertThatThrownBy(() -> e.get(0, new float[7], 0))
        .isInstanceOf(FoveaException.class)
        .hasMessage("result 0 has 8 values, got an array of 7 from 0 on");
    assertThatThrownBy(() -> e.get(0, 9, new float[8], 0)).isInstanceOf(FoveaException.class);
  }

  private static void fit(Layer layer, Loss loss, Zeros data, int batch) {
    Trainer.of(build(layer, data.inputShape), loss, sgd(0.1)).fit(data.batches(batch), epochs(1));
  }

  /** A loss of one number per sample. */
  private record PerSample() implements Loss {
    @Override
    public String name() {
      return "per_sample";
    }

    @Override
    public Shape target(Shape output) {
      return output;
    }

    @Override
    public Value of(Value output, Value target) {
      return output.minus(target).mean(1);
    }
  }

  @Test
  void lossThatIsNoNumber() {
    Zeros data = new Zeros(Shape.of(3), Shape.of(2), 4);
    assertThatThrownBy(() -> fit(dense(2), new PerSample(), data, 4))
        .isInstanceOf(FoveaException.class)
        .hasMessage("loss per_sample: must be one number for a batch, got [4,1]; take the mean");
  }

  @Test
  void networkWhoseOutputIsANumber() {
    Layer number = sequence(dense(1), x -> x.reshape(Shape.scalar()));
    Zeros data = new Zeros(Shape.of(3), Shape.scalar(), 4);
    assertThatThrownBy(() -> fit(number, crossEntropy(), data, 4))
        .isInstanceOf(FoveaException.class)
        .hasMessage(
            "loss: a label per row needs outputs [N, …, classes], got samples of a single number");
    assertThatCode(() -> fit(number, meanSquaredError(), data, 4)).doesNotThrowAnyException();
    Model m = build(number, Shape.of(3));
    assertThat(m.predictAll(Tensor.zeros(Shape.of(4, 3)))).hasSize(4);
    Scores scores =
        Evaluator.of(m, meanSquaredError())
            .metrics(Metrics.accuracy(), Metrics.meanAbsoluteError())
            .evaluate(data);
    assertThat(scores.metric("accuracy")).isEqualTo(1);
    assertThat(scores.metric("mean_absolute_error")).isZero();
  }

  @Test
  void targetsTurnedRoundAreRefused() {
    Shape image = Shape.of(4, 6, 3);
    for (Shape target : List.of(Shape.of(6, 4), Shape.of(24), Shape.of(2, 12))) {
      Zeros data = new Zeros(image, target, 4);
      assertThatThrownBy(() -> fit(conv2d(3, 1), crossEntropy(), data, 4))
          .isInstanceOf(FoveaException.class)
          .hasMessage(
              "training data: targets are "
                  + target
                  + ", cross_entropy of outputs [4,6,3] takes [4,6]");
      Model m = build(conv2d(3, 1), image);
      assertThatThrownBy(() ->
              new Evaluator(m, null, List.of(Metrics.accuracy()), List.of())
                  .evaluate(new Zeros(image, target, 4)))
          .isInstanceOf(FoveaException.class)
          .hasMessage("metric: outputs [4,4,6,3] and targets " + target.prepend(4) + " differ");
    }
    for (Shape target : List.of(Shape.of(6, 4, 3), Shape.of(4, 18))) {
      assertThatThrownBy(
              () -> fit(conv2d(3, 1), meanSquaredError(), new Zeros(image, target, 4), 4))
          .isInstanceOf(FoveaException.class);
    }
  }

  @Test
  void axesOfOneDoNotCount() {
    fit(dense(3), crossEntropy(), new Zeros(Shape.of(2), Shape.of(1), 4), 4);
    fit(dense(1), meanSquaredError(), new Zeros(Shape.of(2), Shape.scalar(), 4), 4);
    fit(conv2d(3, 1), crossEntropy(), new Zeros(Shape.of(4, 6, 3), Shape.of(4, 6, 1), 4), 4);
    assertThat(Shape.of(1, 2, 1, 3).sameButForOnes(Shape.of(2, 3, 1))).isTrue();
    assertThat(Shape.scalar().sameButForOnes(Shape.of(1, 1))).isTrue();
    assertThat(Shape.of(2, 3).sameButForOnes(Shape.of(3, 2))).isFalse();
    assertThat(Shape.of(2).sameButForOnes(Shape.of(2, 2))).isFalse();
    assertThat(Shape.of(2, 2).sameButForOnes(Shape.of(2))).isFalse();
  }

  @Test
  void batchOfAnotherShapeIsRefused() {
    TrainingStep step =
        TrainingStep.of(build(conv2d(3, 1), Shape.of(4, 6, 3)), crossEntropy(), sgd(0.1), 2);
    Tensor input = Tensor.zeros(Shape.of(2, 4, 6, 3));
    assertThatThrownBy(
            () -> step.trainOn(new Batch(input, Tensor.zeros(Shape.of(2, 6, 4)), 2, 0), Seed.of(1)))
        .isInstanceOf(FoveaException.class)
        .hasMessage("batch: [2,6,4] arrived where each of 2 samples is [4,6]");
    assertThatThrownBy(
            () -> step.trainOn(new Batch(input, Tensor.zeros(Shape.of(1, 4, 6)), 1, 0), Seed.of(1)))
        .isInstanceOf(FoveaException.class);
  }

  /** 9 samples in batches of 2 leave a last one. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 4, 8})
  void batchNormOfOneValuePerChannelIsRefused(int batch) {
    Layer rows = sequence(globalAvgPool(), dense(3), batchNorm(), dense(2));
    Zeros data = new Zeros(Shape.of(4, 4, 1), Shape.scalar(), 9);
    assertThatThrownBy(() -> fit(rows, crossEntropy(), data, batch))
        .isInstanceOf(FoveaException.class)
        .hasMessageStartingWith("batch_norm at 2: one value per channel has no variance");
    Model frozen = build(rows, data.inputShape).freeze("2.*");
    Trainer.of(frozen, crossEntropy(), sgd(0.1)).fit(data.batches(batch), epochs(1));
    Layer images = sequence(reshape(2, 8, 1), batchNorm(), flatten(), dense(2));
    fit(images, crossEntropy(), data, batch);
    if (batch > 1) {
      Model dropped = build(rows, data.inputShape);
      Trainer.of(dropped, crossEntropy(), sgd(0.1))
          .fit(data.batches(batch).withDropLast(true), epochs(1));
    }
  }
}
