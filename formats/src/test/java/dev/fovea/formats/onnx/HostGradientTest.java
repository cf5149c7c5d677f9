package dev.fovea.formats.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.fovea.data.Batch;
import dev.fovea.engine.Eager;
import dev.fovea.engine.Engine;
import dev.fovea.engine.autodiff.Autodiff;
import dev.fovea.formats.Formats;
import dev.fovea.formats.onnx.file.Node;
import dev.fovea.formats.onnx.file.OnnxModel;
import dev.fovea.formats.onnx.network.GraphRunner;
import dev.fovea.formats.onnx.operators.Operators;
import dev.fovea.formats.onnx.proto.Onnx.AttributeProto;
import dev.fovea.formats.onnx.proto.Onnx.ModelProto;
import dev.fovea.formats.onnx.proto.Onnx.NodeProto;
import dev.fovea.formats.onnx.tensors.DataType;
import dev.fovea.formats.onnx.tensors.HostTensor;
import dev.fovea.formats.onnx.tensors.Index;
import dev.fovea.formats.onnx.walk.BatchAxes;
import dev.fovea.formats.onnx.walk.Call;
import dev.fovea.formats.onnx.walk.FixedWeights;
import dev.fovea.formats.onnx.walk.GraphImport;
import dev.fovea.formats.onnx.walk.Operand;
import dev.fovea.nn.Losses;
import dev.fovea.op.Paths;
import dev.fovea.op.Value;
import dev.fovea.optim.Optimizers;
import dev.fovea.tensor.Rng;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import dev.fovea.train.TrainingStep;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Gradients through operators that Java computes, against central differences of the same operator
 * on known tensors in double precision.
 */
final class HostGradientTest {
  private static final double STEP = 1e-5;

  @TempDir private Path folder;

  private static HostTensor random(int seed, double low, double high, int... dims) {
    Rng rng = Seed.of(seed).rng();
    double[] d = new double[Shape.of(dims).elements()];
    for (int i = 0; i < d.length; i++) {
      d[i] = (float) (low + (high - low) * rng.nextDouble());
    }
    return HostTensor.of(DataType.DOUBLE, Shape.of(dims), d);
  }

  private GraphImport graph() {
    Path file =
        Protos.opset(17).input("x", DataType.FLOAT, 1, 1).write(folder.resolve("empty.onnx"));
    return new GraphImport(
        OnnxModel.read(file), Operators.all(), new FixedWeights(), 1, BatchAxes.UNKNOWN);
  }

  private Operand apply(String type, List<Operand> in) {
    NodeProto.Builder node = NodeProto.newBuilder().setOpType(type).addOutput("y");
    in.forEach(_ -> node.addInput("x"));
    Call call = new Call(new Node(node.build(), 17), new ArrayList<>(in), graph());
    return Objects.requireNonNull(Operators.all().get(type)).apply(call).get(0);
  }

  /** Returns Σ wᵢ·yᵢ with wᵢ = 1 + i/10. */
  private double weighted(String type, List<HostTensor> in) {
    List<Operand> known = in.stream().<Operand>map(t -> new Operand.Known(t, "")).toList();
    HostTensor y = ((Operand.Known) apply(type, known)).tensor();
    double sum = 0;
    for (int i = 0; i < y.size(); i++) {
      sum += (1 + i / 10.0) * y.at(i);
    }
    return sum;
  }

  private static HostTensor moved(HostTensor t, int at, double by) {
    double[] d = t.doubles();
    d[at] += by;
    return HostTensor.of(t.type(), t.shape(), d);
  }

  /** Checks the gradient with respect to all operands of floats. */
  private void check(String type, HostTensor... in) {
    List<Value> values = new ArrayList<>();
    List<Operand> held = new ArrayList<>();
    for (HostTensor t : in) {
      Value v = Value.constant(Tensor.of(t.shape(), t.floats(Index.range(t.rank()))));
      values.add(v);
      held.add(Operand.Held.plain(v, t.type().isFloat() ? DataType.FLOAT : t.type()));
    }
    Operand.Held result = (Operand.Held) apply(type, held);
    Value y = result.in(Index.range(result.rank()));
    Tensor weights = Tensor.zeros(y.shape());
    for (int i = 0; i < weights.data().length; i++) {
      weights.data()[i] = 1 + i / 10f;
    }
    Value loss = y.times(Value.constant(weights)).sum().reshape(Shape.scalar());
    List<Value> gradients = Autodiff.gradients(loss, values, new Paths());
    for (int k = 0; k < in.length; k++) {
      if (in[k].type().isFloat()) {
        Tensor g = new Eager(Engine.shared()).evaluate(gradients.get(k));
        for (int i = 0; i < in[k].size(); i++) {
          double difference =
              (weighted(type, with(in, k, moved(in[k], i, STEP)))
                      - weighted(type, with(in, k, moved(in[k], i, -STEP))))
                  / (2 * STEP);
          assertThat((double) g.data()[i])
              .as("%s by element %d of operand %d", type, i, k)
              .isCloseTo(difference, within(1e-4 * (1 + Math.abs(difference))));
        }
      }
    }
  }

  private static List<HostTensor> with(HostTensor[] in, int k, HostTensor t) {
    List<HostTensor> all = new ArrayList<>(List.of(in));
    all.set(k, t);
    return all;
  }

