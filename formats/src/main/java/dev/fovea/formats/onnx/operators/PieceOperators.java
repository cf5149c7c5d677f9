package dev.fovea.formats.onnx.operators;

import dev.fovea.formats.FormatException;
import dev.fovea.formats.onnx.operators.ShapeFunctions.Range;
import dev.fovea.formats.onnx.tensors.HostTensor;
import dev.fovea.formats.onnx.tensors.Index;
import dev.fovea.formats.onnx.walk.Aligned;
import dev.fovea.formats.onnx.walk.Call;
import dev.fovea.formats.onnx.walk.HostOperator;
import dev.fovea.formats.onnx.walk.Operand;
import dev.fovea.formats.onnx.walk.Operator;
import dev.fovea.op.Ints;
import dev.fovea.op.Movement;
import dev.fovea.op.Value;
import dev.fovea.tensor.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Operators that join tensors, cut them and put borders around them. */
final class PieceOperators {
  /** The widest border that is put around anything. */
  private static final int WIDEST = 1 << 20;

  private PieceOperators() {}

  static void register(Map<String, Operator> to) {
    to.put("Concat", c -> List.of(concat(c, c.axis("axis", c.node().opset() < 4 ? 1 : 0))));
    to.put("Split", PieceOperators::split);
    to.put("Slice", PieceOperators::slice);
    to.put("Pad", PieceOperators::pad);
    to.put("Gather", PieceOperators::gather);
    to.put("CenterCropPad", PieceOperators::center);
  }

  /** Returns all operands one after the other along an axis. */
  static Operand concat(Call c, int axis) {
    if (c.isKnown()) {
      List<HostTensor> parts = IntStream.range(0, c.count()).mapToObj(c::known).toList();
      return new Operand.Known(ShapeFunctions.concat(parts, axis), "");
    }
    List<Operand> all = new ArrayList<>();
    for (int i = 0; i < c.count(); i++) {
      if (c.shape(i).elements() > 0) {
        all.add(c.input(i));
      }
    }
    if (all.stream().anyMatch(o -> o.rank() != c.rank())) {
      throw new FormatException("operands have different numbers of axes");
    }
    int[] order = Aligned.of(c.graph(), List.of(largest(all))).order();
    int held = Index.inverse(order)[axis];
    List<Value> parts = all.stream().map(o -> c.graph().in(o, order)).toList();
    parts = axis == 0 ? parts : forBatch(c, parts, Index.inverse(order)[0]);
    Value joined = parts.size() == 1 ? parts.get(0) : Value.of(new Movement.Concat(held), parts);
    return new Operand.Held(joined, order, c.type());
  }

  /** A part that a file for one sample holds, such as a token before all others, is in each. */
  private static List<Value> forBatch(Call c, List<Value> parts, int first) {
    int batch = c.graph().batch();
    boolean whole = parts.stream().anyMatch(v -> v.shape().dim(first) == batch);
    return batch == 1 || !whole
        ? parts
        : parts.stream()
            .map(
                v -> v.shape().dim(first) == 1 ? v.broadcastTo(v.shape().withDim(first, batch)) : v)
            .toList();
  }

  private static Operand largest(List<Operand> all) {
    Operand largest = all.get(0);
    for (Operand o : all) {
      boolean better =
          largest instanceof Operand.Known || o.shape().elements() > largest.shape().elements();
      largest = o instanceof Operand.Held && better ? o : largest;
    }
    return largest;
  }

  private static List<Operand> split(Call c) {
    int axis = c.axis("axis", 0);
    int count = c.node().small("num_outputs", c.node().outputs().size());
    int[] parts = ShapeFunctions.parts(c.shape(0).dim(axis), c.list("split", 1), count);
    List<Operand> results = new ArrayList<>();
    int begin = 0;
    for (int size : parts) {
      results.add(piece(c, axis, begin, size));
      begin += size;
    }
    return results;
  }

  static Operand piece(Call c, int axis, int begin, int size) {
    Shape shape = c.shape(0);
    int[] begins = new int[shape.rank()];
    int[] steps = new int[shape.rank()];
    Arrays.fill(steps, 1);
    begins[axis] = begin;
    return sliced(c, new Range(begins, steps, shape.withDim(axis, size)));
  }

  private static Operand sliced(Call c, Range r) {
    if (r.size().elements() == 0) {
      return new Operand.Known(HostTensor.full(c.type(), r.size(), 0), "");
    }
    return c.input(0) instanceof Operand.Held h
        ? h.with(ShapeOperators.sliced(h, r))
        : new Operand.Known(ShapeFunctions.slice(c.known(0), r), "");
  }

  /** The bounds are operands from opset 10 on and attributes before. */
  private static List<Operand> slice(Call c) {
    int[] starts = c.list("starts", 1);
    int[] ends = c.list("ends", 2);
    if (starts == null || ends == null || starts.length != ends.length) {
      throw new FormatException("needs as many starts as ends");
    }
    int[] axes = c.list("axes", 3);
    for (int i = 0; i < starts.length; i++) {
      // What takes the whole batch that the file is written for takes any other as well.
      int a = Index.axis(axes == null ? i : axes[i], c.rank());
      ends[i] =
          starts[i] == 0 && c.growth(0, a) > 0 && ends[i] == c.written(0, a)
              ? c.shape(0).dim(a)
              : ends[i];
    }
    return List.of(sliced(c, Range.of(c.shape(0), starts, ends, axes, c.knownInts(4))));
  }

