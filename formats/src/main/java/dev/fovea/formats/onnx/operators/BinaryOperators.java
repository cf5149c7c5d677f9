package dev.fovea.formats.onnx.operators;

import dev.fovea.formats.FormatException;
import dev.fovea.formats.onnx.file.Node;
import dev.fovea.formats.onnx.tensors.DataType;
import dev.fovea.formats.onnx.tensors.HostTensor;
import dev.fovea.formats.onnx.walk.Aligned;
import dev.fovea.formats.onnx.walk.Call;
import dev.fovea.formats.onnx.walk.HostFunction;
import dev.fovea.formats.onnx.walk.HostOperator;
import dev.fovea.formats.onnx.walk.Operand;
import dev.fovea.formats.onnx.walk.Operator;
import dev.fovea.op.Activation;
import dev.fovea.op.BinaryFunction;
import dev.fovea.op.UnaryFunction;
import dev.fovea.op.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BinaryOperator;
import java.util.function.DoubleBinaryOperator;
import org.jspecify.annotations.Nullable;

/** Elementwise operators of two and more operands, which broadcast against each other. */
final class BinaryOperators {
  private BinaryOperators() {}

  static void register(Map<String, Operator> to) {
    arithmetic(to, "Add", BinaryFunction.ADD);
    arithmetic(to, "Sub", BinaryFunction.SUBTRACT);
    arithmetic(to, "Mul", BinaryFunction.MULTIPLY);
    arithmetic(to, "Div", BinaryFunction.DIVIDE);
    several(to, "Sum", (a, b) -> a.plus(b), Double::sum);
    several(to, "Max", (a, b) -> a.with(BinaryFunction.MAX, b), Math::max);
    several(to, "Min", (a, b) -> a.with(BinaryFunction.MIN, b), Math::min);
    to.put("Mean", BinaryOperators::mean);
    comparisons(to);
    logic(to);
    to.put("Pow", BinaryOperators::power);
    to.put("Mod", BinaryOperators::remainder);
    to.put("BitShift", HostOperator.of((n, in) -> List.of(shifted(n, in.get(0), in.get(1)))));
    to.put("BitwiseAnd", pair((n, a, b) -> (long) a & (long) b, null));
    to.put("BitwiseOr", pair((n, a, b) -> (long) a | (long) b, null));
    to.put("BitwiseXor", pair((n, a, b) -> (long) a ^ (long) b, null));
    to.put("PRelu", BinaryOperators::parametricRelu);
    to.put("Clip", BinaryOperators::clip);
    to.put("Where", where());
  }

  private static HostOperator where() {
    return HostOperator.of(
            (n, in) -> List.of(ElementFunctions.where(in.get(0), in.get(1), in.get(2))))
        .slopes(null, chosen(1, 0), chosen(0, 1));
  }

  /** Returns one number where the condition holds and another elsewhere. */
  private static HostFunction chosen(double held, double otherwise) {
    return (n, in) ->
        List.of(
            ElementFunctions.where(
                in.get(0),
                HostTensor.full(DataType.FLOAT, in.get(1).shape(), held),
                HostTensor.full(DataType.FLOAT, in.get(2).shape(), otherwise)));
  }

  /** A function of two numbers and the node's attributes. */
  private interface Pair {
    double apply(Node node, double a, double b);
  }

  /** Returns the host form of a function, whose result has the type of operand 0 or a given one. */
  private static HostOperator pair(Pair f, @Nullable DataType type) {
    return HostOperator.of(zipped(f, type));
  }

  private static HostFunction zipped(Pair f, @Nullable DataType type) {
    return (node, in) -> {
      HostTensor a = in.get(0);
      HostTensor b = in.get(1);
      HostTensor shaped = b.reshape(ElementFunctions.legacy(node, a.shape(), b.shape()));
      return List.of(
          ElementFunctions.zip(
              a, shaped, type == null ? a.type() : type, (x, y) -> f.apply(node, x, y)));
    };
  }

  private static List<Operand> remainder(Call c) {
    boolean ofDividend = c.node().flag("fmod", false);
    return pair((n, a, b) -> ElementFunctions.remainder(a, b, ofDividend), null).apply(c);
  }

  private static HostTensor shifted(Node n, HostTensor a, HostTensor b) {
    boolean left = n.text("direction", "").equals("LEFT");
    DataType t = a.type();
    return ElementFunctions.zip(a, b, t, (x, by) -> ElementFunctions.shift(t, x, by, left));
  }

  private static void arithmetic(Map<String, Operator> to, String type, BinaryFunction f) {
    HostOperator host = pair((n, a, b) -> f.apply(a, b), null);
    to.put(
        type,
        c -> {
          if (c.isKnown() || !c.type().isFloat()) {
            return host.apply(c);
          }
          Aligned x = aligned(c);
          return x.result(x.values().get(0).with(f, x.values().get(1)), c.type());
        });
  }

