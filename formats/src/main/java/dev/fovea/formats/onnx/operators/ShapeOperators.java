package dev.fovea.formats.onnx.operators;

import dev.fovea.formats.FormatException;
import dev.fovea.formats.onnx.operators.ShapeFunctions.Range;
import dev.fovea.formats.onnx.tensors.DataType;
import dev.fovea.formats.onnx.tensors.HostTensor;
import dev.fovea.formats.onnx.tensors.Index;
import dev.fovea.formats.onnx.walk.Call;
import dev.fovea.formats.onnx.walk.Operand;
import dev.fovea.formats.onnx.walk.Operator;
import dev.fovea.op.Movement;
import dev.fovea.op.Sampling;
import dev.fovea.op.Value;
import dev.fovea.tensor.Shape;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** Operators that give tensors another shape or another order of axes. */
final class ShapeOperators {
  private ShapeOperators() {}

  static void register(Map<String, Operator> to) {
    to.put("Identity", c -> List.of(c.any(0)));
    to.put("Reshape", ShapeOperators::reshape);
    to.put("Flatten", ShapeOperators::flatten);
    to.put("Squeeze", ShapeOperators::squeeze);
    to.put("Unsqueeze", ShapeOperators::unsqueeze);
    to.put("Transpose", ShapeOperators::transpose);
    to.put("Expand", ShapeOperators::expand);
    to.put("Tile", ShapeOperators::tile);
    to.put("DepthToSpace", c -> blocks(c, true));
    to.put("SpaceToDepth", c -> blocks(c, false));
    to.put("Shape", ShapeOperators::shape);
    to.put(
        "Size",
        c ->
            List.of(
                new Operand.Known(HostTensor.scalar(DataType.INT64, c.shape(0).elements()), "")));
  }

  /** Gives an operand another shape; the axes lie in ONNX's order afterwards. */
  static List<Operand> reshaped(Call c, Shape to) {
    return List.of(
        c.input(0) instanceof Operand.Known k
            ? new Operand.Known(k.tensor().reshape(to), k.name())
            : reshaped(c.held(0), to));
  }

  /**
   * Reshapes without moving anything where axes only come, go or fall apart in place: an axis that
   * keeps its extent and its neighbours stays where it is held.
   */
  private static Operand reshaped(Operand.Held h, Shape to) {
    Operand.Held kept = HeldReshape.inPlace(h, to);
    return kept != null
        ? kept
        : Operand.Held.plain(h.in(Index.range(h.rank())).reshape(to), h.type());
  }

  private static List<Operand> reshape(Call c) {
    int[] to = c.list("shape", 1);
    if (to == null) {
      throw new FormatException("needs a shape");
    }
    Shape shape =
        ShapeFunctions.reshaped(c.shape(0), forBatch(c, to), c.node().flag("allowzero", false));
    return reshaped(c, batched(c, shape));
  }

  /**
   * Returns the target for another batch than the one a file was written for: its outermost extent
   * stands for that batch, or a multiple of it.
   */
  private static Shape batched(Call c, Shape shape) {
    long batch = c.graph().batch();
    long written = Math.max(c.graph().model().batch(), 1);
    boolean other = batch != written && shape.rank() > 0 && shape.dim(0) % written == 0;
    return other && shape.elements() * batch == c.shape(0).elements() * written
        ? shape.withDim(0, Math.toIntExact(shape.dim(0) / written * batch))
        : shape;
  }

  /**
   * Returns a target with an open extent for another batch than the one a file was written for.
   * Left as it is, the open extent would take in the batch and mix samples.
   */
  private static int[] forBatch(Call c, int[] to) {
    int batch = c.graph().batch();
    int written = c.graph().model().batch();
    boolean meant =
        written > 0
            && batch != written
            && to.length > 0
            && to[0] == written
            && Arrays.stream(to).anyMatch(d -> d == -1)
            && c.rank() > 0
            && c.shape(0).dim(0) % batch == 0;
    if (!meant || !(c.input(0) instanceof Operand.Held h) || !c.graph().isFromInput(h.value())) {
      return to;
    }
    int[] all = to.clone();
    all[0] = batch;
    return all;
  }

