package dev.fovea.formats.onnx;

import static dev.fovea.formats.onnx.Protos.integer;
import static dev.fovea.formats.onnx.Protos.ints;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fovea.formats.Description;
import dev.fovea.formats.FormatException;
import dev.fovea.formats.Formats;
import dev.fovea.formats.ImportedNetwork;
import dev.fovea.formats.Port;
import dev.fovea.formats.onnx.proto.Onnx.AttributeProto;
import dev.fovea.formats.onnx.proto.Onnx.FunctionProto;
import dev.fovea.formats.onnx.proto.Onnx.GraphProto;
import dev.fovea.formats.onnx.proto.Onnx.ModelProto;
import dev.fovea.formats.onnx.proto.Onnx.NodeProto;
import dev.fovea.formats.onnx.proto.Onnx.OperatorSetIdProto;
import dev.fovea.formats.onnx.proto.Onnx.StringStringEntryProto;
import dev.fovea.formats.onnx.proto.Onnx.TensorProto;
import dev.fovea.formats.onnx.tensors.DataType;
import dev.fovea.nn.Model;
import dev.fovea.op.Source;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What reading a file gives, and what it refuses. */
final class OnnxReaderTest {
  @TempDir private Path folder;

  /** A convolution of two channels to three, its batch norm, and a sum over each image. */
  private static Protos small() {
    return Protos.opset(13)
        .input("image", DataType.FLOAT, -1, 2, 4, 5)
        .weight("conv.weight", new int[] {3, 2, 1, 1}, 1, 2, 3, 4, 5, 6)
        .weight("conv.bias", new int[] {3}, 1, 2, 3)
        .weight("bn.scale", new int[] {3}, 1, 1, 1)
        .weight("bn.shift", new int[] {3}, 0, 0, 0)
        .weight("bn.mean", new int[] {3}, 0, 0, 0)
        .weight("bn.var", new int[] {3}, 1, 1, 1)
        .node("Conv", List.of("image", "conv.weight", "conv.bias"), "c")
        .node(
            "BatchNormalization",
            List.of("c", "bn.scale", "bn.shift", "bn.mean", "bn.var"),
            "n",
            Protos.number("epsilon", 0))
        .node("Relu", List.of("n"), "r")
        .node("GlobalAveragePool", List.of("r"), "g")
        .node("Flatten", List.of("g"), "logits")
        .output("logits");
  }

  private Path write(Protos p) {
    return p.write(folder.resolve("m.onnx"));
  }

  @Test
  void imagesComeChannelsLastAndTheBatchIsFree() {
    ImportedNetwork n = Formats.read(write(small()));
    assertThat(n.inputs()).containsExactly(Port.image("image", Shape.of(4, 5, 2)));
    assertThat(n.outputs()).containsExactly(Port.plain("logits", Shape.of(3)));
    assertThat(n.producer()).isEqualTo("a test");
    assertThat(n.operators()).containsEntry("Conv", 1).containsEntry("Relu", 1).hasSize(5);
    Tensor x = Tensor.full(Shape.of(3, 4, 5, 2), 1);
    // 1·1 + 2·1 + 1 = 4, 3 + 4 + 2 = 9, 5 + 6 + 3 = 14.
    assertThat(n.model().run(x).data()).containsExactly(4, 9, 14, 4, 9, 14, 4, 9, 14);
  }

  @Test
  void weightsAreParametersInFoveasLayout() {
    Model m = Formats.read(write(small())).model();
    assertThat(m.parameters().get("conv.weight").shape()).isEqualTo(Shape.of(1, 1, 2, 3));
    assertThat(m.parameters().tensor("conv.weight").data()).containsExactly(1, 3, 5, 2, 4, 6);
    assertThat(m.parameters().get("conv.weight").trainable()).isTrue();
    assertThat(m.parameters().get("bn.mean").trainable()).isFalse();
    assertThat(m.trace(2, true).updates().keySet())
        .extracting(Source.Parameter::name)
        .contains("bn.mean", "bn.var");
    assertThat(m.freeze("bn.*").trace(2, true).updates()).isEmpty();
  }

  @Test
  void aFixedBatchOfOneIsTakenAsFree() {
    Path file =
        write(
            Protos.opset(13)
                .input("x", DataType.FLOAT, 1, 1, 2, 2)
                .longs("shape", 1, 4)
                .node("Reshape", List.of("x", "shape"), "y")
                .output("y"));
    Tensor x = Tensor.of(Shape.of(2, 2, 2, 1), 1, 2, 3, 4, 5, 6, 7, 8);
    Tensor y = Formats.read(file).model().run(x);
    assertThat(y.shape()).isEqualTo(Shape.of(2, 4));
    assertThat(y.data()).containsExactly(1, 2, 3, 4, 5, 6, 7, 8);
  }

