package dev.fovea.formats.onnx;

import static dev.fovea.formats.onnx.export.ExportGraph.integer;
import static dev.fovea.formats.onnx.export.ExportGraph.ints;
import static dev.fovea.formats.onnx.export.ExportGraph.number;
import static dev.fovea.formats.onnx.export.ExportGraph.text;

import dev.fovea.formats.onnx.tensors.DataType;
import dev.fovea.formats.onnx.tensors.HostTensor;
import dev.fovea.tensor.Shape;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** Operators on elements, lines and indices give what ONNX Runtime gives. */
final class ElementAgreementTest {
  @TempDir private Path folder;

  private final Forms forms = new Forms();

  @TestFactory
  Stream<DynamicTest> agree() {
    reductions();
    indices();
    elements();
    pieces();
    older();
    return forms.tests(folder);
  }

  private void reductions() {
    HostTensor x = forms.random(DataType.FLOAT, 0.5, 3, 3, 2, 4);
    for (String type :
        List.of(
            "ReduceSum",
            "ReduceMean",
            "ReduceMax",
            "ReduceMin",
            "ReduceProd",
            "ReduceL1",
            "ReduceL2",
            "ReduceLogSum",
            "ReduceLogSumExp",
            "ReduceSumSquare")) {
      for (int keep = 0; keep < 2; keep++) {
        forms.add(18, type, List.of(x, Forms.longs(0, -1)), integer("keepdims", keep));
        forms.add(18, type, List.of(x), integer("keepdims", keep));
        if (!type.equals("ReduceSum")) {
          forms.add(11, type, List.of(x), ints("axes", -2), integer("keepdims", keep));
        }
      }
      forms.add(18, type, List.of(x, Forms.longs()), integer("noop_with_empty_axes", 0));
    }
    HostTensor whole = forms.random(DataType.INT32, -9, 9, 2, 3);
    forms.add(13, "ReduceSum", List.of(whole, Forms.longs(1)));
    forms.add(13, "ReduceMax", List.of(whole), ints("axes", 0));
    forms.add(13, "ReduceMean", List.of(forms.random(DataType.INT32, 0, 9, 2, 3)), ints("axes", 1));
    for (String type : List.of("ArgMax", "ArgMin")) {
      for (int last = 0; last < 2; last++) {
        forms.add(
            13,
            type,
            List.of(forms.random(DataType.FLOAT, 0, 3, 3, 4)),
            integer("axis", -1),
            integer("select_last_index", last),
            integer("keepdims", 0));
      }
    }
    for (int exclusive = 0; exclusive < 2; exclusive++) {
      for (int reverse = 0; reverse < 2; reverse++) {
        forms.add(
            14,
            "CumSum",
            List.of(x, HostTensor.scalar(DataType.INT64, -2)),
            integer("exclusive", exclusive),
            integer("reverse", reverse));
      }
    }
    forms.add(13, "MeanVarianceNormalization", List.of(forms.floats(2, 3, 4, 5)));
    for (int p = 1; p < 3; p++) {
      forms.add(
          1,
          "LpNormalization",
          List.of(forms.floats(2, 3, 4)),
          integer("axis", 1),
          integer("p", p));
    }
    forms.add(
        13, "LRN", List.of(forms.floats(1, 5, 2, 2)), integer("size", 3), number("alpha", 0.5f));
    for (int axis = -2; axis < 0; axis++) {
      forms.add(
          3,
          17,
          "LayerNormalization",
          List.of(forms.floats(2, 3, 4), axis < -1 ? forms.floats(3, 4) : forms.floats(4)),
          integer("axis", axis));
    }
    for (String type : List.of("Softmax", "LogSoftmax", "Hardmax")) {
      forms.add(11, type, List.of(forms.floats(2, 3, 4)), integer("axis", 1));
      forms.add(13, type, List.of(forms.floats(2, 3, 4)), integer("axis", 1));
      forms.add(13, type, List.of(forms.floats(2, 3, 4)));
    }
  }

