package dev.fovea.formats.tflite;

import dev.fovea.formats.onnx.tensors.DataType;
import dev.fovea.formats.tflite.OnnxTarget.Setting;
import java.util.List;
import java.util.Map;

/** Operators on all elements along some axes. */
final class RowOperators {
  private RowOperators() {}

  static void register(Map<String, TfliteOperator> to) {
    to.put("MEAN", c -> reduce(c, "ReduceMean"));
    to.put("SUM", c -> reduce(c, "ReduceSum"));
    to.put("REDUCE_MAX", c -> reduce(c, "ReduceMax"));
    to.put("REDUCE_MIN", c -> reduce(c, "ReduceMin"));
    to.put("REDUCE_PROD", c -> reduce(c, "ReduceProd"));
    to.put("ARG_MAX", c -> place(c, "ArgMax"));
    to.put("ARG_MIN", c -> place(c, "ArgMin"));
    to.put("SOFTMAX", RowOperators::softmax);
    to.put("LOG_SOFTMAX", c -> last(c, 0, "LogSoftmax"));
    to.put("L2_NORMALIZATION", c -> last(c, 1, "LpNormalization"));
    to.put("TOPK_V2", RowOperators::largest);
    to.put("CUMSUM", RowOperators::sums);
  }

  private static void reduce(TfliteCall c, String operator) {
    c.node().obeys(1);
    c.define(
        0,
        c.onnx(
            operator,
            List.of(c.real(0), c.list(c.integers(1))),
            Setting.of("keepdims", c.node().flag(0) ? 1L : 0L)));
  }

  private static void place(TfliteCall c, String operator) {
    c.node().obeys(1);
    String at =
        c.onnx(
            operator,
            List.of(c.real(0)),
            Setting.of("axis", (long) c.integers(1)[0]),
            Setting.of("keepdims", 0L));
    c.define(0, typed(c, at, 0));
  }

  /** Returns whole numbers in the type of a result. */
  private static String typed(TfliteCall c, String whole, int output) {
    DataType type = c.output(output).type().onnx();
    return type == DataType.INT64
        ? whole
        : c.onnx("Cast", List.of(whole), Setting.of("to", (long) type.code()));
  }

  private static void softmax(TfliteCall c) {
    c.node().obeys(1);
    float beta = c.node().number(0, 0);
    String x = beta == 1 ? c.real(0) : c.onnx("Mul", List.of(c.real(0), c.scalar(beta)));
    c.define(0, c.onnx("Softmax", List.of(x), Setting.of("axis", -1L)));
  }

  private static void last(TfliteCall c, int settings, String operator) {
    c.node().obeys(settings);
    c.define(0, c.onnx(operator, List.of(c.real(0)), Setting.of("axis", -1L)));
  }

  private static void largest(TfliteCall c) {
    c.node().obeys(0);
    List<String> found = c.target().nodes("TopK", 2, List.of(c.real(0), c.list(c.integers(1)[0])));
    c.define(0, found.get(0));
    c.define(1, typed(c, found.get(1), 1));
  }

  private static void sums(TfliteCall c) {
    c.node().obeys(2);
    c.define(
        0,
        c.onnx(
            "CumSum",
            List.of(c.real(0), c.onnx("Squeeze", List.of(c.list(c.integers(1)[0])))),
            Setting.of("exclusive", c.node().flag(0) ? 1L : 0L),
            Setting.of("reverse", c.node().flag(1) ? 1L : 0L)));
  }
}
