package dev.fovea.formats.onnx;

import dev.fovea.formats.FormatException;
import dev.fovea.op.Activation;
import dev.fovea.op.BinaryFunction;
import dev.fovea.op.Movement;
import dev.fovea.op.Value;
import dev.fovea.tensor.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.BinaryOperator;
import java.util.function.UnaryOperator;

/**
 * Operators on whole numbers that stand for real ones: real = scale · (q − zero point).
 *
 * <p>A plan computes them in floats, in which products and sums of 8-bit numbers are exact up to
 * 2²⁴; results are rounded half to even and cut off at the bounds of their type.
 */
final class QuantizedOperators {
  /** Adding and taking away 1.5 · 2²³ rounds a float of less than 2²² half to even. */
  private static final float ROUNDER = 12_582_912f;

  private static final String MICROSOFT = "com.microsoft:";

  private QuantizedOperators() {}

  static void register(Map<String, Operator> to) {
    for (String domain : List.of("", MICROSOFT)) {
      to.put(domain + "QuantizeLinear", QuantizedOperators::quantize);
      to.put(domain + "DequantizeLinear", QuantizedOperators::dequantize);
    }
    to.put(
        "DynamicQuantizeLinear", HostOperator.of((n, in) -> QuantizedFunctions.dynamic(in.get(0))));
    to.put("QLinearConv", QuantizedOperators::convolution);
    to.put("QLinearMatMul", QuantizedOperators::product);
    to.put(MICROSOFT + "QLinearAdd", c -> pair(c, Value::plus));
    to.put(MICROSOFT + "QLinearMul", c -> pair(c, Value::times));
    to.put(MICROSOFT + "QLinearGlobalAveragePool", QuantizedOperators::globalAverage);
    to.put(
        MICROSOFT + "QLinearLeakyRelu",
        c -> single(c, v -> v.activate(Activation.leakyRelu(c.node().number("alpha", 0.01)))));
    to.put(MICROSOFT + "QLinearSigmoid", c -> single(c, v -> v.activate(Activation.SIGMOID)));
    to.put(MICROSOFT + "QLinearConcat", QuantizedOperators::concat);
  }

  /**
   * Returns operand i, one number or a list, as a value that broadcasts along an axis as it is
   * held.
   */
  private static Value along(Call c, int i, Operand.Held x, int axis) {
    Operand o = c.input(i);
    if (o.shape().elements() == 1) {
      return o instanceof Operand.Known k
          ? Value.constant((float) k.tensor().item())
          : c.plain(i).reshape(Shape.scalar());
    }
    if (o.rank() != 1 || o.shape().dim(0) != x.shape().dim(axis)) {
      throw new FormatException(
          "scales " + o.shape() + " do not fit axis " + axis + " of " + x.shape());
    }
    int[] dims = new int[x.rank()];
    Arrays.fill(dims, 1);
    dims[x.axis(axis)] = o.shape().dim(0);
    return unnamed(c, i, 0).reshape(Shape.of(dims));
  }

  /** Returns an operand that training must not change. */
  private static Value unnamed(Call c, int i, int... order) {
    Operand o = c.input(i);
    return c.graph()
        .in(o instanceof Operand.Known k ? new Operand.Known(k.tensor(), "") : o, order);
  }

  /** Returns real numbers on the grid of the result's type: rounded, cut off, moved. */
  private static Value onGrid(Value real, Value zero, DataType type) {
    Value low = Value.constant((float) type.least()).minus(zero);
    Value high = Value.constant((float) type.greatest()).minus(zero);
    Value cut = real.with(BinaryFunction.MAX, low).with(BinaryFunction.MIN, high);
    Value rounder = Value.constant(ROUNDER);
    return cut.plus(rounder).minus(rounder).plus(zero);
  }

  private static List<Operand> quantize(Call c) {
    boolean plan =
        c.input(0) instanceof Operand.Held && QuantizedFunctions.isPlain(c.node(), c.shape(1));
    DataType type = c.has(2) ? c.input(2).type() : QuantizedFunctions.type(c.node());
    if (!plan || type.bytes() > 2) {
      return HostOperator.of((n, in) -> List.of(QuantizedFunctions.quantize(n, in))).apply(c);
    }
    Operand.Held x = c.held(0);
    int axis = c.shape(1).elements() == 1 ? 0 : c.axis("axis", 1);
    Value zero = c.has(2) ? along(c, 2, x, axis) : Value.constant(0);
    Value y = onGrid(x.value().over(along(c, 1, x, axis)), zero, type);
    return List.of(new Operand.Held(y, x.order(), type));
  }

