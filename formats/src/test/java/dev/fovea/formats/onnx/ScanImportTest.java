package dev.fovea.formats.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.fovea.engine.graph.Graph;
import dev.fovea.formats.Formats;
import dev.fovea.formats.onnx.proto.Onnx.AttributeProto;
import dev.fovea.formats.onnx.proto.Onnx.GraphProto;
import dev.fovea.formats.onnx.proto.Onnx.ModelProto;
import dev.fovea.formats.onnx.proto.Onnx.NodeProto;
import dev.fovea.formats.onnx.proto.Onnx.ValueInfoProto;
import dev.fovea.formats.onnx.tensors.DataType;
import dev.fovea.nn.Model;
import dev.fovea.op.Scan;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Scans of ONNX: sums s ← s + x and products s·x of the places of an axis. */
final class ScanImportTest {
  private static final int LENGTH = 3;
  private static final int WIDE = 2;

  @TempDir private Path folder;

  private static ValueInfoProto.Builder name(String name) {
    return ValueInfoProto.newBuilder().setName(name);
  }

  private static NodeProto.Builder node(String type, String a, String b, String y) {
    return NodeProto.newBuilder().setOpType(type).addInput(a).addInput(b).addOutput(y);
  }

  private static GraphProto body(String product) {
    return GraphProto.newBuilder()
        .addInput(name("s"))
        .addInput(name("part"))
        .addNode(node("Add", "s", "part", "sum"))
        .addNode(node("Mul", "sum", "part", product))
        .addOutput(name("sum"))
        .addOutput(name(product))
        .build();
  }

  private Model read(GraphProto body, int axis, int join, int back, int turned) {
    int[] dims = axis == 0 ? new int[] {LENGTH, -1, WIDE} : new int[] {-1, LENGTH, WIDE};
    AttributeProto graph =
        AttributeProto.newBuilder()
            .setName("body")
            .setType(AttributeProto.AttributeType.GRAPH)
            .setG(body)
            .build();
    ModelProto.Builder m =
        Protos.opset(13)
            .input("x", DataType.FLOAT, dims)
            .input("first", DataType.FLOAT, -1, WIDE)
            .output("last")
            .output("all")
            .build()
            .toBuilder();
    m.getGraphBuilder()
        .addNode(
            NodeProto.newBuilder()
                .setOpType("Scan")
                .addInput("first")
                .addInput("x")
                .addOutput("last")
                .addOutput("all")
                .addAttribute(graph)
                .addAttribute(Protos.integer("num_scan_inputs", 1))
                .addAttribute(Protos.ints("scan_input_axes", axis))
                .addAttribute(Protos.ints("scan_output_axes", join))
                .addAttribute(Protos.ints("scan_input_directions", back))
                .addAttribute(Protos.ints("scan_output_directions", turned)));
    Path file = Protos.write(folder.resolve("m.onnx"), m.build().toByteArray());
    return Formats.read(file).model();
  }

  private static boolean isScan(Model m) {
    return Graph.topological(m.trace(1, false).outputs()).stream()
        .anyMatch(v -> v.op() instanceof Scan);
  }

  /** Results that are written against the order of turns are put together turn by turn. */
  @ParameterizedTest
  @CsvSource({"1,1,0,0", "1,1,1,1", "1,2,0,0", "1,2,1,1", "1,1,0,1", "1,1,1,0"})
  void sumsAndProducts(int axis, int join, int back, int turned) {
    Model m = read(body("product"), axis, join, back, turned);
    assertThat(isScan(m)).isEqualTo(back == turned);
    int samples = 2;
    Tensor x = Tensor.zeros(Shape.of(samples, LENGTH, WIDE));
    Tensor first = Tensor.zeros(Shape.of(samples, WIDE));
    for (int i = 0; i < x.data().length; i++) {
      x.data()[i] = i * i % 7 - 2.5f;
    }
    for (int i = 0; i < first.data().length; i++) {
      first.data()[i] = 0.5f * i;
    }
    List<Tensor> results = m.run(List.of(x, first));
    for (int n = 0; n < samples; n++) {
      for (int c = 0; c < WIDE; c++) {
        float sum = first.data()[n * WIDE + c];
        for (int turn = 0; turn < LENGTH; turn++) {
          int from = back == 1 ? LENGTH - 1 - turn : turn;
          int to = turned == 1 ? LENGTH - 1 - turn : turn;
          float part = x.data()[(n * LENGTH + from) * WIDE + c];
          sum += part;
          int at = join == 1 ? (n * LENGTH + to) * WIDE + c : (n * WIDE + c) * LENGTH + to;
          assertThat(results.get(1).data()[at]).isCloseTo(sum * part, within(1e-5f));
        }
        assertThat(results.get(0).data()[n * WIDE + c]).isCloseTo(sum, within(1e-5f));
      }
    }
  }

  /** A number that a turn must know beforehand is counted turn by turn. */
  @Test
  void turnsThatMustKnowTheirStateAreWalkedOneByOne() {
    ModelProto.Builder m =
        Protos.opset(13)
            .input("x", DataType.FLOAT, -1, LENGTH)
            .longs("zero", 0)
            .longs("one", 1)
            .output("y")
            .build()
            .toBuilder();
    GraphProto body =
        GraphProto.newBuilder()
            .addInput(name("i"))
            .addInput(name("part"))
            .addNode(node("Add", "i", "one", "next"))
            .addNode(node("Expand", "part", "next", "wide"))
            .addNode(node("Mul", "part", "part", "square"))
            .addOutput(name("next"))
            .addOutput(name("square"))
            .build();
    m.getGraphBuilder()
        .addNode(
            NodeProto.newBuilder()
                .setOpType("Scan")
                .addInput("zero")
                .addInput("x")
                .addOutput("")
                .addOutput("y")
                .addAttribute(
                    AttributeProto.newBuilder()
                        .setName("body")
                        .setType(AttributeProto.AttributeType.GRAPH)
                        .setG(body))
                .addAttribute(Protos.integer("num_scan_inputs", 1))
                .addAttribute(Protos.ints("scan_input_axes", 1))
                .addAttribute(Protos.ints("scan_output_axes", 1)));
    Path file = Protos.write(folder.resolve("m.onnx"), m.build().toByteArray());
    Model model = Formats.read(file).model();
    assertThat(isScan(model)).isFalse();
    Tensor y = model.run(Tensor.of(Shape.of(1, LENGTH), 1, -2, 3));
    assertThat(y.data()).containsExactly(1, 4, 9);
  }
}
