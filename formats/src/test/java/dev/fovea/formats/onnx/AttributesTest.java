package dev.fovea.formats.onnx;

import static dev.fovea.formats.onnx.Protos.integer;
import static dev.fovea.formats.onnx.Protos.ints;
import static dev.fovea.formats.onnx.Protos.number;
import static dev.fovea.formats.onnx.Protos.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.UnknownFieldSet;
import dev.fovea.formats.FormatException;
import dev.fovea.formats.Formats;
import dev.fovea.formats.ImportedNetwork;
import dev.fovea.formats.onnx.proto.Onnx.AttributeProto;
import dev.fovea.formats.onnx.proto.Onnx.FunctionProto;
import dev.fovea.formats.onnx.proto.Onnx.ModelProto;
import dev.fovea.formats.onnx.proto.Onnx.NodeProto;
import dev.fovea.formats.onnx.proto.Onnx.OperatorSetIdProto;
import dev.fovea.formats.onnx.tensors.DataType;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * No attribute of a node and no field of a file is passed over: each is obeyed, is without effect,
 * or is refused.
 */
final class AttributesTest {
  @TempDir private Path folder;

  private ImportedNetwork read(Protos p) {
    return Formats.read(p.output("y").write(folder.resolve("a.onnx")));
  }

  private void refused(Protos p, String line) {
    assertThatThrownBy(() -> read(p))
        .isInstanceOf(FormatException.class)
        .hasMessageEndingWith(line);
  }

  private static Protos convolution(AttributeProto... attributes) {
    return Protos.opset(13)
        .input("x", DataType.FLOAT, 1, 1, 4, 4)
        .weight("w", new int[] {1, 1, 2, 2}, 1, 2, 3, 4)
        .node("Conv", List.of("x", "w"), "y", attributes);
  }

  private static Protos unary(int opset, String type, AttributeProto... attributes) {
    return Protos.opset(opset)
        .input("x", DataType.FLOAT, 1, 4)
        .node(type, List.of("x"), "y", attributes);
  }

  @Test
  void attributesThatNoOperatorAsksForAreRefused() {
    refused(convolution(integer("foo", 1)), "Conv the_Conv: attribute foo is not supported");
    refused(
        convolution(integer("foo", 1), ints("pads", 1, 1, 1, 1), text("bar", "a")),
        "Conv the_Conv: attributes foo, bar are not supported");
    refused(unary(13, "Relu", number("alpha", 1)), "attribute alpha is not supported");
  }

  /** The bounds of a Clip are operands from opset 11 on. */
  @Test
  void attributesOfOtherVersionsAreRefused() {
    refused(unary(13, "Clip", number("min", 0)), "Clip the_Clip: attribute min is not supported");
    assertThat(read(unary(6, "Clip", number("min", 0))).outputs()).hasSize(1);
  }

  @Test
  void attributesWithoutEffectAreTaken() {
    read(unary(1, "Relu", ints("consumed_inputs", 0)));
    read(unary(7, "Dropout", number("ratio", 0.5f), integer("seed", 3)));
  }

  @Test
  void defaultsMayBeWritten() {
    read(
        convolution(
            text("auto_pad", "NOTSET"),
            ints("dilations", 1, 1),
            integer("group", 1),
            ints("kernel_shape", 2, 2),
            ints("pads", 0, 0, 0, 0),
            ints("strides", 1, 1)));
    read(
        Protos.opset(21)
            .input("x", DataType.UINT8, 1, 4)
            .weight("s", new int[] {}, 0.5f)
            .node(
                "DequantizeLinear",
                List.of("x", "s"),
                "y",
                integer("axis", 1),
                integer("block_size", 0)));
  }

  @Test
  void attributesOfAnotherTypeOrGivenTwiceAreRefused() {
    refused(convolution(number("group", 1)), "attribute group must be of type INT, got FLOAT");
    refused(convolution(integer("group", 1), integer("group", 1)), "has attribute group twice");
  }

  @Test
  void aKernelUnlikeTheWeightsIsRefused() {
    refused(
        convolution(ints("kernel_shape", 3, 3)),
        "kernel_shape [3, 3] is not that of the weights: [2, 2]");
  }

  @Test
  void functionsAreGivenOnlyWhatTheyDeclare() {
    FunctionProto body =
        FunctionProto.newBuilder()
            .setDomain("own")
            .setName("Twice")
            .addInput("a")
            .addOutput("b")
            .addAttribute("slope")
            .addNode(
                NodeProto.newBuilder().setOpType("Add").addInput("a").addInput("a").addOutput("b"))
            .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(13))
            .build();
    assertThat(read(body, "slope").outputs()).hasSize(1);
    assertThatThrownBy(() -> read(body, "other"))
        .hasMessageEndingWith("Twice the_Twice: attribute other is not supported");
  }

  @Test
  void fieldsThatTheReaderDoesNotKnowAreRefused() {
    assertThat(withField(9).outputs()).hasSize(1);
    assertThatThrownBy(() -> withField(99))
        .hasMessage(
            "g.onnx: field 99 of a NodeProto is not known: newer than this reader, or broken");
  }

  /** Reads a file with a text in a field of its node; field 9 is that of texts for people. */
  private ImportedNetwork withField(int number) {
    ModelProto.Builder model = unary(13, "Relu").output("y").build().toBuilder();
    UnknownFieldSet.Field text =
        UnknownFieldSet.Field.newBuilder().addLengthDelimited(Protos.bytes(10, 1, 97)).build();
    model
        .getGraphBuilder()
        .getNodeBuilder(0)
        .setUnknownFields(UnknownFieldSet.newBuilder().addField(number, text).build());
    return Formats.read(Protos.write(folder.resolve("g.onnx"), model.build().toByteArray()));
  }

  private ImportedNetwork read(FunctionProto body, String attribute) {
    Protos p =
        Protos.opset(13)
            .input("x", DataType.FLOAT, 1, 4)
            .node("own", "Twice", List.of("x"), "y", number(attribute, 1))
            .output("y");
    byte[] bytes = p.build().toBuilder().addFunctions(body).build().toByteArray();
    return Formats.read(Protos.write(folder.resolve("f.onnx"), bytes));
  }
}