  /** Aligns two operands, the second shaped as the old form of broadcasting says. */
  private static Aligned aligned(Call c) {
    Operand b = c.input(1);
    var shape = ElementFunctions.legacy(c.node(), c.shape(0), b.shape());
    if (!shape.equals(b.shape())) {
      b =
          b instanceof Operand.Known k
              ? new Operand.Known(k.tensor().reshape(shape), k.name())
              : Operand.Held.plain(c.plain(1).reshape(shape), b.type());
    }
    return Aligned.of(c.graph(), List.of(c.input(0), b));
  }

  private static void several(
      Map<String, Operator> to, String type, BinaryOperator<Value> f, DoubleBinaryOperator g) {
    HostOperator host =
        HostOperator.of((node, in) -> {
          HostTensor t = in.get(0);
          for (int i = 1; i < in.size(); i++) {
            t = ElementFunctions.zip(t, in.get(i), t.type(), g);
          }
          return List.of(t);
        });
    to.put(
        type,
        c -> {
          if (c.isKnown() || !c.type().isFloat()) {
            return host.apply(c);
          }
          Aligned x = c.aligned();
          return x.result(x.values().stream().reduce(f).orElseThrow(), c.type());
        });
  }

  private static List<Operand> mean(Call c) {
    if (c.isKnown()) {
      HostTensor t = c.known(0);
      for (int i = 1; i < c.count(); i++) {
        t = ElementFunctions.zip(t, c.known(i), t.type(), Double::sum);
      }
      return List.of(new Operand.Known(t.map(x -> x / c.count()), ""));
    }
    Aligned x = c.aligned();
    Value sum = x.values().stream().reduce(Value::plus).orElseThrow();
    return x.result(sum.times(1f / c.count()), c.type());
  }

  private static void comparisons(Map<String, Operator> to) {
    compare(to, "Greater", (a, b) -> a > b, (a, b) -> a.with(BinaryFunction.GREATER, b));
    compare(to, "Less", (a, b) -> a < b, (a, b) -> b.with(BinaryFunction.GREATER, a));
    compare(to, "Equal", (a, b) -> a == b, (a, b) -> a.with(BinaryFunction.EQUAL, b));
    compare(
        to,
        "GreaterOrEqual",
        (a, b) -> a >= b,
        (a, b) ->
            a.with(BinaryFunction.GREATER, b)
                .with(BinaryFunction.MAX, a.with(BinaryFunction.EQUAL, b)));
    compare(
        to,
        "LessOrEqual",
        (a, b) -> a <= b,
        (a, b) ->
            b.with(BinaryFunction.GREATER, a)
                .with(BinaryFunction.MAX, a.with(BinaryFunction.EQUAL, b)));
  }

  private static void logic(Map<String, Operator> to) {
    compare(to, "And", (a, b) -> a != 0 && b != 0, (a, b) -> a.with(BinaryFunction.MIN, b));
    compare(to, "Or", (a, b) -> a != 0 || b != 0, (a, b) -> a.with(BinaryFunction.MAX, b));
    compare(
        to,
        "Xor",
        (a, b) -> (a != 0) != (b != 0),
        (a, b) -> Value.constant(1).minus(a.with(BinaryFunction.EQUAL, b)));
    to.put(
        "Not",
        c ->
            c.input(0) instanceof Operand.Held h
                ? List.of(h.with(Value.constant(1).minus(h.value())))
                : List.of(new Operand.Known(c.known(0).map(x -> x == 0 ? 1 : 0), "")));
    to.put("IsNaN", HostOperator.of((n, in) -> List.of(test(in.get(0), Double::isNaN))));
    to.put(
        "IsInf",
        HostOperator.of((n, in) -> {
          boolean high = n.flag("detect_positive", true);
          boolean low = n.flag("detect_negative", true);
          return List.of(test(in.get(0), x -> Double.isInfinite(x) && (x > 0 ? high : low)));
        }));
  }

  private static HostTensor test(HostTensor t, java.util.function.DoublePredicate p) {
    return HostTensor.reading(DataType.BOOL, t.shape(), i -> p.test(t.at(i)) ? 1 : 0, t);
  }

  /** Decides something about two numbers. */
  private interface Test {
    boolean holds(double a, double b);
  }

  private static void compare(
      Map<String, Operator> to, String type, Test test, BinaryOperator<Value> f) {
    HostOperator host = pair((n, a, b) -> test.holds(a, b) ? 1 : 0, DataType.BOOL);
    to.put(
        type,
        c -> {
          if (c.isKnown()) {
            return host.apply(c);
          }
          Aligned x = aligned(c);
          return x.result(f.apply(x.values().get(0), x.values().get(1)), DataType.BOOL);
        });
  }

  private static List<Operand> power(Call c) {
    c.node().obeys("broadcast", "axis");
    boolean plan =
        c.input(0) instanceof Operand.Held h
            && h.type().isFloat()
            && c.input(1) instanceof Operand.Known k
            && k.tensor().size() == 1
            && k.rank() <= h.rank();
    Value x = plan ? c.held(0).value() : null;
    Value y = x == null ? null : power(x, (float) c.known(1).item());
    return y == null ? hostPower(c).apply(c) : List.of(c.held(0).with(y));
  }

