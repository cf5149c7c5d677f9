package dev.fovea.formats.onnx.operators;

import dev.fovea.formats.FormatException;
import dev.fovea.formats.onnx.file.Node;
import dev.fovea.formats.onnx.tensors.DataType;
import dev.fovea.formats.onnx.tensors.HostTensor;
import dev.fovea.formats.onnx.tensors.Index;
import dev.fovea.formats.onnx.walk.HostFunction;
import dev.fovea.formats.onnx.walk.HostOperator;
import dev.fovea.formats.onnx.walk.Operator;
import dev.fovea.tensor.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** Operators that search: for the largest elements, for non-zero ones, for unsuppressed boxes. */
final class SearchFunctions {
  /** Equal parts are found by lists of boxed numbers, which take much memory. */
  private static final int MOST_COMPARED = 1 << 20;

  private SearchFunctions() {}

  static void register(Map<String, Operator> to) {
    to.put("ArgMax", HostOperator.of((n, in) -> List.of(best(n, in.get(0), true))));
    to.put("ArgMin", HostOperator.of((n, in) -> List.of(best(n, in.get(0), false))));
    to.put("TopK", HostOperator.of(SearchFunctions::top, 1));
    to.put("Hardmax", HostOperator.of((n, in) -> List.of(hardmax(n, in.get(0)))));
    to.put("NonZero", HostOperator.dynamic((n, in) -> List.of(nonZero(in.get(0)))));
    to.put("Compress", HostOperator.dynamic((n, in) -> List.of(compress(n, in))));
    to.put("Unique", HostOperator.dynamic(SearchFunctions::unique));
    to.put("NonMaxSuppression", HostOperator.dynamic((n, in) -> List.of(boxes(n, in))));
  }

  private static HostTensor best(Node n, HostTensor t, boolean largest) {
    int axis = Index.axis(n.integer("axis", 0), t.rank());
    boolean last = n.flag("select_last_index", false);
    int inner = Index.product(t.shape(), axis + 1, t.rank());
    int extent = t.shape().dim(axis);
    Shape kept = t.shape().withDim(axis, 1);
    double[] out = new double[HostTensor.bounded(kept).elements()];
    for (int line = 0; line < out.length; line++) {
      int first = line / inner * extent * inner + line % inner;
      int found = 0;
      for (int k = 1; k < extent; k++) {
        double x = t.at(first + k * inner);
        double y = t.at(first + found * inner);
        if (largest ? x > y : x < y) {
          found = k;
        } else if (last && x == y) {
          found = k;
        }
      }
      out[line] = found;
    }
    HostTensor result = HostTensor.of(DataType.INT64, kept, out);
    return n.flag("keepdims", true)
        ? result
        : result.reshape(Index.without(kept, new int[] {axis}));
  }

  /** The number of elements is an operand from opset 10 on and an attribute before. */
  private static List<HostTensor> top(Node n, HostFunction.Inputs in) {
    // Sorted is one of the orders in which the largest may come.
    n.obeys("sorted");
    HostTensor t = in.get(0);
    int axis = Index.axis(n.integer("axis", -1), t.rank());
    int k = n.has("k") ? n.small("k", 1) : (int) in.get(1).item();
    // Places are sorted as boxed numbers, of as many elements as an axis has.
    int extent = HostTensor.bounded(t.shape()).dim(axis);
    if (k < 0 || k > extent) {
      throw new FormatException("cannot take " + k + " of " + extent);
    }
    boolean largest = n.flag("largest", true);
    int inner = Index.product(t.shape(), axis + 1, t.rank());
    Shape shape = t.shape().withDim(axis, k);
    double[] values = new double[HostTensor.bounded(shape).elements()];
    double[] places = new double[values.length];
    for (int line = 0; line < (k == 0 ? 0 : values.length / k); line++) {
      int first = line / inner * extent * inner + line % inner;
      int to = line / inner * k * inner + line % inner;
      Comparator<Integer> byValue = Comparator.comparingDouble(i -> t.at(first + i * inner));
      List<Integer> order =
          IntStream.range(0, extent)
              .boxed()
              .sorted(largest ? byValue.reversed() : byValue)
              .limit(k)
              .toList();
      for (int i = 0; i < k; i++) {
        values[to + i * inner] = t.at(first + order.get(i) * inner);
        places[to + i * inner] = order.get(i);
      }
    }
    return List.of(
        HostTensor.of(t.type(), shape, values), HostTensor.of(DataType.INT64, shape, places));
  }

  /** Before opset 13 all axes from the named one on count as one. */
  private static HostTensor hardmax(Node n, HostTensor t) {
    boolean old = n.opset() < 13;
    int axis = Index.axis(n.integer("axis", old ? 1 : -1), t.rank());
    int extent = old ? Index.product(t.shape(), axis, t.rank()) : t.shape().dim(axis);
    int inner = old ? 1 : Index.product(t.shape(), axis + 1, t.rank());
    double[] out = new double[HostTensor.bounded(t.shape()).elements()];
    for (int line = 0; line < t.size() / Math.max(extent, 1); line++) {
      int first = line / inner * extent * inner + line % inner;
      int found = first;
      for (int k = 1; k < extent; k++) {
        found = t.at(first + k * inner) > t.at(found) ? first + k * inner : found;
      }
      out[found] = 1;
    }
    return HostTensor.of(t.type(), t.shape(), out);
  }

