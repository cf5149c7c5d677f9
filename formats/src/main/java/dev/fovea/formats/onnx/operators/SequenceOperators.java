package dev.fovea.formats.onnx.operators;

import dev.fovea.formats.FormatException;
import dev.fovea.formats.onnx.proto.Onnx.GraphProto;
import dev.fovea.formats.onnx.tensors.DataType;
import dev.fovea.formats.onnx.tensors.HostTensor;
import dev.fovea.formats.onnx.tensors.Index;
import dev.fovea.formats.onnx.walk.Call;
import dev.fovea.formats.onnx.walk.GraphImport;
import dev.fovea.formats.onnx.walk.Operand;
import dev.fovea.formats.onnx.walk.Operator;
import dev.fovea.tensor.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Operators on sequences of tensors and on optionals. */
final class SequenceOperators {
  /** How many tensors a sequence holds at most. */
  private static final int LONGEST = 10_000;

  private SequenceOperators() {}

  static void register(Map<String, Operator> to) {
    to.put("SequenceEmpty", c -> untyped(c, "dtype", result(List.of())));
    to.put("SequenceConstruct", c -> result(all(c)));
    to.put("SequenceAt", c -> List.of(c.sequence(0).get(place(c, c.sequence(0).size()))));
    to.put("SequenceLength", c -> count(c.sequence(0).size()));
    to.put("SequenceInsert", SequenceOperators::insert);
    to.put("SequenceErase", SequenceOperators::erase);
    to.put("SequenceMap", SequenceOperators::map);
    to.put("SplitToSequence", SequenceOperators::split);
    to.put("ConcatFromSequence", SequenceOperators::join);
    to.put(
        "Optional", c -> untyped(c, "type", List.of(c.has(0) ? c.any(0) : new Operand.Nothing())));
    to.put("OptionalGetElement", SequenceOperators::element);
    to.put("OptionalHasElement", c -> truth(c.has(0) && !(c.any(0) instanceof Operand.Nothing)));
  }

  /** Returns what holds nothing, or tensors with types of their own, whatever type is announced. */
  private static List<Operand> untyped(Call c, String type, List<Operand> result) {
    c.node().obeys(type);
    return result;
  }

  private static List<Operand> all(Call c) {
    List<Operand> items = new ArrayList<>();
    for (int i = 0; i < c.count(); i++) {
      items.add(c.input(i));
    }
    return items;
  }

  private static List<Operand> result(List<Operand> items) {
    if (items.size() > LONGEST) {
      throw new FormatException("makes a sequence of " + items.size() + ", at most " + LONGEST);
    }
    return List.of(new Operand.Sequence(items));
  }

  private static List<Operand> count(int n) {
    return List.of(new Operand.Known(HostTensor.scalar(DataType.INT64, n), ""));
  }

  private static List<Operand> truth(boolean holds) {
    return List.of(new Operand.Known(HostTensor.scalar(DataType.BOOL, holds ? 1 : 0), ""));
  }

  /** Returns the place that operand 1 names, counted from the start. */
  private static int place(Call c, int size) {
    return IndexFunctions.inside(c.known(1).item(), size);
  }

  private static List<Operand> insert(Call c) {
    List<Operand> items = new ArrayList<>(c.sequence(0));
    double at = c.has(2) ? c.known(2).item() : items.size();
    // One beyond the last is the end.
    items.add(IndexFunctions.inside(at < 0 ? at + items.size() : at, items.size() + 1), c.input(1));
    return result(items);
  }

  private static List<Operand> erase(Call c) {
    List<Operand> items = new ArrayList<>(c.sequence(0));
    items.remove(c.has(1) ? place(c, items.size()) : items.size() - 1);
    return result(items);
  }

  private static List<Operand> element(Call c) {
    if (c.any(0) instanceof Operand.Nothing) {
      throw new FormatException("takes what an optional holds that is empty");
    }
    return List.of(c.any(0));
  }

  /** Applies a graph to each tensor of the sequence; further operands are taken along. */
  private static List<Operand> map(Call c) {
    GraphProto body = c.node().graph("body");
    List<List<Operand>> results = new ArrayList<>();
    body.getOutputList().forEach(o -> results.add(new ArrayList<>()));
    for (int turn = 0; turn < c.sequence(0).size(); turn++) {
      c.graph().budget().nodes(1);
      GraphImport inner = c.graph().inner();
      for (int i = 0; i < c.count(); i++) {
        Operand given = c.any(i) instanceof Operand.Sequence s ? s.items().get(turn) : c.any(i);
        inner.set(body.getInput(i).getName(), given);
      }
      List<Operand> each = inner.outputs(body);
      for (int i = 0; i < each.size(); i++) {
        results.get(i).add(each.get(i));
      }
    }
    return results.stream().<Operand>map(Operand.Sequence::new).toList();
  }

  /** Splits into parts of one size or of given sizes; without either into parts of 1. */
  private static List<Operand> split(Call c) {
    int axis = c.axis("axis", 0);
    int extent = c.shape(0).dim(axis);
    int[] sizes = new int[] {1};
    if (c.has(1)) {
      sizes = c.known(1).ints();
    }
    boolean listed = c.has(1) && c.shape(1).rank() > 0;
    if (!listed && sizes[0] < 1) {
      throw new FormatException("needs parts of at least 1, got " + sizes[0]);
    }
    int count = listed ? sizes.length : Math.ceilDiv(extent, sizes[0]);
    boolean keep = c.node().flag("keepdims", true) || c.has(1);
    List<Operand> parts = new ArrayList<>();
    int begin = 0;
    for (int i = 0; i < count; i++) {
      int size = listed ? sizes[i] : Math.min(sizes[0], extent - begin);
      parts.add(part(c, axis, begin, size, keep));
      begin += size;
    }
    if (begin != extent) {
      throw new FormatException("parts of " + begin + " in all do not make " + extent);
    }
    return result(parts);
  }

  static Operand part(Call c, int axis, int begin, int size, boolean keep) {
    Operand part = PieceOperators.piece(c, axis, begin, size);
    if (keep) {
      return part;
    }
    Shape less = Index.without(part.shape(), new int[] {axis});
    Call one = new Call(c.node(), List.of(part), c.graph());
    return ShapeOperators.reshaped(one, less).get(0);
  }

  private static List<Operand> join(Call c) {
    List<Operand> items = c.sequence(0);
    if (items.isEmpty()) {
      throw new FormatException("joins no tensors");
    }
    boolean stack = c.node().flag("new_axis", false);
    return List.of(joined(c, items, (int) c.node().integer("axis", 0), stack));
  }

  /** Returns tensors one after the other along an axis, which may be a new one. */
  static Operand joined(Call c, List<Operand> items, int axis, boolean stack) {
    int rank = items.get(0).rank() + (stack ? 1 : 0);
    int at = Index.axis(axis, rank);
    List<Operand> parts = new ArrayList<>();
    for (Operand o : items) {
      Call one = new Call(c.node(), List.of(o), c.graph());
      Shape with = stack ? Index.with(o.shape(), new int[] {at}) : o.shape();
      parts.add(stack ? ShapeOperators.reshaped(one, with).get(0) : o);
    }
    return PieceOperators.concat(new Call(c.node(), List.copyOf(parts), c.graph()), at);
  }
}
