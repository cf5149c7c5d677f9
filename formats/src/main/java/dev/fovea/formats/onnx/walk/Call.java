package dev.fovea.formats.onnx.walk;

import dev.fovea.formats.FormatException;
import dev.fovea.formats.onnx.file.Node;
import dev.fovea.formats.onnx.tensors.DataType;
import dev.fovea.formats.onnx.tensors.HostTensor;
import dev.fovea.formats.onnx.tensors.Index;
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
public record Call(Node node, List<@Nullable Operand> inputs, GraphImport graph) {
  /** Returns whether operand {@code i} is given. */
  public boolean has(int i) {
    return i < inputs.size() && inputs.get(i) != null;
  }

  /** Returns how many operands there are. */
  public int count() {
    return inputs.size();
  }

  /**
   * Returns operand {@code i}, a tensor.
   *
   * @throws FormatException if it is none
   */
  public Operand input(int i) {
    Operand o = any(i);
    if (o instanceof Operand.Sequence || o instanceof Operand.Nothing) {
      throw o.noTensor();
    }
    return o;
  }

  /** Returns operand {@code i}, a tensor or not. */
  public Operand any(int i) {
    Operand o = i < inputs.size() ? inputs.get(i) : null;
    if (o == null) {
      throw new FormatException("needs input " + i);
    }
    return o;
  }

  /** Returns the tensors of operand {@code i}. */
  public List<Operand> sequence(int i) {
    if (any(i) instanceof Operand.Sequence s) {
      return s.items();
    }
    throw new FormatException("needs a sequence of tensors, got " + any(i));
  }

  public DataType type() {
    return input(0).type();
  }

  /** Returns whether all operands are known before the run. */
  public boolean isKnown() {
    return inputs.stream().allMatch(o -> o == null || o instanceof Operand.Known);
  }

  /** Returns operand {@code i} as a tensor known before the run. */
  public HostTensor known(int i) {
    return graph.known(input(i), "input " + i);
  }

  /** Returns operand {@code i} as known whole numbers, or null if it is left out. */
  public int @Nullable [] knownInts(int i) {
    return has(i) ? known(i).ints() : null;
  }

  /** Returns an axis list that is an operand from some opset on and an attribute before. */
  public int @Nullable [] list(String attribute, int input) {
    int[] given = knownInts(input);
    return given != null ? given : node.integers(attribute);
  }

  /** Returns operand {@code i} held in any order. */
  public Operand.Held held(int i) {
    return graph.held(input(i));
  }

  /** Returns operand {@code i} with its axes in ONNX's order. */
  public Value plain(int i) {
    return graph.in(input(i), Index.range(input(i).rank()));
  }

  /** Returns operand {@code i} with its axes in a given order, as a parameter if it is a weight. */
  public Value in(int i, int... order) {
    return graph.in(input(i), order);
  }

  /** Returns operand {@code i} with its channels (axis 1) last. */
  public Value channelsLast(int i) {
    return graph.in(input(i), channelsLastOrder(input(i).rank()));
  }

  /** Returns the order 0, 2, 3, …, 1. */
  public static int[] channelsLastOrder(int rank) {
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
  public List<Operand> channelsLast(Value value) {
    return List.of(new Operand.Held(value, channelsLastOrder(value.shape().rank()), type()));
  }

  /** Returns a result whose axes lie in ONNX's order. */
  public List<Operand> plain(Value value) {
    return List.of(Operand.Held.plain(value, type()));
  }

  /** Returns all operands with their axes in one order, broadcast by the rules of NumPy. */
  public Aligned aligned() {
    List<Operand> all = new ArrayList<>();
    for (int i = 0; i < count(); i++) {
      all.add(input(i));
    }
    return Aligned.of(graph, all);
  }

  /** Returns what a sample more adds to an axis of operand {@code i}; 0 if it is not known. */
  public int growth(int i, int axis) {
    return graph.growth(node.inputs().get(i), axis);
  }

  /**
   * Returns the extent of an axis of operand {@code i} for the batch that the file is written for;
   * as it is if that batch is free or the axis does not grow with it.
   */
  public int written(int i, int axis) {
    int batch = graph.model().batch();
    int extent = shape(i).dim(axis);
    return batch == 0 ? extent : extent - growth(i, axis) * (graph.batch() - batch);
  }

  /** Returns the shape of operand {@code i}. */
  public Shape shape(int i) {
    return input(i).shape();
  }

  public int rank() {
    return input(0).rank();
  }

  /** Returns an attribute that names an axis of operand 0. */
  public int axis(String name, int otherwise) {
    return Index.axis(node.integer(name, otherwise), rank());
  }

  @Override
  public String toString() {
    return node.title() + Arrays.toString(inputs.stream().map(String::valueOf).toArray());
  }
}
