package dev.fovea.op;

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

  static void rank(Op op, List<Shape> inputs, int input, int rank, String axes) {
    check(
        inputs.get(input).rank() == rank,
        op,
        "input " + input + " must have the axes " + axes + ", got rank " + inputs.get(input).rank(),
        inputs);
  }
}
