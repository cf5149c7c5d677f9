package dev.fovea.formats.onnx;

import static dev.fovea.formats.onnx.Protos.integer;
import static dev.fovea.formats.onnx.Protos.ints;
import static dev.fovea.formats.onnx.Protos.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.fovea.engine.Engine;
import dev.fovea.formats.onnx.file.OnnxModel;
import dev.fovea.formats.onnx.network.GraphRunner;
import dev.fovea.formats.onnx.proto.Onnx.AttributeProto;
import dev.fovea.formats.onnx.tensors.DataType;
import dev.fovea.formats.onnx.tensors.HostTensor;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Shape;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Operators on small tensors; expected numbers follow from the definitions, by hand or by the loop
 * that is given.
 */
final class OperatorsTest {
  @TempDir private Path folder;

  /** A tensor 0, 1, 2, … of a shape. */
  private static HostTensor counting(int... dims) {
    return new HostTensor(DataType.FLOAT, Shape.of(dims), i -> i);
  }

  private static HostTensor longs(long... values) {
    return HostTensor.longs(values);
  }

  private static HostTensor floats(int[] dims, double... values) {
    return HostTensor.of(DataType.FLOAT, Shape.of(dims), values);
  }

  /** Runs one operator whose operands are all inputs of the graph. */
  private HostTensor run(
      int opset, String type, List<HostTensor> in, AttributeProto... attributes) {
    return run("", opset, type, in, attributes);
  }

  private HostTensor run(
      String domain, int opset, String type, List<HostTensor> in, AttributeProto... attributes) {
    Protos p = Protos.opset(opset);
    List<String> names = new ArrayList<>();
    for (int i = 0; i < in.size(); i++) {
      names.add("x" + i);
      p.input("x" + i, in.get(i).type(), in.get(i).shape().dims());
    }
    Path file =
        p.node(domain, type, names, "y", attributes).output("y").write(folder.resolve("m.onnx"));
    return new GraphRunner(OnnxModel.read(file), Engine.shared()).run(in).get(0);
  }

  private static void assertTensor(HostTensor t, int[] dims, double... values) {
    assertThat(t.shape()).isEqualTo(Shape.of(dims));
    assertThat(t.doubles()).containsExactly(values, within(1e-5));
  }

  @Test
  void oldBroadcastingPutsAxesWhereTheNodeSays() {
    HostTensor y =
        run(
            6,
            "Add",
            List.of(
                floats(new int[] {2, 2, 2}, 0, 0, 0, 0, 0, 0, 0, 0), floats(new int[] {2}, 1, 2)),
            integer("broadcast", 1),
            integer("axis", 1));
    assertTensor(y, new int[] {2, 2, 2}, 1, 1, 2, 2, 1, 1, 2, 2);
  }

  @Test
  void convolutionPadsBelowOrAboveAsAsked() {
    HostTensor x = counting(1, 1, 1, 4);
    HostTensor w = floats(new int[] {1, 1, 1, 2}, 1, 1);
    assertTensor(
        run(11, "Conv", List.of(x, w), text("auto_pad", "SAME_UPPER")),
        new int[] {1, 1, 1, 4},
        1,
        3,
        5,
        3);
    assertTensor(
        run(11, "Conv", List.of(x, w), text("auto_pad", "SAME_LOWER")),
        new int[] {1, 1, 1, 4},
        0,
        1,
        3,
        5);
    assertTensor(
        run(11, "Conv", List.of(x, w), ints("pads", 0, -1, 0, 0)), new int[] {1, 1, 1, 2}, 3, 5);
  }

  @Test
  void convolutionOverThreeAxesSumsProducts() {
    HostTensor x = counting(1, 2, 3, 2, 2);
    HostTensor w = new HostTensor(DataType.FLOAT, Shape.of(1, 2, 2, 1, 1), i -> i + 1);
    double[] expected = new double[2 * 2 * 2];
    for (int d = 0; d < 2; d++) {
      for (int i = 0; i < 4; i++) {
        for (int c = 0; c < 2; c++) {
          for (int k = 0; k < 2; k++) {
            expected[d * 4 + i] += (c * 2 + k + 1) * ((c * 3 + d + k) * 4 + i);
          }
        }
      }
    }
    assertTensor(run(11, "Conv", List.of(x, w)), new int[] {1, 1, 2, 2, 2}, expected);
  }

