package dev.fovea.formats.onnx.operators;

import dev.fovea.formats.onnx.file.Node;
import dev.fovea.formats.onnx.walk.HostOperator;
import dev.fovea.formats.onnx.walk.Operand;
import dev.fovea.formats.onnx.walk.Operator;
import dev.fovea.op.Activation;
import dev.fovea.op.BinaryFunction;
import dev.fovea.op.UnaryFunction;
import dev.fovea.op.Value;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleUnaryOperator;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Operators that apply a function of one number to each element: arithmetic and activations. */
final class UnaryOperators {
  /**
   * A function in two forms.
   *
   * @param value how a plan computes it; null if only Java can
   * @param host its specification
   */
  private record Form(@Nullable UnaryOperator<Value> value, DoubleUnaryOperator host) {}

  private UnaryOperators() {}

  static void register(Map<String, Operator> to) {
    arithmetic(to);
    javaFunctions(to);
    activations(to);
    unitActivations(to);
  }

  private static void add(Map<String, Operator> to, String type, Function<Node, Form> form) {
    HostOperator host =
        HostOperator.of((node, in) -> List.of(in.get(0).map(form.apply(node).host)));
    to.put(
        type,
        c -> {
          Form f = form.apply(c.node());
          boolean plan = c.input(0) instanceof Operand.Held h && h.type().isFloat();
          return plan && f.value != null
              ? List.of(c.held(0).with(f.value.apply(c.held(0).value())))
              : host.apply(c);
        });
  }

  private static void arithmetic(Map<String, Operator> to) {
    map(to, "Neg", UnaryFunction.NEGATE);
    map(to, "Abs", UnaryFunction.ABS);
    map(to, "Exp", UnaryFunction.EXP);
    map(to, "Log", UnaryFunction.LOG);
    map(to, "Sqrt", UnaryFunction.SQRT);
    map(to, "Reciprocal", UnaryFunction.RECIPROCAL);
    map(to, "Sign", UnaryFunction.SIGN);
    map(to, "Erf", UnaryFunction.ERF);
  }

  private static void map(Map<String, Operator> to, String type, UnaryFunction f) {
    add(to, type, n -> new Form(v -> v.map(f), f::apply));
  }

  /** Registers a function that only Java computes, with its derivative. */
  private static void host(
      Map<String, Operator> to, String type, DoubleUnaryOperator f, DoubleUnaryOperator slope) {
    to.put(
        type,
        HostOperator.of((n, in) -> List.of(in.get(0).map(f)))
            .slopes((n, in) -> List.of(in.get(0).map(slope))));
  }

  private static void javaFunctions(Map<String, Operator> to) {
    host(to, "Floor", Math::floor, x -> 0);
    host(to, "Ceil", Math::ceil, x -> 0);
    host(to, "Round", ElementFunctions::round, x -> 0);
    host(to, "Sin", Math::sin, Math::cos);
    host(to, "Cos", Math::cos, x -> -Math.sin(x));
    host(to, "Tan", Math::tan, x -> 1 / (Math.cos(x) * Math.cos(x)));
    host(to, "Asin", Math::asin, x -> 1 / Math.sqrt(1 - x * x));
    host(to, "Acos", Math::acos, x -> -1 / Math.sqrt(1 - x * x));
    host(to, "Atan", Math::atan, x -> 1 / (1 + x * x));
    host(to, "Sinh", Math::sinh, Math::cosh);
    host(to, "Cosh", Math::cosh, Math::sinh);
    host(to, "Asinh", ElementFunctions::asinh, x -> 1 / Math.sqrt(x * x + 1));
    host(to, "Acosh", x -> Math.log(x + Math.sqrt(x * x - 1)), x -> 1 / Math.sqrt(x * x - 1));
    host(to, "Atanh", x -> 0.5 * (Math.log1p(x) - Math.log1p(-x)), x -> 1 / (1 - x * x));
    to.put("BitwiseNot", HostOperator.of((n, in) -> List.of(in.get(0).map(x -> ~(long) x))));
  }

  private static void activations(Map<String, Operator> to) {
    add(to, "LeakyRelu", n -> leaky(n.number("alpha", 0.01)));
    add(to, "Elu", n -> elu(n.number("alpha", 1), 1, 1));
    add(to, "Celu", n -> elu(1, n.number("alpha", 1), n.number("alpha", 1)));
    add(
        to,
        "Selu",
        n -> {
          Form f = elu(n.number("alpha", 1.6732632f), 1, 1);
          float gamma = n.number("gamma", 1.050701f);
          UnaryOperator<Value> value = f.value;
          return new Form(
              value == null ? null : v -> value.apply(v).times(gamma),
              x -> gamma * f.host.applyAsDouble(x));
        });
    add(to, "HardSigmoid", n -> hardSigmoid(n.number("alpha", 0.2), n.number("beta", 0.5), false));
    add(to, "HardSwish", n -> hardSigmoid(1f / 6, 0.5f, true));
    add(to, "ThresholdedRelu", n -> thresholded(n.number("alpha", 1)));
    add(to, "Shrink", n -> shrink(n.number("lambd", 0.5), n.number("bias", 0)));
    add(to, "Gelu", UnaryOperators::gelu);
    add(to, "Swish", n -> swish(n.number("alpha", 1)));
  }

