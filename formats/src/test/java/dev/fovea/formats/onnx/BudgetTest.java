package dev.fovea.formats.onnx;

import static dev.fovea.formats.onnx.Protos.ints;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fovea.formats.FormatException;
import dev.fovea.formats.Formats;
import dev.fovea.formats.onnx.operators.ElementFunctions;
import dev.fovea.formats.onnx.proto.Onnx.AttributeProto;
import dev.fovea.formats.onnx.proto.Onnx.FunctionProto;
import dev.fovea.formats.onnx.proto.Onnx.GraphProto;
import dev.fovea.formats.onnx.proto.Onnx.ModelProto;
import dev.fovea.formats.onnx.proto.Onnx.NodeProto;
import dev.fovea.formats.onnx.proto.Onnx.ValueInfoProto;
import dev.fovea.formats.onnx.tensors.DataType;
import dev.fovea.formats.onnx.tensors.HostTensor;
import dev.fovea.tensor.Shape;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Small files that would cost without end. */
final class BudgetTest {
  @TempDir private Path folder;

  private void refused(ModelProto model, String why) {
    Path file = Protos.write(folder.resolve("m.onnx"), model.toByteArray());
    assertThatThrownBy(() -> Formats.read(file))
        .isInstanceOf(FormatException.class)
        .hasMessageStartingWith("m.onnx: ")
        .hasMessageContaining(why)
        .hasMessageNotContaining("\n");
  }

  private static Protos begin() {
    return Protos.opset(13).input("x", DataType.FLOAT, 1, 2);
  }

  private static ValueInfoProto.Builder name(String name) {
    return ValueInfoProto.newBuilder().setName(name);
  }

  private static NodeProto.Builder loop(GraphProto.Builder body) {
    return NodeProto.newBuilder()
        .setOpType("Loop")
        .addInput("turns")
        .addInput("")
        .addInput("x")
        .addOutput("y")
        .addAttribute(AttributeProto.newBuilder().setName("body").setG(body));
  }

  private static GraphProto.Builder body(NodeProto.Builder node) {
    return GraphProto.newBuilder()
        .addInput(name("i"))
        .addInput(name("going"))
        .addInput(name("x"))
        .addNode(node)
        .addOutput(name("going"))
        .addOutput(name("y"));
  }

  /** Ten loops within each other, of 5,000 turns each. */
  @Test
  void loopsWithinLoopsAreBounded() {
    NodeProto.Builder node =
        NodeProto.newBuilder().setOpType("Identity").addInput("x").addOutput("y");
    for (int i = 0; i < 10; i++) {
      node = loop(body(node));
    }
    ModelProto.Builder m = begin().longs("turns", 5000).output("y").build().toBuilder();
    m.getGraphBuilder().addNode(node);
    refused(m.build(), "unrolls to more than");
  }

  /** Fourteen functions, each of which calls the next fifty times. */
  @Test
  void functionsThatCallEachOtherAreBounded() {
    ModelProto.Builder m =
        begin().node("f", "f0", List.of("x"), "y").output("y").build().toBuilder();
    for (int i = 0; i < 14; i++) {
      FunctionProto.Builder f =
          FunctionProto.newBuilder().setDomain("f").setName("f" + i).addInput("a").addOutput("b");
      for (int k = 0; k < 50; k++) {
        NodeProto.Builder n = NodeProto.newBuilder().addInput("a").addOutput("b");
        f.addNode(i == 13 ? n.setOpType("Relu") : n.setOpType("f" + (i + 1)).setDomain("f"));
      }
      m.addFunctions(f);
    }
    refused(m.build(), "unrolls to more than");
  }

  @Test
  void memoryIsBoundedInAll() {
    Protos p = begin().longs("shape", 1, 1 << 22).node("ConstantOfShape", List.of("shape"), "c0");
    for (int i = 0; i < 12; i++) {
      p.node("Cos", List.of("c" + i), "c" + (i + 1));
    }
    refused(
        p.node("Concat", List.of("x", "c12"), "y", Protos.integer("axis", 1)).output("y").build(),
        "numbers before the run");
  }

  /** The determinant of a matrix of 2,000 rows takes 8 · 10⁹ steps. */
  @Test
  void workIsBoundedInAll() {
    refused(
        begin()
            .longs("shape", 2000, 2000)
            .node("ConstantOfShape", List.of("shape"), "c")
            .node("Det", List.of("c"), "d")
            .node("Add", List.of("x", "d"), "y")
            .output("y")
            .build(),
        "steps before the run");
  }