  @Test
  void transposedConvolutionSpreadsEachElement() {
    HostTensor x = floats(new int[] {1, 1, 3}, 1, 2, 3);
    HostTensor w = floats(new int[] {1, 1, 2}, 10, 1);
    assertTensor(
        run(11, "ConvTranspose", List.of(x, w), ints("strides", 2)),
        new int[] {1, 1, 6},
        10,
        1,
        20,
        2,
        30,
        3);
    assertTensor(
        run(11, "ConvTranspose", List.of(x, w), ints("strides", 2), ints("output_padding", 1)),
        new int[] {1, 1, 7},
        10,
        1,
        20,
        2,
        30,
        3,
        0);
    assertTensor(
        run(11, "ConvTranspose", List.of(x, w), ints("strides", 2), ints("output_shape", 4)),
        new int[] {1, 1, 4},
        1,
        20,
        2,
        30);
  }

  @Test
  void roundingUpCountsAPartialWindow() {
    HostTensor x = counting(1, 1, 1, 4);
    assertTensor(
        run(
            11,
            "MaxPool",
            List.of(x),
            ints("kernel_shape", 1, 3),
            ints("strides", 1, 2),
            integer("ceil_mode", 1)),
        new int[] {1, 1, 1, 2},
        2,
        3);
    assertTensor(
        run(
            11,
            "AveragePool",
            List.of(x),
            ints("kernel_shape", 1, 3),
            ints("strides", 1, 2),
            integer("ceil_mode", 1),
            integer("count_include_pad", 1)),
        new int[] {1, 1, 1, 2},
        1,
        2.5);
  }

  @Test
  void paddingCountsInTheMeanIfAsked() {
    HostTensor x = floats(new int[] {1, 1, 2}, 6, 12);
    AttributeProto kernel = ints("kernel_shape", 3);
    AttributeProto pads = ints("pads", 1, 1);
    assertTensor(run(11, "AveragePool", List.of(x), kernel, pads), new int[] {1, 1, 2}, 9, 9);
    assertTensor(
        run(11, "AveragePool", List.of(x), kernel, pads, integer("count_include_pad", 1)),
        new int[] {1, 1, 2},
        6,
        6);
  }

  @Test
  void paddingWiderThanTheWindowIsStillRight() {
    HostTensor x = floats(new int[] {1, 1, 1}, -5);
    assertTensor(
        run(11, "MaxPool", List.of(x), ints("kernel_shape", 2), ints("pads", 2, 1)),
        new int[] {1, 1, 3},
        Double.NEGATIVE_INFINITY,
        -5,
        -5);
  }

  @Test
  void bordersMirrorAndRepeat() {
    HostTensor x = floats(new int[] {3}, 1, 2, 3);
    assertTensor(
        run(13, "Pad", List.of(x, longs(2, 1)), text("mode", "reflect")),
        new int[] {6},
        3,
        2,
        1,
        2,
        3,
        2);
    assertTensor(
        run(19, "Pad", List.of(x, longs(2, 1)), text("mode", "wrap")),
        new int[] {6},
        2,
        3,
        1,
        2,
        3,
        1);
    assertTensor(
        run(13, "Pad", List.of(x, longs(-1, 2)), text("mode", "edge")), new int[] {4}, 2, 3, 3, 3);
  }

  @Test
  void slicesTakeEveryPartFromAnyPlaceOn() {
    for (int n = 4; n < 10; n++) {
      HostTensor x = counting(2, n, 3);
      for (int step = 2; step < 5; step++) {
        for (int begin = 0; begin + step < n; begin++) {
          int every = step;
          int[] taken =
              IntStream.iterate(begin, i -> i + every).limit((n - begin - 1) / step + 1).toArray();
          HostTensor y =
              run(13, "Slice", List.of(x, longs(begin), longs(n), longs(1), longs(step)));
          int width = n;
          double[] expected =
              IntStream.range(0, 2)
                  .boxed()
                  .flatMap(i -> IntStream.of(taken).mapToObj(j -> 3 * (i * width + j)))
                  .flatMapToDouble(at -> IntStream.range(at, at + 3).asDoubleStream())
                  .toArray();
          assertTensor(y, new int[] {2, taken.length, 3}, expected);
        }
      }
    }
  }