  private static HostTensor nonZero(HostTensor t) {
    HostTensor.bounded(t.shape());
    int[] found = IntStream.range(0, t.size()).filter(i -> t.at(i) != 0).toArray();
    Shape shape = HostTensor.bounded(Shape.of(t.rank(), found.length));
    double[] out = new double[shape.elements()];
    for (int i = 0; i < found.length; i++) {
      int[] at = Index.split(t.shape(), found[i]);
      for (int a = 0; a < at.length; a++) {
        out[a * found.length + i] = at[a];
      }
    }
    return HostTensor.of(DataType.INT64, shape, out);
  }

  private static HostTensor compress(Node n, HostFunction.Inputs in) {
    HostTensor condition = in.get(1);
    HostTensor.bounded(condition.shape());
    int[] kept = IntStream.range(0, condition.size()).filter(i -> condition.at(i) != 0).toArray();
    boolean flat = !n.has("axis");
    HostTensor t = flat ? in.get(0).reshape(Shape.of(in.get(0).size())) : in.get(0);
    return IndexFunctions.gather(
        t, HostTensor.longs(kept), flat ? 0 : Index.axis(n.integer("axis", 0), t.rank()));
  }

  private static List<HostTensor> unique(Node n, HostFunction.Inputs in) {
    boolean flat = !n.has("axis");
    HostTensor t = flat ? in.get(0).reshape(Shape.of(in.get(0).size())) : in.get(0);
    int axis = flat ? 0 : Index.axis(n.integer("axis", 0), t.rank());
    if (t.size() > MOST_COMPARED) {
      throw new FormatException("compares more than " + MOST_COMPARED + " elements");
    }
    Map<List<Double>, List<Integer>> found = new LinkedHashMap<>();
    for (int i = 0; i < t.shape().dim(axis); i++) {
      HostTensor part = IndexFunctions.gather(t, HostTensor.longs(i), axis);
      List<Double> key = Arrays.stream(part.doubles()).boxed().toList();
      found.computeIfAbsent(key, _ -> new ArrayList<>()).add(i);
    }
    List<Map.Entry<List<Double>, List<Integer>>> entries = new ArrayList<>(found.entrySet());
    if (n.flag("sorted", true)) {
      entries.sort(Map.Entry.comparingByKey(SearchFunctions::compare));
    }
    int[] firsts = entries.stream().mapToInt(e -> e.getValue().get(0)).toArray();
    long[] inverse = new long[t.shape().dim(axis)];
    for (int e = 0; e < entries.size(); e++) {
      for (int i : entries.get(e).getValue()) {
        inverse[i] = e;
      }
    }
    long[] counts = entries.stream().mapToLong(e -> e.getValue().size()).toArray();
    return List.of(
        IndexFunctions.gather(t, HostTensor.longs(firsts), axis),
        HostTensor.longs(firsts),
        HostTensor.longs(inverse),
        HostTensor.longs(counts));
  }

  private static int compare(List<Double> a, List<Double> b) {
    for (int i = 0; i < a.size(); i++) {
      int c = Double.compare(a.get(i), b.get(i));
      if (c != 0) {
        return c;
      }
    }
    return 0;
  }

  /** Greedy non-maximum suppression per sample and class: rows of sample, class, box. */
  private static HostTensor boxes(Node n, HostFunction.Inputs in) {
    HostTensor boxes = in.get(0);
    HostTensor scores = in.get(1);
    double most = in.number(2, 0);
    double overlap = in.number(3, 0);
    boolean floor = in.has(4) && in.get(4).size() > 0;
    double least = floor ? in.get(4).at(0) : Double.NEGATIVE_INFINITY;
    boolean center = n.flag("center_point_box", false);
    int count = HostTensor.bounded(boxes.shape()).dim(1);
    HostTensor.bounded(scores.shape());
    int classes = scores.shape().dim(1);
    List<Double> rows = new ArrayList<>();
    for (int i = 0; i < scores.shape().dim(0) * classes; i++) {
      int sample = i / classes;
      int first = i * count;
      List<Integer> order =
          IntStream.range(0, count)
              .filter(b -> scores.at(first + b) > least)
              .boxed()
              .sorted(Comparator.comparingDouble(b -> -scores.at(first + b)))
              .toList();
      List<double[]> kept = new ArrayList<>();
      for (int b : order) {
        in.budget().steps(kept.size() + 1, 1);
        double[] box = box(boxes, sample * count + b, center);
        if (kept.size() < most && kept.stream().noneMatch(k -> overlap(k, box) > overlap)) {
          kept.add(box);
          rows.addAll(List.of((double) sample, (double) (i % classes), (double) b));
        }
      }
    }
    double[] flat = rows.stream().mapToDouble(Double::doubleValue).toArray();
    return HostTensor.of(DataType.INT64, Shape.of(flat.length / 3, 3), flat);
  }

  /** Returns a box as its least and greatest coordinates. */
  private static double[] box(HostTensor boxes, int row, boolean center) {
    double a = boxes.at(row * 4);
    double b = boxes.at(row * 4 + 1);
    double c = boxes.at(row * 4 + 2);
    double d = boxes.at(row * 4 + 3);
    return center
        ? new double[] {a - c / 2, b - d / 2, a + c / 2, b + d / 2}
        : new double[] {Math.min(a, c), Math.min(b, d), Math.max(a, c), Math.max(b, d)};
  }

  /** Returns the share that the common area of two boxes has in the area of both. */
  private static double overlap(double[] p, double[] q) {
    double h = Math.min(p[2], q[2]) - Math.max(p[0], q[0]);
    double w = Math.min(p[3], q[3]) - Math.max(p[1], q[1]);
    double common = Math.max(h, 0) * Math.max(w, 0);
    double both = (p[2] - p[0]) * (p[3] - p[1]) + (q[2] - q[0]) * (q[3] - q[1]) - common;
    return both <= 0 ? 0 : common / both;
  }
}
