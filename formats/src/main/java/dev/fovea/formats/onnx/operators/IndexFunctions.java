package dev.fovea.formats.onnx.operators;

import dev.fovea.formats.FormatException;
import dev.fovea.formats.onnx.file.Node;
import dev.fovea.formats.onnx.tensors.HostTensor;
import dev.fovea.formats.onnx.tensors.Index;
import dev.fovea.formats.onnx.walk.HostFunction;
import dev.fovea.formats.onnx.walk.HostOperator;
import dev.fovea.formats.onnx.walk.Operator;
import dev.fovea.tensor.Shape;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleBinaryOperator;

/** Operators that pick and place elements by indices. */
public final class IndexFunctions {
  private IndexFunctions() {}

  static void register(Map<String, Operator> to) {
    to.put("GatherElements", HostOperator.of((n, in) -> List.of(gatherElements(n, in))));
    to.put("GatherND", HostOperator.of((n, in) -> List.of(gatherNd(n, in))));
    to.put("Scatter", HostOperator.of((n, in) -> List.of(scatterElements(n, in))));
    to.put("ScatterElements", HostOperator.of((n, in) -> List.of(scatterElements(n, in))));
    to.put("ScatterND", HostOperator.of((n, in) -> List.of(scatterNd(n, in))));
    to.put("OneHot", HostOperator.of((n, in) -> List.of(oneHot(n, in)), 1));
    to.put("ReverseSequence", HostOperator.of((n, in) -> List.of(reverseSequence(n, in))));
    to.put("Trilu", HostOperator.of((n, in) -> List.of(triangle(n, in)), 1));
    to.put("CumSum", HostOperator.of((n, in) -> List.of(running(n, in, 0, Double::sum)), 1));
    to.put("CumProd", HostOperator.of((n, in) -> List.of(running(n, in, 1, (a, b) -> a * b)), 1));
    to.put("TensorScatter", HostOperator.of((n, in) -> List.of(update(n, in))));
    to.put("MaxUnpool", HostOperator.of((n, in) -> List.of(maxUnpool(n, in)), 2));
  }

  /** Returns an index counted from the start. */
  public static int inside(double index, int extent) {
    double i = index < 0 ? index + extent : index;
    if (!(i >= 0 && i < extent)) {
      throw new FormatException("index " + index + " lies outside an axis of " + extent);
    }
    return (int) i;
  }

  static HostTensor gather(HostTensor t, HostTensor indices, int axis) {
    Shape s = t.shape();
    int[] dims = new int[s.rank() - 1 + indices.rank()];
    System.arraycopy(s.dims(), 0, dims, 0, axis);
    System.arraycopy(indices.shape().dims(), 0, dims, axis, indices.rank());
    System.arraycopy(s.dims(), axis + 1, dims, axis + indices.rank(), s.rank() - axis - 1);
    Shape shape = HostTensor.bounded(Shape.of(dims));
    int inner = Index.product(s, axis + 1, s.rank());
    int n = indices.size();
    int[] from = new int[shape.elements()];
    for (int i = 0; i < from.length; i++) {
      int row = i / inner;
      int at = inside(indices.at(row % n), s.dim(axis));
      from[i] = (row / n * s.dim(axis) + at) * inner + i % inner;
    }
    return t.pick(shape, from);
  }

  /** Returns, per place of the indices, the same place with one coordinate replaced. */
  private static int[] along(HostTensor indices, Shape s, int axis) {
    int[] strides = s.strides();
    int[] flat = new int[HostTensor.bounded(indices.shape()).elements()];
    for (int i = 0; i < flat.length; i++) {
      int[] at = Index.split(indices.shape(), i);
      at[axis] = inside(indices.at(i), s.dim(axis));
      for (int a = 0; a < at.length; a++) {
        flat[i] += at[a] * strides[a];
      }
    }
    return flat;
  }

  private static HostTensor gatherElements(Node n, HostFunction.Inputs in) {
    HostTensor t = in.get(0);
    int axis = Index.axis(n.integer("axis", 0), t.rank());
    return t.pick(in.get(1).shape(), along(in.get(1), t.shape(), axis));
  }