  @Test
  void slicesCountFromTheEndAndBackwards() {
    HostTensor x = counting(2, 5);
    assertTensor(
        run(13, "Slice", List.of(x, longs(-1), longs(Long.MIN_VALUE), longs(-1), longs(-2))),
        new int[] {2, 3},
        4,
        2,
        0,
        9,
        7,
        5);
    assertTensor(
        run(13, "Slice", List.of(x, longs(1), longs(Long.MAX_VALUE), longs(1), longs(3))),
        new int[] {2, 2},
        1,
        4,
        6,
        9);
  }

  @Test
  void softmaxBeforeOpset13TakesAllLaterAxesTogether() {
    HostTensor x = floats(new int[] {1, 2, 2}, 0, 0, 0, 0);
    assertTensor(
        run(11, "Softmax", List.of(x), integer("axis", 1)),
        new int[] {1, 2, 2},
        .25,
        .25,
        .25,
        .25);
    assertTensor(
        run(13, "Softmax", List.of(x), integer("axis", 1)), new int[] {1, 2, 2}, .5, .5, .5, .5);
  }

  @Test
  void reductionsOfNoAxesReduceAllOrNothing() {
    HostTensor x = counting(2, 2);
    HostTensor none = HostTensor.longs(new long[0]);
    assertTensor(run(13, "ReduceSum", List.of(x, none)), new int[] {1, 1}, 6);
    assertTensor(
        run(13, "ReduceSum", List.of(x, none), integer("noop_with_empty_axes", 1)),
        new int[] {2, 2},
        0,
        1,
        2,
        3);
    assertTensor(
        run(13, "ReduceMax", List.of(x), ints("axes", -2), integer("keepdims", 0)),
        new int[] {2},
        2,
        3);
  }

  @Test
  void resizeFollowsItsModes() {
    HostTensor x = floats(new int[] {1, 1, 1, 2}, 0, 4);
    HostTensor no = HostTensor.of(DataType.FLOAT, Shape.of(0), new double[0]);
    HostTensor scales = floats(new int[] {4}, 1, 1, 1, 2);
    assertTensor(
        run(13, "Resize", List.of(x, no, scales), text("mode", "linear")),
        new int[] {1, 1, 1, 4},
        0,
        1,
        3,
        4);
    assertTensor(
        run(
            13,
            "Resize",
            List.of(x, no, scales),
            text("mode", "linear"),
            text("coordinate_transformation_mode", "asymmetric")),
        new int[] {1, 1, 1, 4},
        0,
        2,
        4,
        4);
    assertTensor(
        run(
            13,
            "Resize",
            List.of(x, no, scales),
            text("mode", "linear"),
            text("coordinate_transformation_mode", "align_corners")),
        new int[] {1, 1, 1, 4},
        0,
        4 / 3.0,
        8 / 3.0,
        4);
    assertTensor(
        run(13, "Resize", List.of(x, no, scales), text("mode", "nearest")),
        new int[] {1, 1, 1, 4},
        0,
        0,
        4,
        4);
  }

  @Test
  void wholeNumbersDivideTowardsZeroAndWrap() {
    HostTensor a = HostTensor.of(DataType.INT32, Shape.of(2), new double[] {-7, 7});
    HostTensor b = HostTensor.of(DataType.INT32, Shape.of(2), new double[] {2, -2});
    assertTensor(run(14, "Div", List.of(a, b)), new int[] {2}, -3, -3);
    HostTensor c = HostTensor.of(DataType.UINT8, Shape.of(1), new double[] {200});
    assertTensor(run(14, "Add", List.of(c, c)), new int[] {1}, 144);
    assertTensor(run(13, "Mod", List.of(a, b)), new int[] {2}, 1, -1);
  }

