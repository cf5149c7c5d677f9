package dev.fovea.formats.onnx.operators;

import dev.fovea.formats.FormatException;
import dev.fovea.formats.onnx.file.Node;
import dev.fovea.formats.onnx.tensors.DataType;
import dev.fovea.formats.onnx.tensors.HostTensor;
import dev.fovea.formats.onnx.walk.Call;
import dev.fovea.formats.onnx.walk.Operand;
import dev.fovea.formats.onnx.walk.Operator;
import dev.fovea.formats.onnx.walk.SuppressedBoxes;
import dev.fovea.op.BinaryFunction;
import dev.fovea.op.Movement;
import dev.fovea.op.RegionBins;
import dev.fovea.op.Regions;
import dev.fovea.op.Selection;
import dev.fovea.op.UnaryFunction;
import dev.fovea.op.Value;
import dev.fovea.tensor.Shape;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * Operators that choose boxes and read regions, as the ops that they are where what they are given
 * is computed in the run. Forms that no op has are left to functions in Java.
 */
final class SelectionOperators {
  private static final int BOX = 4;

  /** The most places along a bin that an op reads. */
  private static final int PLACES = 256;

  private SelectionOperators() {}

  /** Registers the operators above the functions that compute the same. */
  static void register(Map<String, Operator> to) {
    above(to, "TopK", SelectionOperators::largest);
    above(to, "GatherND", SelectionOperators::taken);
    above(to, "RoiAlign", SelectionOperators::aligned);
    above(to, "MaxRoiPool", SelectionOperators::pooled);
    to.put(
        Node.key(SuppressedBoxes.DOMAIN, SuppressedBoxes.SUPPRESS), SelectionOperators::suppressed);
  }

  private static void above(
      Map<String, Operator> to, String name, Function<Call, Optional<List<Operand>>> op) {
    Operator function = to.get(name);
    if (function == null) {
      throw new IllegalStateException("no function for " + name);
    }
    to.put(name, call -> op.apply(call).orElseGet(() -> function.apply(call)));
  }

  /** The places of the largest numbers of an axis are computed first, then what is there. */
  private static Optional<List<Operand>> largest(Call c) {
    Node n = c.node();
    boolean counted = n.has("k") || (c.has(1) && c.input(1) instanceof Operand.Known);
    if (!(c.input(0) instanceof Operand.Held h) || !counted || c.rank() == 0) {
      return Optional.empty();
    }
    int axis = c.axis("axis", -1);
    int extent = c.shape(0).dim(axis);
    int k = n.has("k") ? n.small("k", 1) : c.known(1).ints()[0];
    if (k < 1 || k > extent || extent > Selection.EXACT) {
      return Optional.empty();
    }
    n.obeys("sorted");
    int[] order = last(c.rank(), axis);
    Value x = h.in(order);
    Value numbers =
        Value.of(
            new Selection.Largest(k), n.flag("largest", true) ? x : x.map(UnaryFunction.NEGATE));
    Operand.Held places = new Operand.Held(numbers, order, DataType.INT64);
    return Optional.of(
        List.of(
            new Operand.Held(n.hasOutput(0) ? at(x, numbers) : numbers, order, c.type()), places));
  }

  private static int[] last(int rank, int axis) {
    int[] order = new int[rank];
    int at = 0;
    for (int a = 0; a < rank; a++) {
      if (a != axis) {
        order[at++] = a;
      }
    }
    order[at] = axis;
    return order;
  }

  private static Value at(Value x, Value numbers) {
    int extent = x.shape().dim(-1);
    int k = numbers.shape().dim(-1);
    int rows = x.shape().elements() / extent;
    Value taken =
        Value.of(
            new Selection.Take(),
            x.reshape(Shape.of(rows, extent, 1)),
            numbers.reshape(Shape.of(rows, k)));
    return taken.reshape(numbers.shape());
  }

  /** Rows of each sample by numbers that a search gave, which lie inside. */
  private static Optional<List<Operand>> taken(Call c) {
    boolean rows =
        c.node().small("batch_dims", 0) == 1
            && c.rank() == 3
            && c.input(1) instanceof Operand.Held
            && c.shape(1).rank() == 3
            && c.shape(1).dim(2) == 1;
    if (!rows) {
      return Optional.empty();
    }
    Value numbers = c.plain(1);
    if (!isSearch(numbers)) {
      return Optional.empty();
    }
    Shape flat = Shape.of(numbers.shape().dim(0), numbers.shape().dim(1));
    return Optional.of(c.plain(Value.of(new Selection.Take(), c.plain(0), numbers.reshape(flat))));
  }