  /** The old form of broadcasting puts axes where sums over repeated ones would not find them. */
  private static HostOperator hostPower(Call c) {
    HostOperator power = pair((n, a, b) -> Math.pow(a, b), null);
    return c.node().has("broadcast")
        ? power
        : power.slopes(
            zipped((n, a, b) -> b == 0 ? 0 : b * Math.pow(a, b - 1), DataType.FLOAT),
            zipped((n, a, b) -> a == 0 ? 0 : Math.pow(a, b) * Math.log(a), DataType.FLOAT));
  }

  private static @Nullable Value power(Value x, float exponent) {
    if (exponent == 1) {
      return x;
    } else if (exponent == 2) {
      return x.map(UnaryFunction.SQUARE);
    } else if (exponent == 3) {
      return x.map(UnaryFunction.SQUARE).times(x);
    } else if (exponent == 0.5f) {
      return x.map(UnaryFunction.SQRT);
    } else if (exponent == -0.5f) {
      return x.map(UnaryFunction.SQRT).map(UnaryFunction.RECIPROCAL);
    }
    return exponent == -1 ? x.map(UnaryFunction.RECIPROCAL) : null;
  }

  /** x for x above 0, else slope · x; before opset 7 a list of slopes was one per channel. */
  private static List<Operand> parametricRelu(Call c) {
    Operand slope = c.input(1);
    if (c.node().opset() < 7
        && slope.rank() == 1
        && c.rank() > 2
        && slope instanceof Operand.Known k) {
      int[] dims = new int[c.rank() - 1];
      java.util.Arrays.fill(dims, 1);
      dims[0] = slope.shape().dim(0);
      slope = new Operand.Known(k.tensor().reshape(dev.fovea.tensor.Shape.of(dims)), k.name());
    }
    if (c.isKnown() && !c.type().isFloat()) {
      return pair((n, a, b) -> a < 0 ? a * b : a, null).apply(c);
    }
    Aligned x = Aligned.of(c.graph(), List.of(c.graph().held(c.input(0)), slope));
    Value v = x.values().get(0);
    Value zero = Value.constant(0);
    Value low = v.with(BinaryFunction.MIN, zero).times(x.values().get(1));
    return x.result(v.activate(Activation.RELU).plus(low), c.type());
  }

  /** The bounds are operands from opset 11 on and attributes before. */
  private static List<Operand> clip(Call c) {
    boolean attributes = c.node().opset() < 11;
    HostFunction host =
        (n, in) -> {
          double low =
              attributes
                  ? n.number("min", -Float.MAX_VALUE)
                  : in.number(1, in.get(0).type().least());
          double high =
              attributes
                  ? n.number("max", Float.MAX_VALUE)
                  : in.number(2, in.get(0).type().greatest());
          return List.of(in.get(0).map(x -> ElementFunctions.clip(x, low, high)));
        };
    boolean plan = c.input(0) instanceof Operand.Held h && h.type().isFloat();
    return plan ? bounded(c, attributes) : HostOperator.of(host).apply(c);
  }

  private static List<Operand> bounded(Call c, boolean attributes) {
    Value v = c.held(0).value();
    List<Value> bounds = new ArrayList<>();
    for (int i = 1; i <= 2; i++) {
      String name = i == 1 ? "min" : "max";
      if (attributes && c.node().has(name)) {
        bounds.add(Value.constant(c.node().number(name, 0)));
      } else if (!attributes && c.has(i) && c.shape(i).elements() == 1) {
        boolean known = c.input(i) instanceof Operand.Known;
        bounds.add(
            known
                ? Value.constant((float) c.known(i).item())
                : c.plain(i).reshape(dev.fovea.tensor.Shape.scalar()));
      } else if (!attributes && c.has(i)) {
        throw new FormatException("a bound must be one number, got " + c.shape(i));
      } else {
        bounds.add(Value.constant(i == 1 ? Float.NEGATIVE_INFINITY : Float.POSITIVE_INFINITY));
      }
    }
    v = isInfinite(bounds.get(0)) ? v : above(v, bounds.get(0));
    v = isInfinite(bounds.get(1)) ? v : v.with(BinaryFunction.MIN, bounds.get(1));
    return List.of(c.held(0).with(v));
  }

  /** A bound of 0 is a ReLU, which a convolution before it computes along. */
  private static Value above(Value v, Value least) {
    boolean zero = least.op() instanceof dev.fovea.op.Source.Constant k && k.tensor().item() == 0;
    return zero ? v.activate(Activation.RELU) : v.with(BinaryFunction.MAX, least);
  }

  private static boolean isInfinite(Value v) {
    return v.op() instanceof dev.fovea.op.Source.Constant k && Float.isInfinite(k.tensor().item());
  }
}