  /** A tensor of one repeated number takes no memory, but a list of its places would take much. */
  @Test
  void placesInLargeTensorsAreBounded() {
    Protos p =
        begin()
            .longs("shape", 1 << 28)
            .longs("one", 1)
            .node("ConstantOfShape", List.of("shape"), "large");
    refused(
        p.node("TopK", List.of("large", "one"), "y").output("y").build(),
        "too large to be computed before the run");
    for (String type : List.of("GatherND", "ScatterND", "NonMaxSuppression")) {
      Protos q =
          begin()
              .longs("column", 1 << 27, 1)
              .longs("boxes", 1, 1 << 25, 4)
              .longs("scores", 1, 1, 1 << 25)
              .weight("few", new int[] {2, 0})
              .node("ConstantOfShape", List.of("column"), "indices")
              .node("ConstantOfShape", List.of("boxes"), "b")
              .node("ConstantOfShape", List.of("scores"), "s");
      List<String> in =
          switch (type) {
            case "GatherND" -> List.of("few", "indices");
            case "ScatterND" -> List.of("few", "indices", "few");
            default -> List.of("b", "s");
          };
      refused(q.node(type, in, "y").output("y").build(), "too large to be computed before the run");
    }
  }

  @Test
  void windowsOfNothingButPaddingAreNotWalkedToLearnAShape() {
    ModelProto.Builder m =
        Protos.opset(13).input("x", DataType.FLOAT, 1, 1, 4, 4).output("y").build().toBuilder();
    m.getGraphBuilder()
        .addNode(
            NodeProto.newBuilder()
                .setOpType("MaxPool")
                .addInput("x")
                .addOutput("y")
                .addOutput("places")
                .addAttribute(ints("kernel_shape", 30000, 30000))
                .addAttribute(ints("pads", 15000, 15000, 15000, 15000)));
    Path file = Protos.write(folder.resolve("m.onnx"), m.build().toByteArray());
    assertThat(Formats.read(file).outputs()).hasSize(1);
  }

  /** Each Cast reads from the one before; 30,000 of them read without a deep stack. */
  @Test
  void longChainsDoNotOverflowTheStack() {
    Protos p = begin().weight("c0", new int[] {2}, 1, 2);
    int n = 30_000;
    for (int i = 0; i < n; i++) {
      p.node("Cast", List.of("c" + i), "c" + (i + 1), Protos.integer("to", i % 2 == 0 ? 11 : 1));
    }
    Path file =
        p.node("Add", List.of("x", "c" + n), "y").output("y").write(folder.resolve("m.onnx"));
    float[] y =
        Formats.read(file).model().run(dev.fovea.tensor.Tensor.of(Shape.of(1, 2), 1, 1)).data();
    assertThat(y).containsExactly(2, 3);
  }

  @Test
  void tensorsThatChooseBetweenEachOtherAreNotReadTwiceAsOftenEachTime() {
    HostTensor t = HostTensor.of(DataType.FLOAT, Shape.of(2), new double[] {1, 0});
    for (int i = 0; i < 200; i++) {
      t = ElementFunctions.where(t, t, t);
    }
    assertThat(t.doubles()).containsExactly(1, 0);
  }

  @Test
  void repeatsBordersAndExtentsAreChecked() {
    refused(
        begin()
            .longs("times", 1, 2_000_000_000)
            .node("Tile", List.of("x", "times"), "y")
            .output("y")
            .build(),
        "Tile");
    refused(
        begin()
            .longs("pads", 0, 2_000_000_000, 0, 2_000_000_000)
            .node("Pad", List.of("x", "pads"), "y", Protos.text("mode", "edge"))
            .output("y")
            .build(),
        "widths of at most");
    refused(
        begin()
            .weight("none", new int[] {0})
            .longs("sizes", 1, 30_000_000)
            .node(
                "Resize", List.of("x", "none", "none", "sizes"), "y", Protos.text("mode", "linear"))
            .output("y")
            .build(),
        "cannot make");
    int[] times = {1, 3};
    Path file =
        begin()
            .longs("times", Arrays.stream(times).asLongStream().toArray())
            .node("Tile", List.of("x", "times"), "y")
            .output("y")
            .write(folder.resolve("t.onnx"));
    float[] y =
        Formats.read(file).model().run(dev.fovea.tensor.Tensor.of(Shape.of(1, 2), 4, 5)).data();
    assertThat(y).containsExactly(4, 5, 4, 5, 4, 5);
  }
}