  private void indices() {
    HostTensor x = forms.floats(3, 3);
    HostTensor places =
        HostTensor.of(DataType.INT64, Shape.of(2, 3), new double[] {1, 0, 2, 0, -1, 1});
    HostTensor updates = forms.floats(2, 3);
    for (String way : List.of("none", "add", "mul", "max", "min")) {
      // Without a rule for repeated places the indices of one axis must differ.
      HostTensor apart =
          HostTensor.of(DataType.INT64, Shape.of(2, 3), new double[] {1, 0, 2, 0, -1, 1});
      forms.add(18, "ScatterElements", List.of(x, apart, updates), text("reduction", way));
      forms.add(
          18,
          "ScatterND",
          List.of(
              forms.floats(4, 3),
              HostTensor.of(DataType.INT64, Shape.of(2, 1), new double[] {-1, 1}),
              updates),
          text("reduction", way));
    }
    forms.add(
        18,
        "ScatterElements",
        List.of(x, places, updates),
        integer("axis", -1),
        text("reduction", "add"));
    forms.add(13, "GatherElements", List.of(x, places), integer("axis", -1));
    forms.add(
        13,
        "GatherND",
        List.of(
            forms.floats(2, 3, 4),
            HostTensor.of(DataType.INT64, Shape.of(2, 2, 1), new double[] {0, -1, 2, 1})),
        integer("batch_dims", 1));
    forms.add(13, "Gather", List.of(forms.floats(3, 4), places), integer("axis", -1));
    for (int largest = 0; largest < 2; largest++) {
      forms.add(
          2,
          11,
          "TopK",
          List.of(forms.floats(3, 5, 2), Forms.longs(3)),
          integer("axis", 1),
          integer("largest", largest));
    }
    HostTensor repeated = forms.random(DataType.FLOAT, 0, 1, 4, 2).map(v -> v < 0.5 ? 0 : 1);
    for (int sorted = 0; sorted < 2; sorted++) {
      forms.add(4, 11, "Unique", List.of(repeated), integer("sorted", sorted));
      forms.add(4, 11, "Unique", List.of(repeated), integer("sorted", sorted), integer("axis", -2));
    }
    forms.add(
        11,
        "OneHot",
        List.of(Forms.longs(1, -2, 9, 3), HostTensor.scalar(DataType.INT64, 5), Forms.list(-1, 4)),
        integer("axis", 0));
    HostTensor some = HostTensor.of(DataType.BOOL, Shape.of(2), new double[] {0, 1});
    forms.add(11, "Compress", List.of(forms.floats(3, 2), some));
    forms.add(11, "Compress", List.of(forms.floats(3, 2), some), integer("axis", -1));
    forms.add(13, "NonZero", List.of(repeated));
    for (int upper = 0; upper < 2; upper++) {
      for (long k : new long[] {-1, 0, 2, 9}) {
        forms.add(
            14,
            "Trilu",
            List.of(forms.floats(2, 3, 4), HostTensor.scalar(DataType.INT64, (double) k)),
            integer("upper", upper));
      }
    }
    forms.add(9, "EyeLike", List.of(forms.floats(3, 4)), integer("k", -1), integer("dtype", 7));
    for (int batch = 0; batch < 2; batch++) {
      forms.add(
          10,
          "ReverseSequence",
          List.of(forms.floats(3, 3, 2), Forms.longs(1, 3, 2)),
          integer("batch_axis", batch),
          integer("time_axis", 1 - batch));
    }
    HostTensor boxes =
        HostTensor.of(
            DataType.FLOAT,
            Shape.of(1, 5, 4),
            new double[] {
              0, 0, 1, 1, 0, 0.1, 1, 1.1, 0, -0.1, 1, 0.9, 0, 10, 1, 11, 0, 0.2, 1, 1.2
            });
    forms.add(
        11,
        "NonMaxSuppression",
        List.of(
            boxes,
            forms.random(DataType.FLOAT, 0, 1, 1, 2, 5),
            Forms.longs(3),
            Forms.list(0.5),
            Forms.list(0.1)));
  }

