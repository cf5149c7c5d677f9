package dev.fovea.formats.onnx.walk;

import dev.fovea.formats.onnx.tensors.DataType;
import dev.fovea.formats.onnx.tensors.Index;
import dev.fovea.op.Value;
import dev.fovea.tensor.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Operands of an elementwise operator, brought to one order of axes so that they broadcast against
 * each other.
 *
 * @param values the operands; axes of extent 1 in front may be missing
 * @param order the order of axes of the result
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record Aligned(List<Value> values, int[] order) {
  public static Aligned of(GraphImport graph, List<Operand> operands) {
    int rank = operands.stream().mapToInt(Operand::rank).max().orElse(0);
    int[] order = order(operands, rank);
    List<Value> values = new ArrayList<>();
    for (Operand o : operands) {
      values.add(extended(graph, o, order));
    }
    return new Aligned(values, order);
  }

  /** Takes the order of the largest operand that has all axes. */
  private static int[] order(List<Operand> operands, int rank) {
    int[] order = Index.range(rank);
    long most = -1;
    for (Operand o : operands) {
      if (o instanceof Operand.Held h && h.rank() == rank && h.shape().elements() > most) {
        most = h.shape().elements();
        order = h.order();
      }
    }
    return order;
  }

  /** Returns an operand in the order of the result, its missing axes added with an extent of 1. */
  static Value extended(GraphImport graph, Operand o, int[] order) {
    int lead = order.length - o.rank();
    int[] own = Arrays.stream(order).filter(a -> a >= lead).map(a -> a - lead).toArray();
    Value v = graph.in(o, own);
    int[] dims = new int[order.length];
    int next = 0;
    int first = order.length;
    for (int i = 0; i < dims.length; i++) {
      dims[i] = order[i] >= lead ? v.shape().dim(next++) : 1;
      if (dims[i] != 1 && first == order.length) {
        first = i;
      }
    }
    boolean weight = o instanceof Operand.Known;
    return v.reshape(Shape.of(weight ? Arrays.copyOfRange(dims, first, dims.length) : dims));
  }

  /** Returns the result of the operator in the order of its operands. */
  public List<Operand> result(Value value, DataType type) {
    Value full = value;
    if (value.shape().rank() < order.length) {
      int[] dims = new int[order.length];
      int lead = dims.length - value.shape().rank();
      for (int i = 0; i < dims.length; i++) {
        dims[i] = i < lead ? 1 : value.shape().dim(i - lead);
      }
      full = value.reshape(Shape.of(dims));
    }
    return List.of(new Operand.Held(full, order, type));
  }
}
