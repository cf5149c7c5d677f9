package dev.fovea.formats.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fovea.formats.Formats;
import dev.fovea.formats.onnx.proto.Onnx.FunctionProto;
import dev.fovea.formats.onnx.proto.Onnx.ModelProto;
import dev.fovea.formats.onnx.proto.Onnx.NodeProto;
import dev.fovea.formats.onnx.tensors.DataType;
import dev.fovea.nn.Model;
import dev.fovea.op.HostCall;
import dev.fovea.op.Value;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Weights that are used more than once, and batches that a file does not name. */
final class SharedWeightsTest {
  @TempDir private Path folder;

  private Model model(Protos p) {
    return Formats.read(p.write(folder.resolve("m.onnx"))).model();
  }

  /** The same four numbers as a row and as a column. */
  @Test
  void oneWeightInTwoShapesIsOneParameter() {
    Model m =
        model(
            Protos.opset(13)
                .input("x", DataType.FLOAT, -1, 2, 2)
                .weight("w", new int[] {2}, 10, 20)
                .longs("zero", 0)
                .longs("one", 1)
                .node("Unsqueeze", List.of("w", "zero"), "row")
                .node("Unsqueeze", List.of("w", "one"), "column")
                .node("Add", List.of("x", "row"), "a")
                .node("Mul", List.of("a", "column"), "y")
                .output("y"));
    assertThat(m.parameters().count(false)).isEqualTo(2);
    Tensor y = m.run(Tensor.of(Shape.of(1, 2, 2), 1, 2, 3, 4));
    assertThat(y.data()).containsExactly(110, 220, 260, 480);
  }

  /** Within the function both weights are called "b", and are computed from its operands. */
  @Test
  void computedWeightsOfTwoCallsAreTwo() {
    NodeProto.Builder dequantize =
        NodeProto.newBuilder()
            .setOpType("DequantizeLinear")
            .addInput("q")
            .addInput("s")
            .addOutput("w");
    NodeProto.Builder product =
        NodeProto.newBuilder().setOpType("MatMul").addInput("a").addInput("w").addOutput("b");
    FunctionProto.Builder f =
        FunctionProto.newBuilder()
            .setDomain("f")
            .setName("Product")
            .addAllInput(List.of("a", "q", "s"))
            .addOutput("b")
            .addNode(dequantize)
            .addNode(product);
    ModelProto p =
        Protos.opset(13)
            .input("x", DataType.FLOAT, -1, 2)
            .initializer(int8("q1", 1, 0, 0, 1))
            .initializer(int8("q2", 0, 3, 5, 0))
            .weight("s", new int[0], 2)
            .node("f", "Product", List.of("x", "q1", "s"), "h")
            .node("f", "Product", List.of("h", "q2", "s"), "y")
            .output("y")
            .build();
    Path file =
        Protos.write(folder.resolve("f.onnx"), p.toBuilder().addFunctions(f).build().toByteArray());
    Tensor y = Formats.read(file).model().run(Tensor.of(Shape.of(1, 2), 1, 2));
    assertThat(y.data()).containsExactly(40, 12);
  }

  private static dev.fovea.formats.onnx.proto.Onnx.TensorProto.Builder int8(
      String name, int... values) {
    return Protos.tensor(name, new int[] {2, 2})
        .setDataType(DataType.INT8.code())
        .setRawData(Protos.bytes(values));
  }

  @Test
  void targetsWrittenForOneSampleHoldForMore() {
    Model m =
        model(
            Protos.opset(13)
                .input("x", DataType.FLOAT, 1, 3, 2)
                .longs("rows", 1, -1)
                .weight("w", new int[] {6, 1}, 1, 1, 1, 1, 1, 1)
                .node("Reshape", List.of("x", "rows"), "r")
                .node("Gemm", List.of("r", "w"), "y")
                .output("y"));
    Tensor two = Tensor.of(Shape.of(2, 3, 2), 1, 2, 3, 4, 5, 6, 10, 20, 30, 40, 50, 60);
    assertThat(m.run(two).data()).containsExactly(21, 210);
  }

  @Test
  void targetsWrittenForTwoSamplesHoldForOneAndThree() {
    Model m =
        model(
            Protos.opset(13)
                .input("x", DataType.FLOAT, 2, 2, 2)
                .longs("rows", 2, -1)
                .longs("back", 2, 2, 2)
                .node("Reshape", List.of("x", "rows"), "r")
                .node("Reshape", List.of("r", "back"), "y")
                .output("y"));
    for (int n : new int[] {1, 2, 3}) {
      Tensor x = Tensor.full(Shape.of(n, 2, 2), 3);
      assertThat(m.run(x).shape()).isEqualTo(Shape.of(n, 2, 2));
    }
  }

  /** A token that stands before those of each sample, written for one sample. */
  @Test
  void partsWrittenForOneSampleAreInEach() {
    Model m =
        model(
            Protos.opset(13)
                .input("x", DataType.FLOAT, 1, 1, 2)
                .weight("token", new int[] {1, 1, 2}, 7, 8)
                .node("Concat", List.of("token", "x"), "y", Protos.integer("axis", 1))
                .output("y"));
    assertThat(m.run(Tensor.of(Shape.of(2, 1, 2), 1, 2, 3, 4)).data())
        .containsExactly(7, 8, 1, 2, 7, 8, 3, 4);
  }

  @Test
  void trainingThroughACallIsRefused() {
    HostCall call = new HostCall("TopK", Shape.scalar(), (in, out) -> out.put(0, 0));
    Value y = Value.of(call, Value.constant(1));
    assertThatThrownBy(() -> call.gradient(y, y))
        .isInstanceOf(FoveaException.class)
        .hasMessageStartingWith("TopK: no gradient flows through it");
  }
}
