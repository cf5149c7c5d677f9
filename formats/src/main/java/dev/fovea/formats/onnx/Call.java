package dev.fovea.formats.onnx;

import dev.fovea.formats.FormatException;
import dev.fovea.op.Value;
import dev.fovea.tensor.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One node with its operands, as an {@link Operator} sees it.
 *
 * @param node the node
 * @param inputs the operands; null where an optional one is left out
 * @param graph the import that the node is part of
 */
record Call(Node node, List<@Nullable Operand> inputs, GraphImport graph) {
  /** Returns whether operand {@code i} is given. */
  boolean has(int i) {
    return i < inputs.size() && inputs.get(i) != null;
  }

  /** Returns how many operands there are. */
  int count() {
    return inputs.size();
  }

  /** Returns operand {@code i}. */
  Operand input(int i) {
    Operand o = i < inputs.size() ? inputs.get(i) : null;
    if (o == null) {
      throw new FormatException("needs input " + i);
    }
    return o;
  }

  DataType type() {
    return input(0).type();
  }

  /** Returns whether all operands are known before the run. */
  boolean isKnown() {
    return inputs.stream().allMatch(o -> o == null || o instanceof Operand.Known);
  }

  /** Returns operand {@code i} as a tensor known before the run. */
  HostTensor known(int i) {
    return graph.known(input(i), "input " + i);
  }

  /** Returns operand {@code i} as known whole numbers, or null if it is left out. */
  int @Nullable [] knownInts(int i) {
    return has(i) ? known(i).ints() : null;
  }

  /** Returns an axis list that is an operand from some opset on and an attribute before. */
  int @Nullable [] list(String attribute, int input) {
    int[] given = knownInts(input);
    return given != null ? given : node.integers(attribute);
  }

  /** Returns operand {@code i} held in any order. */
  Operand.Held held(int i) {
    return graph.held(input(i));
  }

  /** Returns operand {@code i} with its axes in ONNX's order. */
  Value plain(int i) {
    return graph.in(input(i), Index.range(input(i).rank()));
  }

  /** Returns operand {@code i} with its axes in a given order, as a parameter if it is a weight. */
  Value in(int i, int... order) {
    return graph.in(input(i), order);
  }

  /** Returns operand {@code i} with its channels (axis 1) last. */
  Value channelsLast(int i) {
    return graph.in(input(i), channelsLastOrder(input(i).rank()));
  }

  /** Returns the order 0, 2, 3, …, 1. */
  static int[] channelsLastOrder(int rank) {
    if (rank < 2) {
      return Index.range(rank);
    }
    int[] order = Index.range(rank);
    for (int i = 1; i < rank; i++) {
      order[i] = i == rank - 1 ? 1 : i + 1;
    }
    return order;
  }

  /** Returns a result of channels-last axes. */
  List<Operand> channelsLast(Value value) {
    return List.of(new Operand.Held(value, channelsLastOrder(value.shape().rank()), type()));
  }

  /** Returns a result whose axes lie in ONNX's order. */
  List<Operand> plain(Value value) {
    return List.of(Operand.Held.plain(value, type()));
  }

  /** Returns all operands with their axes in one order, broadcast by the rules of NumPy. */
  Aligned aligned() {
    List<Operand> all = new ArrayList<>();
    for (int i = 0; i < count(); i++) {
      all.add(input(i));
    }
    return Aligned.of(graph, all);
  }

  /** Returns the shape of operand {@code i}. */
  Shape shape(int i) {
    return input(i).shape();
  }

  int rank() {
    return input(0).rank();
  }

  /** Returns an attribute that names an axis of operand 0. */
  int axis(String name, int otherwise) {
    return Index.axis(node.integer(name, otherwise), rank());
  }

  @Override
  public String toString() {
    return node.title() + Arrays.toString(inputs.stream().map(String::valueOf).toArray());
  }
}