  private void elements() {
    HostTensor x = forms.random(DataType.FLOAT, -0.9, 0.9, 2, 3);
    for (String type :
        List.of(
            "Asin",
            "Acos",
            "Atan",
            "Sinh",
            "Cosh",
            "Asinh",
            "Atanh",
            "Sin",
            "Cos",
            "Tan",
            "Erf",
            "Sign",
            "Round",
            "Softsign",
            "Softplus",
            "Neg",
            "Reciprocal",
            "Exp")) {
      forms.add(13, type, List.of(x));
    }
    forms.add(13, "Round", List.of(Forms.list(0.5, 1.5, 2.5, -0.5, -1.5, 0.4)));
    forms.add(9, "Acosh", List.of(forms.random(DataType.FLOAT, 1, 9, 3)));
    forms.add(14, "HardSwish", List.of(forms.random(DataType.FLOAT, -5, 5, 9)));
    forms.add(18, "Mish", List.of(forms.random(DataType.FLOAT, -5, 5, 9)));
    HostTensor a = forms.random(DataType.INT32, -9, 10, 6);
    HostTensor b = HostTensor.of(DataType.INT32, Shape.of(6), new double[] {2, -3, 7, -4, 5, -1});
    forms.add(13, "Mod", List.of(a, b));
    forms.add(13, "Mod", List.of(a, b), integer("fmod", 1));
    forms.add(
        13,
        "Mod",
        List.of(forms.floats(6), Forms.list(0.7, -0.6, 1, -1, 2, 3)),
        integer("fmod", 1));
    forms.add(13, "Div", List.of(a, b));
    for (DataType t : List.of(DataType.INT32, DataType.INT64)) {
      HostTensor p = forms.random(t, 0, 5, 3);
      forms.add(15, "Pow", List.of(forms.random(DataType.FLOAT, 0.1, 2, 3), p));
      forms.add(15, "Pow", List.of(p, forms.random(DataType.FLOAT, 0.1, 2, 3)));
    }
    forms.add(
        11,
        "BitShift",
        List.of(forms.random(DataType.UINT8, 0, 256, 4), forms.random(DataType.UINT8, 0, 8, 4)),
        text("direction", "LEFT"));
    forms.add(
        13,
        "Clip",
        List.of(
            forms.random(DataType.INT8, -50, 50, 5),
            HostTensor.scalar(DataType.INT8, -9),
            HostTensor.scalar(DataType.INT8, 20)));
    forms.add(13, "Clip", List.of(forms.floats(5), Forms.scalar(1), Forms.scalar(-1)));
    HostTensor odd = Forms.list(1, Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY);
    forms.add(13, "IsNaN", List.of(odd));
    forms.add(10, "IsInf", List.of(odd), integer("detect_negative", 0));
    forms.add(8, "Sum", List.of(forms.floats(2, 3), forms.floats(3), forms.floats(2, 1)));
    forms.add(13, "Mean", List.of(forms.floats(2, 3), forms.floats(3), forms.floats(2, 1)));
    HostTensor c = forms.random(DataType.BOOL, 0, 2, 2, 1);
    forms.add(9, "Where", List.of(c, forms.floats(1, 3), forms.floats(2, 3)));
    for (String type : List.of("And", "Or", "Xor")) {
      forms.add(7, type, List.of(c, forms.random(DataType.BOOL, 0, 2, 3)));
    }
    forms.add(10, "ThresholdedRelu", List.of(forms.floats(9)), number("alpha", 0.5f));
    forms.add(9, "Shrink", List.of(forms.floats(9)), number("lambd", 1), number("bias", 0.5f));
    forms.add(9, "PRelu", List.of(forms.floats(2, 3, 4), forms.floats(3, 1)));
    for (DataType t : List.of(DataType.INT32, DataType.BOOL, DataType.UINT8)) {
      forms.add(
          13, "Cast", List.of(forms.random(DataType.FLOAT, 0, 9, 5)), integer("to", t.code()));
    }
  }

  private void pieces() {
    HostTensor x = forms.floats(2, 3, 4);
    for (String mode : List.of("constant", "edge", "reflect", "wrap")) {
      forms.add(
          19,
          "Pad",
          List.of(x, Forms.longs(1, 2, 1, 0), Forms.scalar(1.5), Forms.longs(-1, 1)),
          text("mode", mode));
    }
    forms.add(
        18,
        "CenterCropPad",
        List.of(forms.floats(6, 5, 4), Forms.longs(3, 8)),
        ints("axes", -3, 1));
    forms.add(
        18,
        "Col2Im",
        List.of(forms.floats(1, 4, 4), Forms.longs(5, 5), Forms.longs(2, 2)),
        ints("strides", 2, 2),
        ints("dilations", 2, 2));
    forms.add(
        13,
        "DepthToSpace",
        List.of(forms.floats(1, 8, 2, 3)),
        integer("blocksize", 2),
        text("mode", "CRD"));
    forms.add(13, "SpaceToDepth", List.of(forms.floats(1, 2, 4, 6)), integer("blocksize", 2));
    forms.add(3, 18, "Split", List.of(forms.floats(7, 2)), integer("num_outputs", 3));
    forms.add(
        13,
        "Slice",
        List.of(
            x, Forms.longs(3, -1), Forms.longs(-9, -9), Forms.longs(-1, 1), Forms.longs(-2, -1)));
    forms.add(13, "Tile", List.of(x, Forms.longs(2, 1, 3)));
    forms.add(13, "Expand", List.of(forms.floats(3, 1), Forms.longs(2, 1, 4)));
    HostTensor classes = forms.floats(3, 5, 2);
    HostTensor target = forms.random(DataType.INT64, 0, 5, 3, 2);
    HostTensor weights = forms.random(DataType.FLOAT, 0.1, 1, 5);
    for (String way : List.of("none", "sum", "mean")) {
      for (int ignored : new int[] {-100, 1}) {
        forms.add(
            13,
            "NegativeLogLikelihoodLoss",
            List.of(classes, target, weights),
            text("reduction", way),
            integer("ignore_index", ignored));
        forms.add(
            2,
            13,
            "SoftmaxCrossEntropyLoss",
            List.of(classes, target, weights),
            text("reduction", way),
            integer("ignore_index", ignored));
      }
    }
    HostTensor deep = forms.floats(2, 3, 2, 1, 2, 1, 2);
    forms.add(
        13,
        "NegativeLogLikelihoodLoss",
        List.of(deep, forms.random(DataType.INT64, 0, 3, 2, 2, 1, 2, 1, 2)));
    forms.add(
        21,
        "GroupNormalization",
        List.of(forms.floats(2, 4, 3, 3), forms.floats(4), forms.floats(4)),
        integer("num_groups", 2));
  }