  @Test
  void quantizationRoundsHalfToEvenAndCutsOff() {
    HostTensor x = floats(new int[] {5}, -1, 0.5, 1.5, 2.5, 1000);
    HostTensor scale = HostTensor.scalar(DataType.FLOAT, 1);
    HostTensor zero = HostTensor.scalar(DataType.UINT8, 1);
    assertTensor(
        run(13, "QuantizeLinear", List.of(x, scale, zero)), new int[] {5}, 0, 1, 3, 3, 255);
    HostTensor q = HostTensor.of(DataType.INT8, Shape.of(1, 2), new double[] {-3, 4});
    HostTensor perAxis = floats(new int[] {2}, 2, 0.5);
    assertTensor(run(13, "DequantizeLinear", List.of(q, perAxis)), new int[] {1, 2}, -6, 2);
  }

  @Test
  void quantizedSumsAddRealNumbers() {
    HostTensor a = HostTensor.of(DataType.UINT8, Shape.of(2), new double[] {10, 20});
    HostTensor half = HostTensor.scalar(DataType.FLOAT, 0.5);
    HostTensor zero = HostTensor.scalar(DataType.UINT8, 8);
    // (10 − 8)/2 + (10 − 8)/2 = 2 = (12 − 8)/2; (20 − 8)/2 twice is 12 = (32 − 8)/2.
    assertTensor(
        run("com.microsoft", 1, "QLinearAdd", List.of(a, half, zero, a, half, zero, half, zero)),
        new int[] {2},
        12,
        32);
  }

  @Test
  void operatorsThatOnlyJavaKnowsRunInsideAPlan() {
    HostTensor x = floats(new int[] {1, 1, 2, 2}, 3, 1, 2, 3);
    Path file =
        Protos.opset(13)
            .input("x", DataType.FLOAT, 1, 1, 2, 2)
            .node("Relu", List.of("x"), "r")
            .node("ArgMax", List.of("r"), "a", integer("axis", 3), integer("select_last_index", 1))
            .node("Cast", List.of("a"), "f", integer("to", 1))
            .node("Neg", List.of("f"), "y")
            .output("y")
            .write(folder.resolve("m.onnx"));
    HostTensor y = new GraphRunner(OnnxModel.read(file), Engine.shared()).run(List.of(x)).get(0);
    assertTensor(y, new int[] {1, 1, 2, 1}, -0.0, -1);
  }

  @Test
  void shuffledChannelsComeBackInOrder() {
    HostTensor x = counting(1, 4, 1, 2);
    Path file =
        Protos.opset(13)
            .input("x", DataType.FLOAT, 1, 4, 1, 2)
            .longs("split", 1, 2, 2, 1, 2)
            .longs("join", 1, 4, 1, 2)
            .node("Reshape", List.of("x", "split"), "a")
            .node("Transpose", List.of("a"), "b", ints("perm", 0, 2, 1, 3, 4))
            .node("Reshape", List.of("b", "join"), "y")
            .output("y")
            .write(folder.resolve("m.onnx"));
    HostTensor y = new GraphRunner(OnnxModel.read(file), Engine.shared()).run(List.of(x)).get(0);
    assertTensor(y, new int[] {1, 4, 1, 2}, 0, 1, 4, 5, 2, 3, 6, 7);
  }

  @Test
  void boxesThatOverlapAreSuppressed() {
    HostTensor boxes = floats(new int[] {1, 3, 4}, 0, 0, 2, 2, 0, 0, 2, 1.9, 5, 5, 6, 6);
    HostTensor scores = floats(new int[] {1, 1, 3}, 0.8, 0.9, 0.3);
    HostTensor y =
        run(
            11,
            "NonMaxSuppression",
            List.of(
                boxes, scores, longs(10), floats(new int[] {1}, 0.5), floats(new int[] {1}, 0)));
    assertTensor(y, new int[] {2, 3}, 0, 0, 1, 0, 0, 2);
  }

