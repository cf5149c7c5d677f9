package dev.fovea.nn;

import dev.fovea.op.Value;
import dev.fovea.tensor.Shape;
import java.util.List;

/**
 * A loss of several outputs or several targets together, such as of predicted boxes and the true
 * objects.
 */
public interface JointLoss extends Loss {
  @Override
  List<Shape> targets(List<Shape> outputs);

  /** Returns the loss of a batch, a scalar: by default the sum of its {@link #parts}. */
  @Override
  default Value of(List<Value> outputs, List<Value> targets) {
    return parts(outputs, targets).values().stream()
        .reduce(Value::plus)
        .orElseThrow(() -> new IllegalStateException("loss " + name() + " has no formula"));
  }

  @Override
  default Shape target(Shape output) {
    return targets(List.of(output)).get(0);
  }

  @Override
  default Value of(Value output, Value target) {
    return of(List.of(output), List.of(target));
  }
}
