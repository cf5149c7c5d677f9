package dev.fovea.op;

import java.util.List;

/**
 * One step of a {@link Scan}: a function of values that reads nothing but its inputs and constants.
 *
 * @param inputs the carries, then a part of each sequence, then what all steps read
 * @param results the next carries, then the outputs
 */
public record Body(List<Value> inputs, List<Value> results) {
  /** Copies the lists. */
  public Body {
    inputs = List.copyOf(inputs);
    results = List.copyOf(results);
  }

  /** Returns all values of a step, each after its inputs. */
  public List<Value> values() {
    return Topology.order(results);
  }

  /** Returns the floating-point operations of a step. */
  long flops() {
    return values().stream()
        .mapToLong(v -> v.op().flops(v.inputs().stream().map(Value::shape).toList(), v.shape()))
        .sum();
  }

  /** Returns the inputs and the results. */
  @Override
  public String toString() {
    return inputs + " to " + results;
  }
}
