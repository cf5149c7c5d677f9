package dev.fovea.op;

import dev.fovea.tensor.Shape;
import dev.fovea.tensor.ShapeException;
import java.util.List;

/** The checks of the carries, sequences and body that a scan is made of. */
final class ScanRules {
  private ScanRules() {}

  static void requireSequences(int axis, List<Shape> sequences) {
    require(!sequences.isEmpty(), "needs at least one sequence", sequences);
    for (Shape s : sequences) {
      require(s.rank() > axis, "a sequence has no axis " + axis, sequences);
      boolean same = s.dim(axis) == sequences.get(0).dim(axis);
      require(same, "sequences must be as long as each other along axis " + axis, sequences);
    }
  }

  static void requireCarries(int axis, List<Value> carries, List<Value> next) {
    List<Shape> before = carries.stream().map(Value::shape).toList();
    List<Shape> after = next.stream().map(Value::shape).toList();
    boolean deep = before.stream().allMatch(s -> s.rank() >= axis);
    require(deep, "what a step hands on needs the " + axis + " axes before the steps'", before);
    require(
        before.equals(after),
        "a step must hand on what it got, as many and in the same shapes, got "
            + before
            + " and gave "
            + after,
        before);
  }

  static void requireOutputs(int axis, List<Value> outputs) {
    List<Shape> shapes = outputs.stream().map(Value::shape).toList();
    boolean deep = shapes.stream().allMatch(s -> s.rank() >= axis && s.rank() < Shape.MAX_RANK);
    require(deep, "an output of a step has no place for axis " + axis, shapes);
  }

  private static void require(boolean holds, String rule, List<Shape> shapes) {
    if (!holds) {
      throw new ShapeException("scan", rule, shapes);
    }
  }
}