  private static List<Operand> flatten(Call c) {
    long axis = c.node().integer("axis", 1);
    int at = (int) (axis < 0 ? axis + c.rank() : axis);
    Shape s = c.shape(0);
    return reshaped(c, Shape.of(Index.product(s, 0, at), Index.product(s, at, s.rank())));
  }

  /** Without a list all axes of extent 1 go, but for those that are 1 for one sample only. */
  private static List<Operand> squeeze(Call c) {
    int[] given = c.list("axes", 1);
    Shape s = c.shape(0);
    int[] axes =
        given != null
            ? Index.axes(given, s.rank())
            : Arrays.stream(Index.range(s.rank()))
                .filter(a -> s.dim(a) == 1 && c.growth(0, a) == 0)
                .toArray();
    return reshaped(c, Index.without(s, axes));
  }

  private static List<Operand> unsqueeze(Call c) {
    int[] axes = c.list("axes", 1);
    if (axes == null) {
      throw new FormatException("needs axes");
    }
    return reshaped(c, Index.with(c.shape(0), axes));
  }

  /** A transposition moves nothing: it says which axis is which. */
  private static List<Operand> transpose(Call c) {
    int rank = c.rank();
    int[] reversed = new int[rank];
    Arrays.setAll(reversed, i -> rank - 1 - i);
    int[] perm =
        Arrays.stream(c.node().integers("perm", reversed)).map(a -> Index.axis(a, rank)).toArray();
    if (Arrays.stream(perm).distinct().count() != rank) {
      throw new FormatException("perm " + Arrays.toString(perm) + " must name each axis once");
    }
    if (c.input(0) instanceof Operand.Known k && k.name().isEmpty()) {
      return List.of(new Operand.Known(k.tensor().transpose(perm), ""));
    }
    Operand.Held h = c.held(0);
    int[] inverse = Index.inverse(perm);
    int[] order = Arrays.stream(h.order()).map(a -> inverse[a]).toArray();
    return List.of(new Operand.Held(h.value(), order, h.type()));
  }

  private static List<Operand> expand(Call c) {
    Shape to = Shape.broadcast(c.shape(0), Shape.of(forBatch(c, 0, c.known(1).ints())));
    if (c.input(0) instanceof Operand.Known k) {
      return List.of(new Operand.Known(k.tensor().broadcast(to), ""));
    }
    if (to.rank() == c.rank()) {
      Operand.Held h = c.held(0);
      int[] dims = Arrays.stream(h.order()).map(to::dim).toArray();
      return List.of(h.with(h.value().broadcastTo(Shape.of(dims))));
    }
    return c.plain(c.plain(0).broadcastTo(to));
  }

  /**
   * Returns extents for the batch at hand, aligned to the last axes of an operand: one that is the
   * operand's for the batch that the file is written for becomes the operand's.
   */
  static int[] forBatch(Call c, int i, int[] extents) {
    int[] all = extents.clone();
    int lead = extents.length - c.shape(i).rank();
    for (int a = Math.max(lead, 0); a < all.length; a++) {
      if (c.growth(i, a - lead) > 0 && all[a] == c.written(i, a - lead)) {
        all[a] = c.shape(i).dim(a - lead);
      }
    }
    return all;
  }

  /** Repeats whole tensors; before opset 6 along one axis. */
  private static List<Operand> tile(Call c) {
    int[] repeats = c.known(1).ints();
    if (c.node().opset() < 6 && c.count() == 3) {
      int[] all = new int[c.rank()];
      Arrays.fill(all, 1);
      all[Index.axis((long) c.known(2).item(), c.rank())] = (int) c.known(1).item();
      repeats = all;
    }
    if (repeats.length != c.rank()) {
      throw new FormatException("needs one number of repeats per axis of " + c.shape(0));
    }
    if (c.input(0) instanceof Operand.Known k) {
      return List.of(new Operand.Known(ShapeFunctions.tile(k.tensor(), repeats), ""));
    }
    Operand.Held h = c.held(0);
    Value v = h.value();
    for (int a = 0; a < repeats.length; a++) {
      v = repeated(v, h.axis(a), repeats[a]);
    }
    return List.of(h.with(v));
  }

  static Value repeated(Value v, int axis, int times) {
    if (times < 2) {
      return times == 1 ? v : v.slice(axis, 0, 0);
    }
    Shape s = v.shape();
    Shape repeated = s.withDim(axis, Math.multiplyExact(s.dim(axis), times));
    int before = Index.product(s, 0, axis);
    int after = Index.product(s, axis, s.rank());
    return v.reshape(Shape.of(before, 1, after))
        .broadcastTo(Shape.of(before, times, after))
        .reshape(repeated);
  }