  @Test
  void shapesAreComputedWhenTheNetworkIsBuilt() {
    Path file =
        write(
            Protos.opset(11)
                .input("x", DataType.FLOAT, -1, 2, 3)
                .longs("zero", 0)
                .longs("rest", -1)
                .node("Shape", List.of("x"), "s")
                .node("Gather", List.of("s", "zero"), "n")
                .node("Concat", List.of("n", "rest"), "to", integer("axis", 0))
                .node("Reshape", List.of("x", "to"), "y")
                .output("y"));
    assertThat(Formats.read(file).outputs()).containsExactly(Port.plain("y", Shape.of(6)));
  }

  @Test
  void missingOperatorsAreListedAtOnce() {
    Path file =
        write(
            Protos.opset(13)
                .input("x", DataType.FLOAT, -1, 2)
                .node("Foo", List.of("x"), "a")
                .node("org.example", "Bar", List.of("a"), "b")
                .node("Relu", List.of("b"), "y")
                .output("y"));
    assertThatThrownBy(() -> Formats.read(file))
        .isInstanceOf(FormatException.class)
        .hasMessage(
            "m.onnx: needs operators that are not supported: Foo (the_Foo), org.example:Bar"
                + " (the_Bar)");
  }

  @Test
  void aFileThatCannotBeReadIsDescribedAllTheSame() {
    Protos p = Protos.opset(13).input("x", DataType.FLOAT, -1, 2).node("Relu", List.of("x"), "r0");
    for (int i = 0; i < 5; i++) {
      p.node("Foo", List.of("r" + i), "r" + (i + 1));
    }
    Path file = write(p.node("org.example", "Bar", List.of("r5"), "y").output("y"));
    Description d = Formats.description(file).orElseThrow();
    assertThat(d.producer()).isEqualTo("a test");
    assertThat(d.inputs()).containsExactly(new Description.Slot("x", Optional.of(List.of(-1, 2))));
    assertThat(d.outputs()).containsExactly(new Description.Slot("y", Optional.empty()));
    assertThat(d.operators()).isEqualTo(Map.of("Relu", 1, "Foo", 5, "org.example:Bar", 1));
    assertThat(d.missing())
        .isEqualTo(
            Map.of(
                "Foo", Collections.nCopies(5, "the_Foo"), "org.example:Bar", List.of("the_Bar")));
    assertThatThrownBy(() -> Formats.read(file))
        .hasMessageContaining("Foo (the_Foo, the_Foo, the_Foo and 2 more)");
  }

  @Test
  void namesOfBrokenFilesStayInTheLine() {
    Path file =
        write(
            Protos.opset(13)
                .input("x", DataType.FLOAT, -1, 2)
                .node("Fo\no", List.of("x"), "y")
                .output("y"));
    assertThatThrownBy(() -> Formats.read(file))
        .hasMessage("m.onnx: needs operators that are not supported: Fo o (the_Fo o)");
  }

  @Test
  void aShapeThatComesFromAnInputIsNamed() {
    Path file =
        write(
            Protos.opset(13)
                .input("x", DataType.FLOAT, -1, 4)
                .input("to", DataType.INT64, 2)
                .node("Reshape", List.of("x", "to"), "y")
                .output("y"));
    assertThatThrownBy(() -> Formats.read(file))
        .hasMessage(
            "m.onnx: Reshape the_Reshape: input 1 must be known when the network is built, but"
                + " depends on input to");
  }

  @Test
  void externalDataStaysInTheFolder() throws Exception {
    Path inner = Files.createDirectories(folder.resolve("model"));
    Files.write(folder.resolve("secret.bin"), new byte[8]);
    Files.write(inner.resolve("w.bin"), new byte[] {0, 0, 0, 0, 0, 0, (byte) 0x80, 0x3f});
    Files.createSymbolicLink(inner.resolve("link.bin"), folder.resolve("secret.bin"));
    assertThat(
            Formats.read(external(inner, "w.bin", "4"))
                .model()
                .run(Tensor.full(Shape.of(1, 1), 3))
                .item())
        .isEqualTo(4);
    for (String escape :
        List.of("../secret.bin", "link.bin", folder.resolve("secret.bin").toString())) {
      assertThatThrownBy(() -> Formats.read(external(inner, escape, "0")))
          .isInstanceOf(FormatException.class)
          .hasMessageContaining("is not a file in the model's folder");
    }
    assertThatThrownBy(() -> Formats.read(external(inner, "w.bin", "6")))
        .hasMessageContaining("w.bin holds 8 bytes, needs 4 from 6 on");
  }

  private static Path external(Path folder, String location, String offset) {
    TensorProto.Builder w =
        TensorProto.newBuilder()
            .setName("w")
            .setDataType(1)
            .addDims(1)
            .setDataLocation(TensorProto.DataLocation.EXTERNAL)
            .addExternalData(entry("location", location))
            .addExternalData(entry("offset", offset));
    return Protos.opset(13)
        .input("x", DataType.FLOAT, -1, 1)
        .initializer(w)
        .node("Add", List.of("x", "w"), "y")
        .output("y")
        .write(folder.resolve("m.onnx"));
  }

