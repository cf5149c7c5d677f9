package dev.fovea.formats.onnx.walk;

import dev.fovea.formats.onnx.tensors.HostTensor;
import dev.fovea.formats.onnx.tensors.Index;
import dev.fovea.op.Grid;
import dev.fovea.op.Value;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import java.util.Arrays;

/**
 * An operand whose real numbers whole ones stand for: real = scale · (q − zero).
 *
 * @param q the whole numbers
 * @param scale the scale, one number or a list along {@code axis}
 * @param zero the number that stands for 0, one or a list
 * @param axis the axis of q, in ONNX's order, that lists lie along
 */
public record Dequantized(Operand q, HostTensor scale, HostTensor zero, int axis) {
  /** Returns whether there is one scale for all. */
  public boolean isPlain() {
    return scale.size() == 1 && zero.size() == 1;
  }

  /** Returns whether there is one scale for all, or one for each place of this axis. */
  public boolean fits(int lists) {
    return isPlain() || axis == lists;
  }

  public boolean isBytes() {
    return q.type().isByte();
  }

  /** Returns whether the whole numbers are known before the run and held as bytes. */
  boolean holdsBytes() {
    return isBytes() && q instanceof Operand.Known k && k.tensor().size() > 1;
  }

  /** Returns q − zero with its axes in an order. */
  public Value numbers(GraphImport graph, int... order) {
    Operand plain = q instanceof Operand.Known k ? new Operand.Known(k.tensor(), "") : q;
    return graph.in(plain, order).minus(along(zero, order));
  }

  /** Returns the real numbers with their axes in an order. */
  public Grid.Scaled scaled(GraphImport graph, int... order) {
    return new Grid.Scaled(numbers(graph, order), along(scale, order));
  }

  /** Returns a list so that it broadcasts along its axis; where that is the last, as it is. */
  private Value along(HostTensor list, int... order) {
    if (list.size() == 1) {
      return Value.constant((float) list.at(0));
    }
    Tensor t = Tensor.of(Shape.of(list.size()), list.floats(Index.range(1)));
    int at = Index.inverse(order)[axis];
    if (at == order.length - 1) {
      return Value.constant(t);
    }
    int[] dims = new int[order.length];
    Arrays.fill(dims, 1);
    dims[at] = list.size();
    return Value.constant(t.reshape(Shape.of(dims)));
  }
}