  @Test
  void einsumSumsOverAxesThatTheResultLacks() {
    HostTensor a = counting(2, 3);
    HostTensor b = counting(3, 2);
    assertTensor(einsum("ij,jk", a, b), new int[] {2, 2}, 10, 13, 28, 40);
    assertTensor(einsum("ij,jk->ki", a, b), new int[] {2, 2}, 10, 28, 13, 40);
    assertTensor(einsum("ij,ji->", a, b), new int[0], 50);
    assertTensor(einsum("ij->j", a), new int[] {3}, 3, 5, 7);
    assertTensor(einsum("i,j->ij", counting(2), counting(3)), new int[] {2, 3}, 0, 0, 0, 0, 1, 2);
    // Σⱼ b[n,i,j]·c[n,k,j] as a loop.
    HostTensor x = counting(2, 2, 3);
    HostTensor y = counting(2, 4, 3);
    double[] expected = new double[2 * 4 * 2];
    for (int n = 0; n < 2; n++) {
      for (int i = 0; i < 2; i++) {
        for (int k = 0; k < 4; k++) {
          for (int j = 0; j < 3; j++) {
            expected[(n * 4 + k) * 2 + i] += x.at((n * 2 + i) * 3 + j) * y.at((n * 4 + k) * 3 + j);
          }
        }
      }
    }
    assertTensor(einsum("nij,nkj->nki", x, y), new int[] {2, 4, 2}, expected);
  }

  @Test
  void einsumTakesOuterAxesTogether() {
    assertTensor(einsum("...ii->...i", counting(2, 3, 3)), new int[] {2, 3}, 0, 4, 8, 9, 13, 17);
    assertTensor(einsum("...j->...", counting(2, 1, 2)), new int[] {2, 1}, 1, 5);
    // The outer axes of both broadcast.
    assertTensor(einsum("...j,j...", counting(2, 2), counting(2, 1, 2)), new int[] {1, 2}, 2, 11);
    assertThatThrownBy(() -> einsum("ij,jk", counting(2, 3), counting(2, 3)))
        .hasMessage("Einsum the_Einsum: axis j has extents 3 and 2");
    assertThatThrownBy(() -> einsum("ij->ii", counting(2, 3)))
        .hasMessageContaining("must name each of its axes once, got ii");
    assertThatThrownBy(() -> einsum("ij", counting(2)))
        .hasMessageContaining("ij does not name the axes of [2]");
  }

  private HostTensor einsum(String equation, HostTensor... in) {
    return run(13, "Einsum", List.of(in), text("equation", equation));
  }

  @Test
  void aGatedLayerOfZeroWeightsHalvesItsState() {
    // z = σ(0) = ½ and the candidate is tanh(0) = 0, so h becomes h/2 at each step.
    HostTensor x = floats(new int[] {2, 1, 1}, 0, 0);
    HostTensor w = floats(new int[] {1, 3, 1}, 0, 0, 0);
    HostTensor b = floats(new int[] {1, 6}, 0, 0, 0, 0, 0, 0);
    HostTensor lengths = HostTensor.of(DataType.INT32, Shape.of(1), new double[] {2});
    HostTensor h = floats(new int[] {1, 1, 1}, 8);
    assertTensor(
        run(14, "GRU", List.of(x, w, w, b, lengths, h), integer("hidden_size", 1)),
        new int[] {2, 1, 1, 1},
        4,
        2);
  }

  @Test
  void messagesNameTheNode() {
    assertThatThrownBy(
            () -> run(13, "Concat", List.of(counting(2), counting(2)), integer("axis", 3)))
        .isInstanceOf(FoveaException.class)
        .hasMessage("Concat the_Concat: there is no axis 3 among 1");
    assertThatThrownBy(() -> run(13, "Gather", List.of(counting(2), longs(5))))
        .isInstanceOf(FoveaException.class)
        .hasMessageContaining("index 5.0 lies outside an axis of 2");
  }

  @Test
  void everyTypeHoldsItsNumbers() {
    assertThat(DataType.INT8.hold(200)).isEqualTo(-56);
    assertThat(DataType.UINT16.hold(-1)).isEqualTo(65535);
    assertThat(DataType.BOOL.hold(-3)).isEqualTo(1);
    assertThat(DataType.FLOAT16.hold(1 + 1 / 4096.0)).isEqualTo(1);
    assertThat(DataType.BFLOAT16.hold(1 + 1 / 1024.0)).isEqualTo(1);
    assertThat(Arrays.stream(DataType.values()).map(DataType::code).distinct())
        .hasSize(DataType.values().length);
  }
}
