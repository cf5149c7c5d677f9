package dev.fovea.formats.onnx.operators;

import dev.fovea.formats.FormatException;
import dev.fovea.formats.onnx.tensors.DataType;
import dev.fovea.formats.onnx.tensors.HostTensor;
import dev.fovea.formats.onnx.tensors.Index;
import dev.fovea.formats.onnx.walk.Aligned;
import dev.fovea.formats.onnx.walk.Call;
import dev.fovea.formats.onnx.walk.Dequantized;
import dev.fovea.formats.onnx.walk.GraphImport;
import dev.fovea.formats.onnx.walk.HostOperator;
import dev.fovea.formats.onnx.walk.Operand;
import dev.fovea.formats.onnx.walk.Operator;
import dev.fovea.op.Activation;
import dev.fovea.op.Elementwise;
import dev.fovea.op.Grid;
import dev.fovea.op.Movement;
import dev.fovea.op.Value;
import dev.fovea.tensor.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.BinaryOperator;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Operators on whole numbers that stand for real ones; see {@link Grid}. */
final class QuantizedOperators {
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
      return number(c, i);
    }
    requireList(o, x.shape().dim(axis), axis, x.shape());
    int[] dims = new int[x.rank()];
    Arrays.fill(dims, 1);
    dims[x.axis(axis)] = o.shape().dim(0);
    return unnamed(c, i, 0).reshape(Shape.of(dims));
  }

  private static void requireList(Operand o, int extent, int axis, Shape of) {
    if (o.rank() != 1 || o.shape().dim(0) != extent) {
      throw new FormatException("scales " + o.shape() + " do not fit axis " + axis + " of " + of);
    }
  }

  /** Returns an operand that training must not change. */
  private static Value unnamed(Call c, int i, int... order) {
    return c.graph().in(unnamed(c, i), order);
  }

  private static List<Operand> quantize(Call c) {
    c.node().obeys("axis", "block_size", "output_dtype", "precision", "saturate");
    boolean plan =
        c.input(0) instanceof Operand.Held && QuantizedFunctions.isPlain(c.node(), c.shape(1));
    DataType type =
        c.has(2) ? c.input(2).type() : QuantizedFunctions.type(c.node(), DataType.UINT8);
    if (!plan || type.isFloat() || type.bits() > Short.SIZE) {
      return HostOperator.of((n, in) -> List.of(QuantizedFunctions.quantize(n, in))).apply(c);
    }
    Operand.Held x = c.held(0);
    int axis = c.shape(1).elements() == 1 ? 0 : c.axis("axis", 1);
    Value zero = c.has(2) ? along(c, 2, x, axis) : Value.constant(0);
    Value scale = along(c, 1, x, axis);
    Grid.Scaled scaled = c.graph().scaled(unrectified(c, x.value(), type));
    Value steps =
        scaled != null && scale.shape().rank() == 0 ? scaled.steps(scale) : x.value().over(scale);
    return List.of(new Operand.Held(round(steps, zero, type), x.order(), type));
  }

  private static Value round(Value steps, Value zero, DataType type) {
    return Grid.round(steps, zero, type.least(), type.greatest());
  }

  /** Returns what comes before a ReLU that cutting off at the type's bounds does as well. */
  private static Value unrectified(Call c, Value v, DataType type) {
    boolean rectified =
        v.op() instanceof Elementwise.Activate(Activation a)
            && a.kind() == Activation.Kind.RELU
            && (c.has(2)
                ? c.input(2) instanceof Operand.Known k
                    && k.tensor().size() == 1
                    && k.tensor().item() == type.least()
                : type.least() == 0);
    return rectified ? v.input(0) : v;
  }

  private static List<Operand> dequantize(Call c) {
    c.node().obeys("axis", "output_dtype");
    boolean lists = QuantizedFunctions.isPlain(c.node(), c.shape(1));
    List<Operand> result =
        lists && c.input(0) instanceof Operand.Held x
            ? List.of(real(c, x))
            : HostOperator.of((n, in) -> List.of(QuantizedFunctions.dequantize(n, in))).apply(c);
    if (lists
        && c.input(1) instanceof Operand.Known scale
        && (!c.has(2) || c.input(2) instanceof Operand.Known)) {
      HostTensor zero = c.has(2) ? c.known(2) : HostTensor.scalar(c.type(), 0);
      int axis = scale.tensor().size() == 1 && zero.size() == 1 ? 0 : c.axis("axis", 1);
      for (HostTensor list : List.of(scale.tensor(), zero)) {
        if (list.size() != 1) {
          requireList(new Operand.Known(list, ""), c.shape(0).dim(axis), axis, c.shape(0));
        }
      }
      c.graph().dequantized(result.get(0), new Dequantized(c.input(0), scale.tensor(), zero, axis));
    }
    return result;
  }

  private static Operand real(Call c, Operand.Held x) {
    int axis = c.shape(1).elements() == 1 ? 0 : c.axis("axis", 1);
    Value q = x.value().minus(c.has(2) ? along(c, 2, x, axis) : Value.constant(0));
    DataType type = QuantizedFunctions.type(c.node(), c.input(1).type());
    return new Operand.Held(q.times(along(c, 1, x, axis)), x.order(), type);
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
    Grid.Scaled real = new Grid.Scaled(sum, numbers(c, 4).times(number(c, 1)));
    Value y = round(real.steps(number(c, 6)), number(c, 7), c.input(7).type());
    return List.of(new Operand.Held(y, Call.channelsLastOrder(c.rank()), c.input(7).type()));
  }

  /**
   * Returns the convolution of real numbers that bytes stand for, computed on those, so that no sum
   * is rounded; null where the operands are others.
   */
  static @Nullable Value convolutionOfBytes(Call c, int axes) {
    GraphImport g = c.graph();
    Dequantized x = g.dequantized(c.input(0));
    Dequantized w = g.dequantized(c.input(1));
    if (x == null || w == null || !x.isBytes() || !x.isPlain() || !w.isBytes() || !w.fits(0)) {
      return null;
    }
    Grid.Scaled a = x.scaled(g, Call.channelsLastOrder(axes + 2));
    Grid.Scaled b = w.scaled(g, ConvolutionOperators.weightOrder(axes));
    Value sum = ConvolutionOperators.convolve(c.node(), a.numbers(), b.numbers());
    return biased(c, x, w, new Grid.Scaled(sum, b.scale().times(a.scale())));
  }

  /** Returns the product of a and b, which bytes stand for, computed on those; or null. */
  static @Nullable Value productOfBytes(Call c, boolean transposed) {
    GraphImport g = c.graph();
    Dequantized x = g.dequantized(c.input(0));
    Dequantized w = g.dequantized(c.input(1));
    if (x == null || w == null || !x.isBytes() || !x.isPlain() || !w.isBytes()) {
      return null;
    }
    if (c.shape(1).rank() != 2 || c.rank() < 2 || !w.fits(transposed ? 0 : 1)) {
      return null;
    }
    Grid.Scaled a = x.scaled(g, Index.range(c.rank()));
    Grid.Scaled b = w.scaled(g, transposed ? new int[] {1, 0} : new int[] {0, 1});
    Value sum = MatrixOperators.product(a.numbers(), b.numbers());
    return biased(c, x, w, new Grid.Scaled(sum, b.scale().times(a.scale())));
  }

  /** Adds operand 2, as whole numbers if it has the scale of the sum. */
  private static Value biased(Call c, Dequantized x, Dequantized w, Grid.Scaled sum) {
    if (!c.has(2)) {
      return c.graph().scaled(sum);
    }
    Dequantized b = c.graph().dequantized(c.input(2));
    if (b != null && c.shape(2).rank() == 1 && isProduct(b, x, w)) {
      Value whole = sum.numbers().plus(b.numbers(c.graph(), 0));
      return c.graph().scaled(new Grid.Scaled(whole, sum.scale()));
    }
    int[] order = Index.range(c.shape(2).rank());
    return sum.real().plus(c.graph().weight(c.input(2), c.node().inputs().get(2), order));
  }

  private static boolean isProduct(Dequantized b, Dequantized x, Dequantized w) {
    int n = b.q().shape().elements();
    boolean lists = b.scale().size() == n || b.scale().size() == 1;
    if (!lists || (w.scale().size() != 1 && w.scale().size() != n)) {
      return false;
    }
    for (int i = 0; i < n; i++) {
      double product = x.scale().at(0) * w.scale().at(w.scale().size() == 1 ? 0 : i);
      double own = b.scale().at(b.scale().size() == 1 ? 0 : i);
      if (!(Math.abs(own - product) <= 1e-5 * Math.abs(product))) {
        return false;
      }
    }
    return true;
  }

  /** Inputs: a, its scale and zero point (perhaps one per row), b and its (one per column), y's. */
  private static List<Operand> product(Call c) {
    Value a = c.plain(0).minus(rows(c, 2));
    Value b = unnamed(c, 3, Index.range(c.shape(3).rank())).minus(numbers(c, 5));
    Grid.Scaled real =
        new Grid.Scaled(MatrixOperators.product(a, b), numbers(c, 4).times(rows(c, 1)));
    Value y = round(real.steps(number(c, 6)), number(c, 7), c.input(7).type());
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
    return x.result(round(real.over(number(c, 6)), zero(c, 7), c.type()), c.type());
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
    return List.of(x.with(round(real.over(number(c, 3)), zero(c, 4), c.type())));
  }

  private static List<Operand> globalAverage(Call c) {
    boolean last = c.node().flag("channels_last", false);
    int rank = c.rank();
    int[] order = last ? Index.range(rank) : Call.channelsLastOrder(rank);
    Value x = c.in(0, order);
    int[] axes = Arrays.stream(Index.range(rank - 1)).filter(a -> a > 0).toArray();
    Value mean = real(c, x, 1).mean(axes);
    Value y = round(mean.over(number(c, 3)), zero(c, 4), c.type());
    return List.of(new Operand.Held(y, order, c.type()));
  }

  /** Inputs: the result's scale and zero point, then each part with its own. */
  private static List<Operand> concat(Call c) {
    DataType type = c.input(1).type();
    int axis = Index.axis(c.node().integer("axis", 1), c.input(2).rank());
    int[] order = c.graph().held(c.input(2)).order();
    List<Value> parts = new ArrayList<>();
    for (int i = 2; i < c.count(); i += 3) {
      Value real = real(c, c.in(i, order), i + 1);
      parts.add(round(real.over(number(c, 0)), number(c, 1), type));
    }
    Value y = Value.of(new Movement.Concat(Index.inverse(order)[axis]), parts);
    return List.of(new Operand.Held(y, order, type));
  }
}