  /** Returns where the slice of each row of indices begins. */
  private static int[] begins(HostTensor indices, Shape s, int batchAxes) {
    int depth = HostTensor.bounded(indices.shape()).dim(-1);
    int rows = depth == 0 ? 0 : indices.size() / depth;
    int[] strides = s.strides();
    int perBatch = rows / Math.max(Index.product(indices.shape(), 0, batchAxes), 1);
    int batchStep = batchAxes == 0 ? 0 : strides[batchAxes - 1];
    int[] begins = new int[rows];
    for (int r = 0; r < rows; r++) {
      begins[r] = r / Math.max(perBatch, 1) * batchStep;
      for (int d = 0; d < depth; d++) {
        int a = batchAxes + d;
        begins[r] += inside(indices.at(r * depth + d), s.dim(a)) * strides[a];
      }
    }
    return begins;
  }

  private static HostTensor gatherNd(Node n, HostFunction.Inputs in) {
    HostTensor t = in.get(0);
    HostTensor indices = in.get(1);
    int batch = n.small("batch_dims", 0);
    int depth = indices.shape().dim(-1);
    int[] head = Arrays.copyOf(indices.shape().dims(), indices.rank() - 1);
    int[] tail = Arrays.copyOfRange(t.shape().dims(), batch + depth, t.rank());
    int[] dims = Arrays.copyOf(head, head.length + tail.length);
    System.arraycopy(tail, 0, dims, head.length, tail.length);
    Shape shape = HostTensor.bounded(Shape.of(dims));
    int block = Shape.of(tail).elements();
    int[] begins = begins(indices, t.shape(), batch);
    int[] from = new int[shape.elements()];
    for (int i = 0; i < from.length; i++) {
      from[i] = begins[i / block] + i % block;
    }
    return t.pick(shape, from);
  }

  private static DoubleBinaryOperator combine(Node n) {
    return switch (n.text("reduction", "none")) {
      case "none" -> (a, b) -> b;
      case "add" -> Double::sum;
      case "mul" -> (a, b) -> a * b;
      case "max" -> Math::max;
      case "min" -> Math::min;
      default ->
          throw new FormatException("reduction " + n.text("reduction", "") + " is not known");
    };
  }

  private static HostTensor scatterElements(Node n, HostFunction.Inputs in) {
    HostTensor t = in.get(0);
    int axis = Index.axis(n.integer("axis", 0), t.rank());
    double[] out = t.doubles();
    int[] places = along(in.get(1), t.shape(), axis);
    DoubleBinaryOperator f = combine(n);
    for (int i = 0; i < places.length; i++) {
      out[places[i]] = t.type().hold(f.applyAsDouble(out[places[i]], in.get(2).at(i)));
    }
    return HostTensor.of(t.type(), t.shape(), out);
  }

  private static HostTensor scatterNd(Node n, HostFunction.Inputs in) {
    HostTensor t = in.get(0);
    double[] out = t.doubles();
    int[] begins = begins(in.get(1), t.shape(), 0);
    int block = begins.length == 0 ? 0 : in.get(2).size() / begins.length;
    DoubleBinaryOperator f = combine(n);
    for (int r = 0; r < begins.length; r++) {
      for (int i = 0; i < block; i++) {
        int at = begins[r] + i;
        out[at] = t.type().hold(f.applyAsDouble(out[at], in.get(2).at(r * block + i)));
      }
    }
    return HostTensor.of(t.type(), t.shape(), out);
  }

  private static HostTensor oneHot(Node n, HostFunction.Inputs in) {
    HostTensor indices = in.get(0);
    int depth = (int) in.get(1).item();
    HostTensor values = in.get(2);
    int axis = Index.axis(n.integer("axis", -1), indices.rank() + 1);
    Shape with = Index.with(indices.shape(), new int[] {axis}).withDim(axis, Math.max(depth, 0));
    Shape shape = HostTensor.bounded(with);
    double[] out = new double[shape.elements()];
    Arrays.fill(out, values.at(0));
    int inner = Index.product(shape, axis + 1, shape.rank());
    for (int i = 0; i < indices.size(); i++) {
      double index = indices.at(i) < 0 ? indices.at(i) + depth : indices.at(i);
      if (index >= 0 && index < depth) {
        out[(i / inner * depth + (int) index) * inner + i % inner] = values.at(1);
      }
    }
    return HostTensor.of(values.type(), shape, out);
  }

  private static HostTensor reverseSequence(Node n, HostFunction.Inputs in) {
    HostTensor t = in.get(0);
    int time = n.small("time_axis", 0);
    int batch = n.small("batch_axis", 1);
    int[] strides = t.shape().strides();
    int[] from = new int[HostTensor.bounded(t.shape()).elements()];
    for (int i = 0; i < from.length; i++) {
      int[] at = Index.split(t.shape(), i);
      int length = (int) in.get(1).at(at[batch]);
      int turned = at[time] < length ? length - 1 - at[time] : at[time];
      from[i] = i + (turned - at[time]) * strides[time];
    }
    return t.pick(t.shape(), from);
  }