  private static StringStringEntryProto entry(String key, String value) {
    return StringStringEntryProto.newBuilder().setKey(key).setValue(value).build();
  }

  @Test
  void brokenFilesGiveOneLine() {
    byte[] good = small().build().toByteArray();
    for (int length : new int[] {0, 1, good.length / 2, good.length - 1}) {
      refused(Arrays.copyOf(good, length));
    }
    refused("not a model".getBytes(java.nio.charset.StandardCharsets.UTF_8));
  }

  @Test
  void tensorsMustHaveTheirBytes() {
    TensorProto.Builder huge =
        TensorProto.newBuilder()
            .setName("w")
            .setDataType(1)
            .addDims(1L << 30)
            .setRawData(Protos.bytes(1, 2));
    assertThatThrownBy(() ->
            Formats.read(
                write(
                    Protos.opset(13)
                        .input("x", DataType.FLOAT, -1, 1)
                        .initializer(huge)
                        .node("Add", List.of("x", "w"), "y")
                        .output("y"))))
        .isInstanceOf(FormatException.class)
        .hasMessageContaining("tensor w: [1073741824] of FLOAT needs 4294967296 bytes, got 2");
  }

  @Test
  void numbersThatWouldFillTheMemoryAreRefused() {
    Path file =
        write(
            Protos.opset(13)
                .input("x", DataType.FLOAT, -1, 1)
                .longs("shape", 30000, 30000)
                .node("ConstantOfShape", List.of("shape"), "c")
                .node("Sin", List.of("c"), "s")
                .node("Add", List.of("x", "s"), "y")
                .output("y"));
    assertThatThrownBy(() -> Formats.read(file))
        .isInstanceOf(FormatException.class)
        .hasMessageContaining("too large to be computed before the run");
  }

  @Test
  void graphsWithinGraphsAreBounded() {
    GraphProto.Builder inner = GraphProto.newBuilder();
    for (int i = 0; i < 200; i++) {
      NodeProto.Builder node =
          NodeProto.newBuilder()
              .setOpType("If")
              .addInput("c")
              .addOutput("y")
              .addAttribute(AttributeProto.newBuilder().setName("then_branch").setG(inner));
      inner = GraphProto.newBuilder().addNode(node);
    }
    refused(ModelProto.newBuilder().setGraph(inner).build().toByteArray());
  }

  private void refused(byte[] bytes) {
    Path file = Protos.write(folder.resolve("broken.onnx"), bytes);
    assertThatThrownBy(() -> Formats.read(file).model())
        .isInstanceOf(FormatException.class)
        .hasMessageStartingWith("broken.onnx: ")
        .hasMessageNotContaining("\n");
  }

  @Test
  void functionsOfTheFileArePutInPlace() {
    ModelProto.Builder proto =
        Protos.opset(13)
            .input("x", DataType.FLOAT, -1, 2)
            .node("mine", "Twice", List.of("x"), "y", ints("unused", 1))
            .output("y")
            .build()
            .toBuilder();
    proto.addFunctions(
        FunctionProto.newBuilder()
            .setDomain("mine")
            .setName("Twice")
            .addInput("a")
            .addOutput("b")
            .addAttribute("unused")
            .addNode(
                NodeProto.newBuilder()
                    .setOpType("Add")
                    .addInput("a")
                    .addInput("a")
                    .addOutput("b")));
    Path file = Protos.write(folder.resolve("f.onnx"), proto.build().toByteArray());
    Tensor y = Formats.read(file).model().run(Tensor.of(Shape.of(1, 2), 1, 2));
    assertThat(y.data()).containsExactly(2, 4);
  }

  /** Before opset 13 a softmax over axis 1 takes all later axes together: 1/4 each, not 1/2. */
  @Test
  void functionsHaveVersionsOfTheirOwn() {
    ModelProto.Builder proto =
        Protos.opset(13)
            .input("x", DataType.FLOAT, -1, 2, 2)
            .node("mine", "Old", List.of("x"), "y")
            .output("y")
            .build()
            .toBuilder();
    proto.addFunctions(
        FunctionProto.newBuilder()
            .setDomain("mine")
            .setName("Old")
            .addInput("a")
            .addOutput("b")
            .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(11))
            .addNode(
                NodeProto.newBuilder()
                    .setOpType("Softmax")
                    .addAttribute(integer("axis", 1))
                    .addInput("a")
                    .addOutput("b")));
    Path file = Protos.write(folder.resolve("f.onnx"), proto.build().toByteArray());
    Tensor y = Formats.read(file).model().run(Tensor.zeros(Shape.of(1, 2, 2)));
    assertThat(y.data()).containsExactly(.25f, .25f, .25f, .25f);
  }

  @Test
  void otherFilesAreNoNetworks() {
    Path file = Protos.write(folder.resolve("m.txt"), new byte[] {1});
    assertThatThrownBy(() -> Formats.read(file))
        .isInstanceOf(FormatException.class)
        .hasMessageStartingWith("m.txt: not a network of a known format; known: ")
        .hasMessageContaining("ONNX");
  }
}
