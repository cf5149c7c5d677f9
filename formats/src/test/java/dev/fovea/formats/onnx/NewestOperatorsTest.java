package dev.fovea.formats.onnx;

import static dev.fovea.formats.onnx.Protos.integer;
import static dev.fovea.formats.onnx.Protos.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.fovea.engine.Engine;
import dev.fovea.formats.Description;
import dev.fovea.formats.Formats;
import dev.fovea.formats.onnx.file.OnnxModel;
import dev.fovea.formats.onnx.network.GraphRunner;
import dev.fovea.formats.onnx.proto.Onnx.AttributeProto;
import dev.fovea.formats.onnx.proto.Onnx.GraphProto;
import dev.fovea.formats.onnx.proto.Onnx.NodeProto;
import dev.fovea.formats.onnx.proto.Onnx.ValueInfoProto;
import dev.fovea.formats.onnx.tensors.DataType;
import dev.fovea.formats.onnx.tensors.HostTensor;
import dev.fovea.tensor.Shape;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Operators and element types of the newest opsets; expected numbers by their formulas. */
final class NewestOperatorsTest {
  @TempDir private Path folder;

  private HostTensor run(
      int opset, String type, List<HostTensor> in, AttributeProto... attributes) {
    Protos p = Protos.opset(opset);
    List<String> names = new ArrayList<>();
    for (int i = 0; i < in.size(); i++) {
      names.add("x" + i);
      p.input("x" + i, in.get(i).type(), in.get(i).shape().dims());
    }
    p.node(type, names, "y", attributes).output("y");
    return run(p, in);
  }

  private HostTensor run(Protos p, List<HostTensor> in) {
    Path file = p.write(folder.resolve("m.onnx"));
    return new GraphRunner(OnnxModel.read(file), Engine.shared()).run(in).get(0);
  }

  private static HostTensor floats(int[] dims, double... values) {
    return HostTensor.of(DataType.FLOAT, Shape.of(dims), values);
  }

  private static HostTensor list(DataType type, double... values) {
    return HostTensor.of(type, Shape.of(values.length), values);
  }

  private HostTensor cast(DataType to, boolean saturate, double... values) {
    return run(
        24,
        "Cast",
        List.of(list(DataType.FLOAT, values)),
        integer("to", to.code()),
        integer("saturate", saturate ? 1 : 0));
  }

  @Test
  void floatsOf8BitsRoundToEvenAndEndAtTheirGreatest() {
    // Between 16 and 32 numbers of 3 bits of fraction lie 2 apart: 17 and 19 are ties.
    assertThat(cast(DataType.FLOAT8E4M3FN, true, 17, 19, 1000, -1000, 0.1).doubles())
        .containsExactly(16, 20, 448, -448, 0.1015625);
    assertThat(cast(DataType.FLOAT8E4M3FN, false, 1000).doubles()).containsExactly(Double.NaN);
    assertThat(cast(DataType.FLOAT8E5M2, false, 1e6, -1e6).doubles())
        .containsExactly(Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY);
    assertThat(cast(DataType.FLOAT8E5M2FNUZ, true, 1e6).doubles()).containsExactly(57344);
    assertThat(cast(DataType.FLOAT4E2M1, true, 5, 2.5, 100, -0.3).doubles())
        .containsExactly(4, 2, 6, -0.5);
    assertThat(cast(DataType.FLOAT8E8M0, true, 3, 4, 0).doubles())
        .containsExactly(4, 4, Math.scalb(1.0, -127));
  }

  @Test
  void wholeNumbersOf4And2BitsWrap() {
    assertThat(cast(DataType.INT4, true, 7, -8, 9).doubles()).containsExactly(7, -8, -7);
    assertThat(cast(DataType.UINT2, true, 3, 5).doubles()).containsExactly(3, 1);
  }

  @Test
  void weightsOf4BitsLieTwoInAByteTheFirstInItsLowerHalf() {
    Protos p =
        Protos.opset(21)
            .input("x", DataType.FLOAT, 3)
            .initializer(
                Protos.tensor("q", new int[] {3})
                    .clearFloatData()
                    .setDataType(DataType.INT4.code())
                    .setRawData(Protos.bytes(0x7F, 0x08)))
            .weight("s", new int[] {}, 0.5f)
            .node("DequantizeLinear", List.of("q", "s"), "w")
            .node("Add", List.of("x", "w"), "y")
            .output("y");
    // The bytes 7F and 08 are −1, 7 and −8.
    assertThat(run(p, List.of(floats(new int[] {3}, 0, 0, 0))).doubles())
        .containsExactly(-0.5, 3.5, -4);
  }

  @Test
  void shiftsToTheRightKeepTheSign() {
    HostTensor y =
        run(
            28,
            "BitShift",
            List.of(list(DataType.INT8, -128, -1, 64, 5), list(DataType.INT8, 1, 9, -1, 1)),
            text("direction", "RIGHT"));
    assertThat(y.doubles()).containsExactly(-64, -1, 0, 2);
  }

  @Test
  void aVectorOfZerosHasNoDirection() {
    HostTensor y = run(22, "LpNormalization", List.of(floats(new int[] {2, 2}, 0, 0, 3, 4)));
    assertThat(y.doubles()).containsExactly(new double[] {0, 0, 0.6, 0.8}, within(1e-6));
  }

  @Test
  void nothingIsTheLeastOfItsType() {
    HostTensor y =
        run(
            20,
            "ReduceMax",
            List.of(list(DataType.BOOL).reshape(Shape.of(0, 2)), HostTensor.longs(0)),
            integer("keepdims", 0));
    assertThat(y.doubles()).containsExactly(0, 0);
  }

