package dev.fovea.formats.onnx.operators;

import dev.fovea.formats.onnx.tensors.HostTensor;
import dev.fovea.formats.onnx.tensors.Index;
import dev.fovea.formats.onnx.walk.Call;
import dev.fovea.formats.onnx.walk.HostOperator;
import dev.fovea.formats.onnx.walk.Operand;
import dev.fovea.formats.onnx.walk.Operator;
import dev.fovea.op.UnaryFunction;
import dev.fovea.op.Value;
import dev.fovea.tensor.Shape;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Operators that make one number of all elements along some axes. */
final class ReductionOperators {
  /** How a plan reduces some axes of a value, which then have extent 1; null if it cannot. */
  private interface Reducer {
    @Nullable Value apply(Value x, int[] axes);
  }

  /** Reduces the elements of one line, given as an array. */
  private interface LineReducer {
    double apply(double[] line);
  }

  private ReductionOperators() {}

  static void register(Map<String, Operator> to) {
    add(to, "ReduceSum", Value::sum, l -> Arrays.stream(l).sum());
    add(to, "ReduceMean", Value::mean, l -> Arrays.stream(l).sum() / l.length);
    add(
        to,
        "ReduceMax",
        Value::max,
        l -> Arrays.stream(l).reduce(Double.NEGATIVE_INFINITY, Math::max));
    add(
        to,
        "ReduceMin",
        (x, a) -> x.map(UnaryFunction.NEGATE).max(a).map(UnaryFunction.NEGATE),
        l -> Arrays.stream(l).reduce(Double.POSITIVE_INFINITY, Math::min));
    add(to, "ReduceProd", (x, a) -> null, l -> Arrays.stream(l).reduce(1, (p, q) -> p * q));
    add(
        to,
        "ReduceL1",
        (x, a) -> x.map(UnaryFunction.ABS).sum(a),
        l -> Arrays.stream(l).map(Math::abs).sum());
    add(
        to,
        "ReduceL2",
        (x, a) -> x.map(UnaryFunction.SQUARE).sum(a).map(UnaryFunction.SQRT),
        l -> Math.sqrt(Arrays.stream(l).map(v -> v * v).sum()));
    add(
        to,
        "ReduceLogSum",
        (x, a) -> x.sum(a).map(UnaryFunction.LOG),
        l -> Math.log(Arrays.stream(l).sum()));
    add(
        to,
        "ReduceLogSumExp",
        (x, a) -> {
          Value m = x.max(a);
          return x.minus(m).map(UnaryFunction.EXP).sum(a).map(UnaryFunction.LOG).plus(m);
        },
        ReductionOperators::logSumExp);
    add(
        to,
        "ReduceSumSquare",
        (x, a) -> x.map(UnaryFunction.SQUARE).sum(a),
        l -> Arrays.stream(l).map(v -> v * v).sum());
  }

  private static double logSumExp(double[] line) {
    double m = Arrays.stream(line).reduce(Double.NEGATIVE_INFINITY, Math::max);
    double shift = Double.isInfinite(m) ? 0 : m;
    return Math.log(Arrays.stream(line).map(v -> Math.exp(v - shift)).sum()) + shift;
  }

  private static void add(Map<String, Operator> to, String type, Reducer plan, LineReducer host) {
    to.put(type, c -> reduce(c, plan, host));
  }

  /** The axes are an operand from opset 18 on (13 for sums); none named means all, or nothing. */
  private static List<Operand> reduce(Call c, Reducer plan, LineReducer line) {
    int[] given = c.list("axes", 1);
    boolean none = given == null || given.length == 0;
    boolean keep = c.node().flag("keepdims", true);
    if (c.node().flag("noop_with_empty_axes", false) && none) {
      return List.of(c.input(0));
    }
    int[] axes = given == null || none ? Index.range(c.rank()) : Index.axes(given, c.rank());
    if (keep && c.graph().model().batch() == 1) {
      // A file for one sample means all elements of a sample.
      axes = Arrays.stream(axes).filter(a -> c.growth(0, a) == 0).toArray();
    }
    return reduced(c, plan, line, axes, keep);
  }

  private static List<Operand> reduced(
      Call c, Reducer plan, LineReducer line, int[] axes, boolean keep) {
    boolean inPlan =
        c.input(0) instanceof Operand.Held h
            && h.type().isFloat()
            && h.shape().elements() > 0
            && axes.length > 0;
    Operand result = inPlan ? planned(c.held(0), axes, keep, plan) : null;
    return result != null
        ? List.of(result)
        : HostOperator.of((n, in) -> List.of(reduced(in.get(0), axes, keep, line)), 1).apply(c);
  }

  private static @Nullable Operand planned(Operand.Held h, int[] axes, boolean keep, Reducer plan) {
    int[] held = Arrays.stream(axes).map(h::axis).sorted().toArray();
    Value y = plan.apply(h.value(), held);
    if (y == null || keep) {
      return y == null ? null : h.with(y);
    }
    int[] order = Arrays.stream(h.order()).filter(a -> Arrays.binarySearch(axes, a) < 0).toArray();
    int[] left = Arrays.stream(order).map(a -> a - below(axes, a)).toArray();
    return new Operand.Held(y.reshape(Index.without(y.shape(), held)), left, h.type());
  }

  private static int below(int[] axes, int axis) {
    return (int) Arrays.stream(axes).filter(a -> a < axis).count();
  }

  private static HostTensor reduced(HostTensor t, int[] axes, boolean keep, LineReducer f) {
    Shape kept = t.shape();
    Shape line = Shape.of(Arrays.stream(axes).map(t.shape()::dim).toArray());
    int[] strides = t.shape().strides();
    for (int a : axes) {
      kept = kept.withDim(a, 1);
    }
    int[] starts = Index.walk(kept, strides, 0);
    int[] offsets = Index.walk(line, Arrays.stream(axes).map(a -> strides[a]).toArray(), 0);
    double[] out = new double[starts.length];
    double least = t.type().least();
    double greatest = t.type().greatest();
    for (int i = 0; i < out.length; i++) {
      int start = starts[i];
      double y = f.apply(Arrays.stream(offsets).mapToDouble(o -> t.at(start + o)).toArray());
      // The greatest of nothing is the least that the type holds.
      y = Double.isInfinite(y) ? ElementFunctions.clip(y, least, greatest) : y;
      out[i] = t.type().hold(y);
    }
    return HostTensor.of(t.type(), keep ? kept : Index.without(kept, axes), out);
  }
}
