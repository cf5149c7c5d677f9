package dev.fovea.systems.loss;

import dev.fovea.op.BinaryFunction;
import dev.fovea.op.Value;
import dev.fovea.tensor.Shape;
import java.util.Arrays;

/** Weights of 1 for places that count and 0 for those that do not, by their labels. */
final class Counts {
  private Counts() {}

  /** Returns 1 where a label is an object's, which are those above 0. */
  static Value objects(Value labels) {
    return labels.with(BinaryFunction.GREATER, Value.constant(0));
  }

  /** Returns 1 where a label counts, which are those from 0 on. */
  static Value all(Value labels) {
    return labels.with(BinaryFunction.GREATER, Value.constant(-0.5f));
  }

  /** Returns Σ values / max(1, Σ counts), without axes. */
  static Value share(Value values, Value counts) {
    Value some = counts.sum().with(BinaryFunction.MAX, Value.constant(1));
    return values.sum().reshape(Shape.scalar()).over(some.reshape(Shape.scalar()));
  }

  /** Returns a value with an axis of 1 behind. */
  static Value column(Value v) {
    int[] dims = Arrays.copyOf(v.shape().dims(), v.shape().rank() + 1);
    dims[dims.length - 1] = 1;
    return v.reshape(Shape.of(dims));
  }
}