  /** Moves blocks between channels and height and width, in the modes DCR and CRD. */
  private static List<Operand> blocks(Call c, boolean toSpace) {
    int b = c.node().small("blocksize", 0);
    boolean crd = c.node().text("mode", "DCR").equals("CRD");
    if (b < 1 || c.rank() != 4) {
      throw new FormatException("needs images and a blocksize of at least 1, got " + b);
    }
    Value x = c.channelsLast(0);
    Shape s = x.shape();
    int n = s.dim(0);
    if (toSpace) {
      int channels = s.dim(3) / b / b;
      Value split =
          crd
              ? x.reshape(Shape.of(n, s.dim(1), s.dim(2), channels, b, b))
                  .transpose(0, 1, 4, 2, 5, 3)
              : x.reshape(Shape.of(n, s.dim(1), s.dim(2), b, b, channels))
                  .transpose(0, 1, 3, 2, 4, 5);
      return c.channelsLast(split.reshape(Shape.of(n, s.dim(1) * b, s.dim(2) * b, channels)));
    }
    int h = s.dim(1) / b;
    int w = s.dim(2) / b;
    Value cut = x.reshape(Shape.of(n, h, b, w, b, s.dim(3)));
    Value split = crd ? cut.transpose(0, 1, 3, 5, 2, 4) : cut.transpose(0, 1, 3, 2, 4, 5);
    return c.channelsLast(split.reshape(Shape.of(n, h, w, b * b * s.dim(3))));
  }

  private static List<Operand> shape(Call c) {
    Shape s = c.shape(0);
    int start = bound(c.node().integer("start", 0), s.rank());
    int end = bound(c.node().integer("end", s.rank()), s.rank());
    int[] dims = Arrays.copyOfRange(s.dims(), start, Math.max(start, end));
    return List.of(new Operand.Known(HostTensor.longs(dims), ""));
  }

  private static int bound(long at, int rank) {
    return Math.clamp(at < 0 ? at + rank : at, 0, rank);
  }

  /** Returns a part of a value in steps that may be negative. */
  static Value sliced(Operand.Held h, Range r) {
    Value v = h.value();
    for (int i = 0; i < h.rank(); i++) {
      int a = h.order()[i];
      int size = r.size().dim(a);
      int step = r.step()[a];
      int begin = r.begin()[a];
      v =
          step > 0 || size == 1
              ? strided(v, i, begin, size, step)
              : picked(v, i, IntStream.range(0, size).map(k -> begin + k * step).toArray());
    }
    return v;
  }

  /** Returns the parts of an axis that have given numbers. */
  static Value picked(Value v, int axis, int[] indices) {
    if (indices.length == 1) {
      return v.slice(axis, indices[0], 1);
    }
    return Value.of(
        new Sampling.Resample(axis, AxisResize.picking(v.shape().dim(axis), indices)), v);
  }

  /**
   * Returns every step-th part of an axis: the axis in rows of one step, of each of which one part
   * stays. The rows begin where they fit into the axis, if they do, so that nothing is padded.
   */
  static Value strided(Value v, int axis, int begin, int size, int step) {
    if (step == 1 || size == 1) {
      return begin == 0 && size == v.shape().dim(axis) ? v : v.slice(axis, begin, size);
    }
    Shape s = v.shape();
    int whole = size * step;
    int first = Math.max(0, Math.min(begin, s.dim(axis) - whole));
    int have = Math.min(whole, s.dim(axis) - first);
    Value part = have == s.dim(axis) ? v : v.slice(axis, first, have);
    if (have < whole) {
      int[] none = new int[s.rank()];
      int[] after = none.clone();
      after[axis] = whole - have;
      part =
          Value.of(
              new Movement.Pad(dev.fovea.op.Ints.of(none), dev.fovea.op.Ints.of(after), 0), part);
    }
    Shape rows =
        Shape.of(Index.product(s, 0, axis) * size, step, Index.product(s, axis + 1, s.rank()));
    return part.reshape(rows).slice(1, begin - first, 1).reshape(s.withDim(axis, size));
  }
}