  private static void unitActivations(Map<String, Operator> to) {
    activation(to, "Relu", Activation.RELU);
    activation(to, "Sigmoid", Activation.SIGMOID);
    activation(to, "Tanh", Activation.TANH);
    activation(to, "Softplus", Activation.SOFTPLUS);
    add(
        to,
        "Softsign",
        n ->
            new Form(
                v -> v.over(v.map(UnaryFunction.ABS).plus(Value.constant(1))),
                x -> x / (1 + Math.abs(x))));
    add(
        to,
        "Mish",
        n ->
            new Form(
                v -> v.times(v.activate(Activation.SOFTPLUS).activate(Activation.TANH)),
                x -> x * Math.tanh(Activation.SOFTPLUS.apply(x))));
  }

  private static void activation(Map<String, Operator> to, String type, Activation a) {
    add(to, type, n -> new Form(v -> v.activate(a), a::apply));
  }

  private static Form leaky(float alpha) {
    UnaryOperator<Value> value =
        alpha >= 0
            ? v -> v.activate(Activation.leakyRelu(alpha))
            : v -> above(v, 0).plus(below(v, 0).times(alpha));
    return new Form(value, x -> x > 0 ? x : alpha * x);
  }

  /** Returns scale · elu(x / divisor), which for x above 0 is x. */
  private static Form elu(float alpha, float scale, float divisor) {
    UnaryOperator<Value> value =
        alpha >= 0 ? v -> v.times(1 / divisor).activate(Activation.elu(alpha)).times(scale) : null;
    return new Form(
        value, x -> x > 0 ? x * scale / divisor : scale * alpha * Math.expm1(x / divisor));
  }

  private static Form hardSigmoid(float alpha, float beta, boolean timesInput) {
    return new Form(
        v -> {
          Value gate = below(above(v.times(alpha).plus(Value.constant(beta)), 0), 1);
          return timesInput ? v.times(gate) : gate;
        },
        x -> {
          double gate = ElementFunctions.clip(alpha * x + beta, 0, 1);
          return timesInput ? x * gate : gate;
        });
  }

  private static Form thresholded(float alpha) {
    return new Form(
        v -> v.times(v.with(BinaryFunction.GREATER, Value.constant(alpha))),
        x -> x > alpha ? x : 0);
  }

  private static Form shrink(float lambda, float bias) {
    return new Form(
        v -> {
          Value high = v.with(BinaryFunction.GREATER, Value.constant(lambda));
          Value low = Value.constant(-lambda).with(BinaryFunction.GREATER, v);
          return high.times(v.minus(Value.constant(bias)))
              .plus(low.times(v.plus(Value.constant(bias))));
        },
        x -> x > lambda ? x - bias : x < -lambda ? x + bias : 0);
  }

  private static Form gelu(Node n) {
    if (n.text("approximate", "none").equals("tanh")) {
      double k = Math.sqrt(2 / Math.PI);
      return new Form(
          v -> {
            Value cube = v.map(UnaryFunction.SQUARE).times(v).times(0.044715f);
            Value t = v.plus(cube).times((float) k).activate(Activation.TANH);
            return v.times(0.5f).times(t.plus(Value.constant(1)));
          },
          x -> 0.5 * x * (1 + Math.tanh(k * (x + 0.044715 * x * x * x))));
    }
    return new Form(
        v -> {
          Value e = v.times((float) Math.sqrt(0.5)).map(UnaryFunction.ERF);
          return v.times(0.5f).times(e.plus(Value.constant(1)));
        },
        x -> 0.5 * x * (1 + UnaryFunction.ERF.apply(x / Math.sqrt(2))));
  }

  private static Form swish(float alpha) {
    return new Form(
        v -> v.times(v.times(alpha).activate(Activation.SIGMOID)),
        x -> x / (1 + Math.exp(-alpha * x)));
  }

  private static Value above(Value v, float least) {
    return v.with(BinaryFunction.MAX, Value.constant(least));
  }

  private static Value below(Value v, float most) {
    return v.with(BinaryFunction.MIN, Value.constant(most));
  }
}