  private static List<Operand> dequantize(Call c) {
    boolean plan =
        c.input(0) instanceof Operand.Held && QuantizedFunctions.isPlain(c.node(), c.shape(1));
    if (!plan) {
      return HostOperator.of((n, in) -> List.of(QuantizedFunctions.dequantize(n, in))).apply(c);
    }
    Operand.Held x = c.held(0);
    int axis = c.shape(1).elements() == 1 ? 0 : c.axis("axis", 1);
    Value q = c.has(2) ? x.value().minus(along(c, 2, x, axis)) : x.value();
    return List.of(new Operand.Held(q.times(along(c, 1, x, axis)), x.order(), c.input(1).type()));
  }

  /** Returns a single number of an operand. */
  private static Value number(Call c, int i) {
    return c.input(i) instanceof Operand.Known k
        ? Value.constant((float) k.tensor().item())
        : c.plain(i).reshape(Shape.scalar());
  }

  /** Returns one number, or a list as it is. */
  private static Value numbers(Call c, int i) {
    return c.shape(i).elements() == 1
        ? number(c, i)
        : unnamed(c, i, Index.range(c.shape(i).rank()));
  }

  /** Inputs: x, its scale and zero point, w and its, y's, and a bias of scale x · w. */
  private static List<Operand> convolution(Call c) {
    int axes = c.rank() - 2;
    Value x = c.channelsLast(0).minus(number(c, 2));
    Value w = unnamed(c, 3, ConvolutionOperators.weightOrder(axes)).minus(numbers(c, 5));
    Value sum = ConvolutionOperators.convolve(c.node(), x, w);
    sum = c.has(8) ? sum.plus(unnamed(c, 8, 0)) : sum;
    Value gain = numbers(c, 4).times(number(c, 1)).over(number(c, 6));
    Value y = onGrid(sum.times(gain), number(c, 7), c.input(7).type());
    return List.of(new Operand.Held(y, Call.channelsLastOrder(c.rank()), c.input(7).type()));
  }

  /** Inputs: a, its scale and zero point (perhaps one per row), b and its (one per column), y's. */
  private static List<Operand> product(Call c) {
    Value a = c.plain(0).minus(rows(c, 2));
    Value b = unnamed(c, 3, Index.range(c.shape(3).rank())).minus(numbers(c, 5));
    Value gain = rows(c, 1).times(numbers(c, 4)).over(number(c, 6));
    Value y = onGrid(MatrixOperators.product(a, b).times(gain), number(c, 7), c.input(7).type());
    return List.of(Operand.Held.plain(y, c.input(7).type()));
  }

  private static Value rows(Call c, int i) {
    Value v = numbers(c, i);
    return v.shape().rank() == 1 ? v.reshape(Shape.of(v.shape().dim(0), 1)) : v;
  }

  private static Value real(Call c, Value q, int scale) {
    return q.minus(number(c, scale + 1)).times(number(c, scale));
  }

  /** Inputs: A, its scale and zero point, B and its, those of the result. */
  private static List<Operand> pair(Call c, BinaryOperator<Value> f) {
    Aligned x = Aligned.of(c.graph(), List.of(c.graph().held(c.input(0)), unnamed(c, 3)));
    Value real = f.apply(real(c, x.values().get(0), 1), real(c, x.values().get(1), 4));
    return x.result(onGrid(real.over(number(c, 6)), zero(c, 7), c.type()), c.type());
  }

  private static Operand unnamed(Call c, int i) {
    return c.input(i) instanceof Operand.Known k ? new Operand.Known(k.tensor(), "") : c.input(i);
  }

  private static Value zero(Call c, int i) {
    return c.has(i) ? number(c, i) : Value.constant(0);
  }

  private static List<Operand> single(Call c, UnaryOperator<Value> f) {
    Operand.Held x = c.held(0);
    Value real = f.apply(real(c, x.value(), 1));
    return List.of(x.with(onGrid(real.over(number(c, 3)), zero(c, 4), c.type())));
  }

  private static List<Operand> globalAverage(Call c) {
    boolean last = c.node().flag("channels_last", false);
    int rank = c.rank();
    int[] order = last ? Index.range(rank) : Call.channelsLastOrder(rank);
    Value x = c.in(0, order);
    int[] axes = Arrays.stream(Index.range(rank - 1)).filter(a -> a > 0).toArray();
    Value mean = real(c, x, 1).mean(axes);
    return List.of(
        new Operand.Held(onGrid(mean.over(number(c, 3)), zero(c, 4), c.type()), order, c.type()));
  }

  /** Inputs: the result's scale and zero point, then each part with its own. */
  private static List<Operand> concat(Call c) {
    DataType type = c.input(1).type();
    int axis = Index.axis(c.node().integer("axis", 1), c.input(2).rank());
    int[] order = c.graph().held(c.input(2)).order();
    List<Value> parts = new ArrayList<>();
    for (int i = 2; i < c.count(); i += 3) {
      Value real = real(c, c.in(i, order), i + 1);
      parts.add(onGrid(real.over(number(c, 0)), number(c, 1), type));
    }
    Value y = Value.of(new Movement.Concat(Index.inverse(order)[axis]), parts);
    return List.of(new Operand.Held(y, order, type));
  }
}