  @Test
  void productsRunAlongAnAxis() {
    HostTensor y =
        run(
            26,
            "CumProd",
            List.of(floats(new int[] {4}, 1, 2, 3, 4), HostTensor.longs(0).reshape(Shape.scalar())),
            integer("exclusive", 1));
    assertThat(y.doubles()).containsExactly(1, 1, 2, 6);
  }

  @Test
  void aCosineHasTwoFrequencies() {
    double[] x = new double[8];
    for (int i = 0; i < x.length; i++) {
      x[i] = Math.cos(2 * Math.PI * i / 8);
    }
    HostTensor y = run(17, "DFT", List.of(floats(new int[] {1, 8, 1}, x)));
    double[] expected = new double[16];
    expected[2] = 4;
    expected[14] = 4;
    assertThat(y.shape()).isEqualTo(Shape.of(1, 8, 2));
    assertThat(y.doubles()).containsExactly(expected, within(1e-6));
  }

  @Test
  void windowsAreSymmetricIfAskedTo() {
    HostTensor four = HostTensor.longs(5).reshape(Shape.scalar());
    assertThat(run(17, "HannWindow", List.of(four), integer("periodic", 0)).doubles())
        .containsExactly(new double[] {0, 0.5, 1, 0.5, 0}, within(1e-6));
  }

  @Test
  void aCacheIsWrittenAtAPlacePerSample() {
    HostTensor y =
        run(
            24,
            "TensorScatter",
            List.of(
                floats(new int[] {2, 3, 1}, 0, 0, 0, 0, 0, 0),
                floats(new int[] {2, 2, 1}, 1, 2, 3, 4),
                HostTensor.longs(1, 2)),
            text("mode", "circular"));
    assertThat(y.doubles()).containsExactly(0, 1, 2, 4, 0, 3);
  }

  @Test
  void attentionWeighsValuesByTheSoftmaxOfScores() {
    HostTensor q = floats(new int[] {1, 1, 2, 1}, 1, 2);
    HostTensor k = floats(new int[] {1, 1, 2, 1}, 1, 0);
    HostTensor v = floats(new int[] {1, 1, 2, 1}, 10, 20);
    // The first query sees the first key only; the second has scores 2 and 0.
    double share = Math.exp(2) / (Math.exp(2) + 1);
    assertThat(run(23, "Attention", List.of(q, k, v), integer("is_causal", 1)).doubles())
        .containsExactly(new double[] {10, 10 * share + 20 * (1 - share)}, within(1e-5));
  }

  @Test
  void aQueryWithoutAnyKeyGivesZero() {
    HostTensor x = floats(new int[] {1, 1, 1, 1}, 1);
    HostTensor mask = HostTensor.of(DataType.BOOL, Shape.of(1, 1), new double[] {0});
    assertThat(run(23, "Attention", List.of(x, x, x, mask)).doubles()).containsExactly(0);
  }

  @Test
  void aRotationTurnsPairsHalfTheElementsApart() {
    HostTensor x = floats(new int[] {1, 1, 1, 4}, 1, 2, 3, 4);
    HostTensor cos = floats(new int[] {1, 1, 2}, 0, 1);
    HostTensor sin = floats(new int[] {1, 1, 2}, 1, 0);
    assertThat(run(23, "RotaryEmbedding", List.of(x, cos, sin)).doubles())
        .containsExactly(-3, 2, 1, 4);
  }

  @Test
  void sequencesAreBuiltAndTakenApart() {
    Protos p =
        Protos.opset(13)
            .input("a", DataType.FLOAT, 1)
            .input("b", DataType.FLOAT, 1)
            .node("SequenceConstruct", List.of("a", "b"), "s")
            .node("SequenceInsert", List.of("s", "a"), "t")
            .node("ConcatFromSequence", List.of("t"), "y", integer("axis", 0))
            .output("y");
    HostTensor y = run(p, List.of(floats(new int[] {1}, 3), floats(new int[] {1}, 4)));
    assertThat(y.doubles()).containsExactly(3, 4, 3);
  }

  @Test
  void nodesAreWalkedInTheOrderOfTheirData() {
    Protos p =
        Protos.opset(13)
            .input("x", DataType.FLOAT, 1)
            .node("Neg", List.of("a"), "y")
            .node("Abs", List.of("x"), "a")
            .output("y");
    assertThat(run(p, List.of(floats(new int[] {1}, 3))).doubles()).containsExactly(-3);
  }

  @Test
  void nodesThatWaitForEachOtherAreRefused() {
    Protos p =
        Protos.opset(13)
            .input("x", DataType.FLOAT, 1)
            .node("Add", List.of("x", "b"), "a")
            .node("Neg", List.of("a"), "b")
            .output("b");
    assertThatThrownBy(() -> Formats.read(p.write(folder.resolve("m.onnx"))))
        .hasMessageContaining("waits for its own result: the graph has a circle");
  }

  @Test
  void aDescriptionNamesWhatDependsOnData() {
    GraphProto branch =
        GraphProto.newBuilder()
            .addNode(NodeProto.newBuilder().setOpType("Neg").addInput("x").addOutput("n"))
            .addOutput(ValueInfoProto.newBuilder().setName("n"))
            .build();
    AttributeProto.Builder graph =
        AttributeProto.newBuilder().setType(AttributeProto.AttributeType.GRAPH).setG(branch);
    Protos p =
        Protos.opset(13)
            .input("x", DataType.FLOAT, -1, 1)
            .node("Cast", List.of("x"), "c", integer("to", DataType.BOOL.code()))
            .node(
                "If",
                List.of("c"),
                "y",
                graph.setName("then_branch").build(),
                graph.setName("else_branch").build())
            .output("y");
    Description d = Formats.description(p.write(folder.resolve("m.onnx"))).orElseThrow();
    assertThat(d.missing()).containsOnlyKeys("If on data");
  }
}