  /** Returns whether a value is the places of the largest numbers: whole numbers. */
  static boolean isSearch(Value v) {
    Value from = v;
    while (from.op() instanceof Movement.Reshape) {
      from = from.input(0);
    }
    return from.op() instanceof Selection.Largest;
  }

  private static List<Operand> suppressed(Call c) {
    if (c.node().flag("center_point_box", false)) {
      throw new FormatException("boxes by their middles are not supported here");
    }
    Value scores = c.plain(1);
    double most = number(c, 2, 0);
    double overlap = number(c, 3, 0);
    double least = number(c, 4, Double.NEGATIVE_INFINITY);
    int limit = (int) Math.min(most, scores.shape().dim(-1));
    Value mask =
        limit < 1
            ? Value.constant(0).broadcastTo(scores.shape())
            : Value.of(
                new Selection.Suppress((float) overlap, (float) least, limit),
                ordered(c.plain(0)),
                scores);
    return List.of(Operand.Held.plain(mask, DataType.FLOAT));
  }

  private static double number(Call c, int input, double otherwise) {
    return c.has(input) && c.known(input).size() > 0 ? c.known(input).item() : otherwise;
  }

  /** Returns boxes that two corners tell, whichever come first. */
  private static Value ordered(Value boxes) {
    Value a = boxes.slice(-1, 0, 2);
    Value b = boxes.slice(-1, 2, 2);
    Value least = a.with(BinaryFunction.MIN, b);
    return Value.of(new Movement.Concat(2), least, a.with(BinaryFunction.MAX, b));
  }

  private static Optional<List<Operand>> aligned(Call c) {
    Node n = c.node();
    int samples = c.shape(0).dim(0);
    boolean ours =
        n.text("mode", "avg").equals("avg")
            && !c.isKnown()
            && c.input(2) instanceof Operand.Known k
            && isEvenly(k.tensor(), samples);
    int height = n.small("output_height", 1);
    int width = n.small("output_width", 1);
    int ratio = n.small("sampling_ratio", 0);
    if (!ours || Math.min(height, width) < 1 || !(ratio >= 0 && ratio <= PLACES) || !isScale(n)) {
      return Optional.empty();
    }
    boolean half =
        n.opset() >= 16
            && n.text("coordinate_transformation_mode", "half_pixel").equals("half_pixel");
    float scale = n.number("spatial_scale", 1);
    RegionBins bins = new RegionBins(height, width, scale, ratio, half, -1);
    return Optional.of(regions(c, new Regions.Align(bins), c.plain(1), samples));
  }

  private static boolean isScale(Node n) {
    double scale = n.number("spatial_scale", 1);
    return scale > 0 && scale < Double.POSITIVE_INFINITY;
  }

  private static Optional<List<Operand>> pooled(Call c) {
    Node n = c.node();
    int samples = c.shape(0).dim(0);
    int[] to = n.integers("pooled_shape", 1, 1);
    if (!(c.input(1) instanceof Operand.Held) || Math.min(to[0], to[1]) < 1 || !isScale(n)) {
      return Optional.empty();
    }
    Value rows = c.plain(1);
    // The first column is known where it was put beside boxes that are computed.
    boolean beside =
        rows.op() instanceof Movement.Concat
            && rows.inputs().size() == 2
            && rows.input(1).shape().dim(1) == BOX;
    if (!beside || c.graph().isFromInput(rows.input(0))) {
      return Optional.empty();
    }
    Operand first = Operand.Held.plain(rows.input(0), DataType.FLOAT);
    if (!isEvenly(c.graph().known(first, "input 1"), samples)) {
      return Optional.empty();
    }
    float scale = n.number("spatial_scale", 1);
    Regions.MaxPool pool = new Regions.MaxPool(to[0], to[1], scale);
    return Optional.of(regions(c, pool, rows.input(1), samples));
  }

  /** Returns whether there are as many regions for each sample, one sample after the other. */
  private static boolean isEvenly(HostTensor numbers, int samples) {
    int count = numbers.size();
    if (count == 0 || samples == 0 || count % samples != 0) {
      return false;
    }
    int[] all = numbers.ints();
    int each = count / samples;
    return Arrays.equals(all, IntStream.range(0, count).map(i -> i / each).toArray());
  }

  private static List<Operand> regions(Call c, Regions op, Value boxes, int samples) {
    int each = boxes.shape().dim(0) / samples;
    Value y = Value.of(op, boxes.reshape(Shape.of(samples, each, BOX)), c.channelsLast(0));
    Shape s = y.shape();
    return c.channelsLast(y.reshape(Shape.of(samples * each, s.dim(2), s.dim(3), s.dim(4))));
  }
}
