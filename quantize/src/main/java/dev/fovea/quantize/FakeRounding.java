package dev.fovea.quantize;

import dev.fovea.op.BinaryFunction;
import dev.fovea.op.Grid;
import dev.fovea.op.HostCall;
import dev.fovea.op.UnaryFunction;
import dev.fovea.op.Value;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * Real numbers that are rounded to steps and stay real, as values. The gradient flows through the
 * rounding as if it were not there, and not where numbers are cut off (the straight-through
 * estimator of Bengio et al., 2013).
 */
final class FakeRounding {
  private static final float STEPS = 255;
  private static final float SIDE = 127;

  /** Scales are no smaller, that their reciprocals are numbers. */
  private static final float LEAST = 1e-30f;

  private FakeRounding() {}

  /**
   * Rounds to the 256 steps between two numbers and 0.
   *
   * @param low the least number, [1]
   * @param high the greatest number, [1]
   */
  static Value between(Value x, Value low, Value high) {
    Value none = Value.constant(0);
    Value least = low.with(BinaryFunction.MIN, none);
    Value scale =
        atLeast(high.with(BinaryFunction.MAX, none).minus(least).over(Value.constant(STEPS)));
    Value zero = Grid.round(least.over(scale).times(-1), none, 0, STEPS);
    return rounded(x, scale, zero, 0, STEPS);
  }

  /**
   * Rounds weights, output channels last, to 127 steps on each side of 0, the largest of each
   * output channel being the last step.
   */
  static Value weights(Value w) {
    int[] others = IntStream.range(0, w.shape().rank() - 1).toArray();
    Value largest = w.map(UnaryFunction.ABS).max(others);
    Value scale = atLeast(fixed(largest).over(Value.constant(SIDE)));
    // The largest weight may come to a little more than 127 steps; it is not cut off, so it learns.
    return rounded(w, scale, Value.constant(0), -SIDE - 1, SIDE + 1);
  }

  private static Value rounded(Value x, Value scale, Value zero, float least, float greatest) {
    // No division: what is rounded to be bytes has that form, and stays real here.
    Value steps = x.times(scale.map(UnaryFunction.RECIPROCAL));
    return Grid.round(steps, zero, least, greatest).minus(zero).times(scale);
  }

  private static Value atLeast(Value scale) {
    return scale.with(BinaryFunction.MAX, Value.constant(LEAST));
  }

  /** Returns the same numbers, through which no gradient flows. */
  private static Value fixed(Value x) {
    return Value.of(
        new HostCall(
            "fixed",
            x.shape(),
            (inputs, output) -> output.put(inputs.get(0)),
            (_, _) -> Arrays.asList((Value) null)),
        x);
  }
}