  /** The widths are operands from opset 11 on; axes may be chosen from opset 18 on. */
  private static List<Operand> pad(Call c) {
    int[] pads = c.has(1) ? c.known(1).ints() : c.node().integers("pads");
    pads = pads == null ? c.node().integers("paddings", new int[2 * c.rank()]) : pads;
    double value = c.has(2) ? c.known(2).item() : c.node().number("value", 0);
    String mode = c.node().text("mode", "constant");
    int[] axes = c.has(3) ? c.known(3).ints() : Index.range(c.rank());
    checked(pads);
    if (pads.length != 2 * axes.length) {
      throw new FormatException("needs two widths per axis, got " + pads.length);
    }
    int[] before = new int[c.rank()];
    int[] after = new int[c.rank()];
    for (int i = 0; i < axes.length; i++) {
      before[Index.axis(axes[i], c.rank())] = pads[i];
      after[Index.axis(axes[i], c.rank())] = pads[i + axes.length];
    }
    Value v = c.input(0) instanceof Operand.Held h ? padded(h, before, after, mode, value) : null;
    return v != null
        ? List.of(c.held(0).with(v))
        : HostOperator.of(
                (n, in) -> List.of(ShapeFunctions.pad(in.get(0), before, after, mode, value)),
                1,
                2,
                3)
            .apply(c);
  }

  private static void checked(int[] widths) {
    for (int w : widths) {
      if (w < -WIDEST || w > WIDEST) {
        throw new FormatException("needs widths of at most " + WIDEST + ", got " + w);
      }
    }
  }

  private static @Nullable Value padded(
      Operand.Held h, int[] before, int[] after, String mode, double value) {
    int[] b = Arrays.stream(h.order()).map(a -> before[a]).toArray();
    int[] e = Arrays.stream(h.order()).map(a -> after[a]).toArray();
    Value v = h.value();
    for (int a = 0; a < b.length; a++) {
      int cut = Math.max(0, -b[a]);
      int cutEnd = Math.max(0, -e[a]);
      int rest = v.shape().dim(a) - cut - cutEnd;
      if (rest <= 0) {
        return null;
      }
      v = cut + cutEnd > 0 ? v.slice(a, cut, rest) : v;
      b[a] = Math.max(0, b[a]);
      e[a] = Math.max(0, e[a]);
    }
    if (mode.equals("constant")) {
      return Value.of(new Movement.Pad(Ints.of(b), Ints.of(e), (float) value), v);
    }
    for (int a = 0; a < b.length; a++) {
      int n = v.shape().dim(a);
      if (b[a] + e[a] > 0) {
        int[] from =
            IntStream.range(-b[a], n + e[a]).map(i -> ShapeFunctions.source(i, n, mode)).toArray();
        v = ShapeOperators.picked(v, a, from);
      }
    }
    return v;
  }

  private static List<Operand> gather(Call c) {
    int axis = c.axis("axis", 0);
    if (!(c.input(0) instanceof Operand.Held h
        && c.input(1) instanceof Operand.Known k
        && k.tensor().size() > 0)) {
      return HostOperator.of((n, in) -> List.of(IndexFunctions.gather(in.get(0), in.get(1), axis)))
          .apply(c);
    }
    HostTensor indices = k.tensor();
    int[] at =
        Arrays.stream(indices.ints())
            .map(i -> IndexFunctions.inside(i, c.shape(0).dim(axis)))
            .toArray();
    Operand.Held picked = h.with(ShapeOperators.picked(h.value(), h.axis(axis), at));
    if (indices.rank() == 1) {
      return List.of(picked);
    }
    Shape in = c.shape(0);
    List<Integer> dims = new ArrayList<>();
    for (int a = 0; a < in.rank(); a++) {
      if (a == axis) {
        Arrays.stream(indices.shape().dims()).forEach(dims::add);
      } else {
        dims.add(in.dim(a));
      }
    }
    Shape to = Shape.of(dims.stream().mapToInt(Integer::intValue).toArray());
    return ShapeOperators.reshaped(new Call(c.node(), List.of(picked), c.graph()), to);
  }

  /** Cuts and pads axes evenly to given extents; an odd row goes to the end. */
  private static List<Operand> center(Call c) {
    int[] to = c.known(1).ints();
    checked(to);
    int[] axes = c.node().integers("axes", Index.range(c.rank()));
    int[] before = new int[c.rank()];
    int[] after = new int[c.rank()];
    for (int i = 0; i < axes.length; i++) {
      int a = Index.axis(axes[i], c.rank());
      int more = to[i] - c.shape(0).dim(a);
      before[a] = more / 2;
      after[a] = more - before[a];
    }
    Value v = c.input(0) instanceof Operand.Held h ? padded(h, before, after, "constant", 0) : null;
    return v != null
        ? List.of(c.held(0).with(v))
        : HostOperator.of(
                (n, in) -> List.of(ShapeFunctions.pad(in.get(0), before, after, "constant", 0)), 1)
            .apply(c);
  }
}