  @ParameterizedTest
  @CsvSource({
    "Sin, -3, 3",
    "Cos, -3, 3",
    "Tan, -1, 1",
    "Asin, -0.8, 0.8",
    "Acos, -0.8, 0.8",
    "Atan, -3, 3",
    "Sinh, -2, 2",
    "Cosh, -2, 2",
    "Asinh, -3, 3",
    "Acosh, 1.2, 3",
    "Atanh, -0.8, 0.8",
    "Floor, 0.1, 0.9",
    "Ceil, 0.1, 0.9",
    "Round, 0.6, 1.4"
  })
  void functionsOfOneNumber(String type, double low, double high) {
    check(type, random(1, low, high, 2, 3));
  }

  @Test
  void powersByBaseAndExponent() {
    check("Pow", random(1, 0.5, 2, 2, 3), random(2, -1.5, 2.5, 3));
    check("Pow", random(1, 0.5, 2, 3), random(2, -1.5, 2.5, 2, 1));
  }

  @Test
  void aChoiceLetsTheGradientOfTheChosenThrough() {
    HostTensor condition = HostTensor.of(DataType.BOOL, Shape.of(2, 1), new double[] {1, 0});
    check("Where", condition, random(1, -1, 1, 2, 3), random(2, -1, 1, 3));
    HostTensor wide = HostTensor.of(DataType.BOOL, Shape.of(2, 3), new double[] {1, 0, 0, 1, 1, 0});
    check("Where", wide, random(1, -1, 1, 1), random(2, -1, 1, 2, 1));
  }

  @Test
  void whatIsNotChosenMayBeNoNumber() {
    HostTensor condition = HostTensor.of(DataType.BOOL, Shape.of(2), new double[] {1, 0});
    Value a = Value.constant(Tensor.of(Shape.of(2), 3, Float.NaN));
    Value b = Value.constant(Tensor.of(Shape.of(2), Float.NEGATIVE_INFINITY, 4));
    List<Operand> in =
        List.of(
            new Operand.Known(condition, ""),
            Operand.Held.plain(a, DataType.FLOAT),
            Operand.Held.plain(b, DataType.FLOAT));
    Value y = ((Operand.Held) apply("Where", in)).value();
    List<Value> gradients = Autodiff.gradients(y.sum(), List.of(a, b), new Paths());
    Eager eager = new Eager(Engine.shared());
    assertThat(eager.evaluate(y).data()).containsExactly(3, 4);
    assertThat(eager.evaluate(gradients.get(0)).data()).containsExactly(1, 0);
    assertThat(eager.evaluate(gradients.get(1)).data()).containsExactly(0, 1);
  }

  /** d/da Σ(a·b + sin a) = b + cos a and d/db = a, asked for by a node. */
  @Test
  void aNodeMayAskForGradients() {
    ModelProto.Builder m =
        Protos.opset(17)
            .input("a", DataType.FLOAT, 2)
            .input("b", DataType.FLOAT, 2)
            .node("Mul", List.of("a", "b"), "ab")
            .node("Sin", List.of("a"), "s")
            .node("Add", List.of("ab", "s"), "y")
            .output("da")
            .output("db")
            .build()
            .toBuilder();
    AttributeProto.Builder xs = AttributeProto.newBuilder().setName("xs");
    m.getGraphBuilder()
        .addNode(
            NodeProto.newBuilder()
                .setOpType("Gradient")
                .setDomain("ai.onnx.preview.training")
                .addAllInput(List.of("a", "b"))
                .addAllOutput(List.of("da", "db"))
                .addAttribute(xs.addStrings(Protos.bytes('a')).addStrings(Protos.bytes('b')))
                .addAttribute(Protos.text("y", "y")));
    Path file = Protos.write(folder.resolve("g.onnx"), m.build().toByteArray());
    HostTensor a = HostTensor.of(DataType.FLOAT, Shape.of(2), new double[] {0.5, -2});
    HostTensor b = HostTensor.of(DataType.FLOAT, Shape.of(2), new double[] {3, 4});
    List<HostTensor> g = new GraphRunner(OnnxModel.read(file), Engine.shared()).run(List.of(a, b));
    assertThat(g.get(0).doubles())
        .containsExactly(new double[] {3 + Math.cos(0.5), 4 + Math.cos(-2)}, within(1e-6));
    assertThat(g.get(1).doubles()).containsExactly(0.5, -2);
  }

  @Test
  void weightsBeforeASineLearn() {
    Path file =
        Protos.opset(17)
            .input("x", DataType.FLOAT, -1, 2)
            .weight("w", new int[] {2, 3}, .1f, .2f, -.3f, .3f, -.1f, .2f)
            .node("MatMul", List.of("x", "w"), "a")
            .node("Sin", List.of("a"), "y")
            .output("y")
            .write(folder.resolve("m.onnx"));
    TrainingStep step =
        TrainingStep.of(
            Formats.read(file).model(), Losses.crossEntropy(), Optimizers.adam(0.02), 3);
    Tensor x = Tensor.of(Shape.of(3, 2), 1, 0, 0, 1, -1, -1);
    Batch batch = new Batch(x, Tensor.of(Shape.of(3), 0, 1, 2), 3, 0);
    float first = step.trainOn(batch, Seed.of(0));
    float last = first;
    for (int i = 1; i < 40; i++) {
      last = step.trainOn(batch, Seed.of(i));
    }
    assertThat(last).isLessThan(0.8f * first);
  }
}