  /** Forms of opsets 7 to 12 that later ones have changed. */
  private void older() {
    HostTensor x = forms.floats(2, 3, 4);
    forms.add(
        9, "Slice", List.of(x), ints("starts", 1, -3), ints("ends", 99, -1), ints("axes", 0, 2));
    forms.add(11, "Squeeze", List.of(forms.floats(1, 3, 1)), ints("axes", -1));
    forms.add(11, "Unsqueeze", List.of(x), ints("axes", -1, 0));
    forms.add(2, 11, "Split", List.of(x), integer("axis", -1), ints("split", 1, 3));
    forms.add(2, 11, "Split", List.of(x), integer("axis", 2));
    forms.add(7, "Clip", List.of(x), number("min", -0.5f), number("max", 1));
    forms.add(10, "Clip", List.of(x), number("max", 0.3f));
    forms.add(10, "Dropout", List.of(x), number("ratio", 0.9f));
    for (String mode : List.of("constant", "edge", "reflect")) {
      forms.add(
          10,
          "Pad",
          List.of(x),
          ints("pads", 1, 0, 2, 0, 1, -1),
          text("mode", mode),
          number("value", 3));
    }
    for (String mode : List.of("nearest", "linear")) {
      HostTensor image = forms.floats(1, 2, 3, 4);
      HostTensor scales = Forms.list(1, 1, 2, 3);
      forms.add(9, "Upsample", List.of(image, scales), text("mode", mode));
      forms.add(10, "Resize", List.of(image, scales), text("mode", mode));
      forms.add(10, "Resize", List.of(image, Forms.list(1, 1, 0.6, 0.5)), text("mode", mode));
    }
    HostTensor places =
        HostTensor.of(DataType.INT64, Shape.of(2, 3), new double[] {1, 0, 2, 0, 2, 1});
    forms.add(10, "Scatter", List.of(forms.floats(3, 3), places, forms.floats(2, 3)));
    forms.add(
        10, "Scatter", List.of(forms.floats(2, 5), places, forms.floats(2, 3)), integer("axis", 1));
    forms.add(2, 9, "TopK", List.of(x), integer("k", 2), integer("axis", 1));
    forms.add(2, 10, "TopK", List.of(x, Forms.longs(2)));
    forms.add(10, "ReduceSum", List.of(x), ints("axes", 0, 2), integer("keepdims", 0));
    forms.add(10, "ReduceLogSumExp", List.of(x));
    forms.add(9, "ArgMin", List.of(x), integer("axis", 1), integer("keepdims", 0));
    forms.add(9, "Gemm", List.of(forms.floats(2, 3), forms.floats(3, 4), forms.floats(4)));
    HostTensor row = forms.floats(3);
    HostTensor spread = forms.random(DataType.FLOAT, 0.5, 2, 3);
    for (int opset : new int[] {7, 9, 14}) {
      forms.add(
          opset,
          "BatchNormalization",
          List.of(forms.floats(2, 3, 4), row, row, row, spread),
          number("epsilon", 0.01f));
    }
    forms.add(
        10,
        "AveragePool",
        List.of(forms.floats(1, 2, 5, 6)),
        ints("kernel_shape", 2, 3),
        ints("strides", 2, 2),
        integer("ceil_mode", 1));
    forms.add(
        2,
        8,
        "MaxPool",
        List.of(forms.floats(1, 2, 6)),
        ints("kernel_shape", 2),
        ints("pads", 1, 0));
    forms.add(7, "InstanceNormalization", List.of(forms.floats(2, 3, 4), row, row));
    forms.add(7, "PRelu", List.of(x, forms.floats(4)));
    forms.add(8, "Max", List.of(x, forms.floats(3, 1), forms.floats(1)));
    forms.add(10, "Mod", List.of(Forms.longs(7, -7, 7), Forms.longs(3, 3, -3)));
    forms.add(10, "Equal", List.of(Forms.longs(1, 2), Forms.longs(1, 3)));
    forms.add(9, "Flatten", List.of(x), integer("axis", 0));
    forms.add(9, "Tile", List.of(x, Forms.longs(1, 2, 1)));
    forms.add(8, "Expand", List.of(row, Forms.longs(2, 1)));
  }
}
