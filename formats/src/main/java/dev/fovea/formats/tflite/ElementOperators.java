package dev.fovea.formats.tflite;

import dev.fovea.formats.onnx.tensors.DataType;
import dev.fovea.formats.tflite.OnnxTarget.Setting;
import java.util.List;
import java.util.Map;

/** Operators on each element, or on pairs of elements. */
final class ElementOperators {
  private ElementOperators() {}

  static void register(Map<String, TfliteOperator> to) {
    pairs(to);
    singles(to);
    activations(to);
    to.put("CAST", ElementOperators::cast);
    to.put("QUANTIZE", c -> same(c));
    to.put("DEQUANTIZE", ElementOperators::dequantize);
    to.put("ZEROS_LIKE", c -> plain(c, c.onnx("Mul", List.of(c.real(0), c.scalar(0)))));
    to.put("SELECT", ElementOperators::select);
    to.put("SELECT_V2", c -> plain(c, c.onnx("Where", c.all())));
  }

  private static void pairs(Map<String, TfliteOperator> to) {
    fused(to, "ADD", "Add", 2);
    fused(to, "SUB", "Sub", 2);
    fused(to, "MUL", "Mul", 1);
    fused(to, "DIV", "Div", 1);
    same(to, "MAXIMUM", "Max");
    same(to, "MINIMUM", "Min");
    same(to, "POW", "Pow");
    same(to, "ADD_N", "Sum");
    same(to, "LESS", "Less");
    same(to, "LESS_EQUAL", "LessOrEqual");
    same(to, "GREATER", "Greater");
    same(to, "GREATER_EQUAL", "GreaterOrEqual");
    same(to, "EQUAL", "Equal");
    same(to, "LOGICAL_AND", "And");
    same(to, "LOGICAL_OR", "Or");
    to.put("NOT_EQUAL", c -> plain(c, c.onnx("Not", List.of(c.onnx("Equal", c.all())))));
    to.put(
        "SQUARED_DIFFERENCE",
        c -> {
          String d = c.onnx("Sub", c.all());
          plain(c, c.onnx("Mul", List.of(d, d)));
        });
  }

  private static void singles(Map<String, TfliteOperator> to) {
    same(to, "ABS", "Abs");
    same(to, "NEG", "Neg");
    same(to, "EXP", "Exp");
    same(to, "LOG", "Log");
    same(to, "SQRT", "Sqrt");
    same(to, "SIN", "Sin");
    same(to, "COS", "Cos");
    same(to, "FLOOR", "Floor");
    same(to, "CEIL", "Ceil");
    same(to, "ROUND", "Round");
    same(to, "SIGN", "Sign");
    same(to, "LOGICAL_NOT", "Not");
    to.put("SQUARE", c -> plain(c, c.onnx("Mul", List.of(c.real(0), c.real(0)))));
    to.put(
        "RSQRT", c -> plain(c, c.onnx("Reciprocal", List.of(c.onnx("Sqrt", List.of(c.real(0)))))));
  }

  private static void activations(Map<String, TfliteOperator> to) {
    same(to, "RELU", "Relu");
    same(to, "LOGISTIC", "Sigmoid");
    same(to, "TANH", "Tanh");
    same(to, "ELU", "Elu");
    same(to, "HARD_SWISH", "HardSwish");
    same(to, "PRELU", "PRelu");
    to.put("RELU6", c -> plain(c, Activations.within(c, c.real(0), 0, 6)));
    to.put("RELU_N1_TO_1", c -> plain(c, Activations.within(c, c.real(0), -1, 1)));
    to.put("RELU_0_TO_1", c -> plain(c, Activations.within(c, c.real(0), 0, 1)));
    to.put(
        "LEAKY_RELU",
        c -> {
          c.node().obeys(1);
          Setting slope = Setting.of("alpha", c.node().number(0, 0));
          c.define(0, c.onnx("LeakyRelu", List.of(c.real(0)), slope));
        });
    to.put(
        "GELU",
        c -> {
          c.node().obeys(1);
          Setting kind = Setting.of("approximate", c.node().flag(0) ? "tanh" : "none");
          c.define(0, c.onnx("Gelu", List.of(c.real(0)), kind));
        });
  }

  /** An operator with an activation as its first setting. */
  private static void fused(
      Map<String, TfliteOperator> to, String name, String onnx, int settings) {
    to.put(
        name,
        c -> {
          c.node().obeys(settings);
          c.activated(c.onnx(onnx, c.all()), c.node().small(0, 0));
        });
  }

  private static void same(Map<String, TfliteOperator> to, String name, String onnx) {
    to.put(name, c -> plain(c, c.onnx(onnx, c.all())));
  }

  /** Names the result of an operator without settings. */
  private static void plain(TfliteCall c, String result) {
    c.node().obeys(0);
    c.define(0, result);
  }

  private static void same(TfliteCall c) {
    plain(c, c.real(0));
  }

  /** A condition of one axis chooses along the first axis of the values. */
  private static void select(TfliteCall c) {
    int rank = c.input(1).rank();
    String where = c.real(0);
    if (c.input(0).rank() == 1 && rank > 1) {
      int[] axes = java.util.stream.IntStream.range(1, rank).toArray();
      where = c.onnx("Unsqueeze", List.of(where, c.list(axes)));
    }
    plain(c, c.onnx("Where", List.of(where, c.real(1), c.real(2))));
  }

  /** Constants stay constants: weights of 16 bits are read as such. */
  private static void dequantize(TfliteCall c) {
    if (c.isConstant(0)) {
      c.node().obeys(0);
      c.translation().alias(c.node().outputs()[0], c.input(0));
    } else {
      same(c);
    }
  }

  private static void cast(TfliteCall c) {
    c.node().obeys(2);
    DataType type = c.output(0).type().onnx();
    c.define(0, c.onnx("Cast", List.of(c.real(0)), Setting.of("to", (long) type.code())));
  }
}
