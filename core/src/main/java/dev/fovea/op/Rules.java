package dev.fovea.op;

import dev.fovea.tensor.ElementType;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.ShapeException;
import java.util.List;

/** The checks that shape rules are written with. */
final class Rules {
  private Rules() {}

  static void check(boolean holds, Op op, String rule, List<Shape> inputs) {
    if (!holds) {
      throw new ShapeException(op.name(), rule, inputs);
    }
  }

  static void count(Op op, List<Shape> inputs, int n) {
    check(inputs.size() == n, op, "takes " + n + " inputs, got " + inputs.size(), inputs);
  }

  /** Returns the type of the result of an op that takes floats alone. */
  static ElementType floats(Op op, List<ElementType> types) {
    for (int i = 0; i < types.size(); i++) {
      if (types.get(i) != ElementType.FLOAT32) {
        throw new FoveaException(
            op.name()
                + ": takes float32, got "
                + types.get(i)
                + " as input "
                + i
                + "; convert it first");
      }
    }
    return ElementType.FLOAT32;
  }

  /** Returns the type of the result of an op that moves elements of any one type. */
  static ElementType same(Op op, List<ElementType> types) {
    ElementType first = types.get(0);
    if (types.stream().anyMatch(t -> t != first)) {
      throw new FoveaException(op.name() + ": its inputs must have one type, got " + types);
    }
    return first;
  }

  static void rank(Op op, List<Shape> inputs, int input, int rank, String axes) {
    check(
        inputs.get(input).rank() == rank,
        op,
        "input " + input + " must have the axes " + axes + ", got rank " + inputs.get(input).rank(),
        inputs);
  }
}