  private static HostTensor triangle(Node n, HostFunction.Inputs in) {
    HostTensor t = in.get(0);
    boolean upper = n.flag("upper", true);
    long k = (long) in.number(1, 0);
    int columns = t.shape().dim(-1);
    int rows = t.shape().dim(-2);
    return HostTensor.reading(
        t.type(),
        t.shape(),
        i -> {
          long above = i % columns - (long) (i / columns % rows);
          return (upper ? above >= k : above <= k) ? t.at(i) : 0;
        },
        t);
  }

  /** Returns the sum, or product, of all elements up to each along an axis. */
  private static HostTensor running(
      Node n, HostFunction.Inputs in, double none, DoubleBinaryOperator join) {
    HostTensor t = in.get(0);
    int axis = Index.axis((long) in.get(1).item(), t.rank());
    boolean exclusive = n.flag("exclusive", false);
    boolean reverse = n.flag("reverse", false);
    int inner = Index.product(t.shape(), axis + 1, t.rank());
    int extent = t.shape().dim(axis);
    double[] out = new double[HostTensor.bounded(t.shape()).elements()];
    for (int line = 0; line < (extent == 0 ? 0 : out.length / extent); line++) {
      int first = line / inner * extent * inner + line % inner;
      double sum = none;
      for (int k = 0; k < extent; k++) {
        int at = first + (reverse ? extent - 1 - k : k) * inner;
        double next = join.applyAsDouble(sum, t.at(at));
        out[at] = t.type().hold(exclusive ? sum : next);
        sum = next;
      }
    }
    return HostTensor.of(t.type(), t.shape(), out);
  }

  /** Writes each element where a pooling found it: an index into the whole unpooled tensor. */
  private static HostTensor maxUnpool(Node n, HostFunction.Inputs in) {
    HostTensor x = in.get(0);
    int spatial = x.rank() - 2;
    int[] kernel = n.integers("kernel_shape", new int[spatial]);
    int[] ones = new int[spatial];
    Arrays.fill(ones, 1);
    int[] strides = n.integers("strides", ones);
    int[] pads = n.integers("pads", new int[2 * spatial]);
    int[] dims = x.shape().dims();
    for (int a = 0; a < spatial; a++) {
      dims[a + 2] = (dims[a + 2] - 1) * strides[a] - pads[a] - pads[a + spatial] + kernel[a];
    }
    Shape natural = Shape.of(dims);
    Shape shape = HostTensor.bounded(in.has(2) ? Shape.of(in.get(2).ints()) : natural);
    double[] out = new double[shape.elements()];
    for (int i = 0; i < x.size(); i++) {
      int[] at = Index.split(natural, inside(in.get(1).at(i), natural.elements()));
      int to = 0;
      for (int a = 0; a < at.length; a++) {
        to = to * shape.dim(a) + at[a];
      }
      out[to] = x.at(i);
    }
    return HostTensor.of(x.type(), shape, out);
  }

  /** Writes a piece of a sequence into a cache [N, …, length, …], at a place per sample. */
  private static HostTensor update(Node n, HostFunction.Inputs in) {
    HostTensor cache = in.get(0);
    HostTensor piece = in.get(1);
    int axis = Index.axis(n.integer("axis", -2), cache.rank());
    int length = cache.shape().dim(axis);
    int part = piece.shape().dim(axis);
    if (axis == 0 || !piece.shape().withDim(axis, length).equals(cache.shape())) {
      throw new FormatException(
          piece.shape() + " is no piece of " + cache.shape() + " along axis " + axis);
    }
    boolean circular = n.text("mode", "linear").equals("circular");
    int inner = Index.product(cache.shape(), axis + 1, cache.rank());
    int lines = Index.product(cache.shape(), 1, axis);
    double[] out = cache.doubles();
    for (int i = 0; i < piece.size(); i++) {
      int line = i / inner / part;
      double begin = in.has(2) ? in.get(2).at(line / lines) : 0;
      double at = begin + i / inner % part;
      at = circular ? at % length : at;
      out[(line * length + inside(at, length)) * inner + i % inner] = piece.at(i);
    }
    return HostTensor.of(cache.type(), cache.shape(), out);
  }
}
