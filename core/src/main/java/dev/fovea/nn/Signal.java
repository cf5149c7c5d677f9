package dev.fovea.nn;

import dev.fovea.op.Activation;
import dev.fovea.op.Movement;
import dev.fovea.op.Op;
import dev.fovea.op.Value;
import dev.fovea.tensor.Shape;
import java.util.ArrayList;
import java.util.List;

/**
 * What flows between layers while a network is traced: a symbolic value and the trace it belongs
 * to.
 *
 * <p>The first axis is the batch N; images have the axes N, H, W, C.
 *
 * @param value the symbolic tensor
 * @param trace the trace
 */
public record Signal(Value value, Trace trace) {
  /** Returns the shape, batch first. */
  public Shape shape() {
    return value.shape();
  }

  /** Returns a signal of the same trace with another value. */
  public Signal with(Value other) {
    return new Signal(other, trace);
  }

  /** Returns the sum with another signal, broadcast: the end of a residual block. */
  public Signal plus(Signal other) {
    return with(value.plus(other.value));
  }

  /** Returns the difference from another signal, broadcast. */
  public Signal minus(Signal other) {
    return with(value.minus(other.value));
  }

  /** Returns the product with another signal element by element, broadcast. */
  public Signal times(Signal other) {
    return with(value.times(other.value));
  }

  /** Returns the product with a number. */
  public Signal times(float factor) {
    return with(value.times(factor));
  }

  /** Returns this signal under an activation. */
  public Signal activate(Activation activation) {
    return with(value.activate(activation));
  }

  /** Returns this signal and others one after the other along the last axis, the channels. */
  public Signal concat(Signal... others) {
    List<Value> parts = new ArrayList<>();
    parts.add(value);
    for (Signal s : others) {
      parts.add(s.value);
    }
    return with(Value.of(new Movement.Concat(shape().rank() - 1), parts));
  }

  /** Returns channels {@code [from, from + count)}, those along the last axis. */
  public Signal channels(int from, int count) {
    return with(value.slice(-1, from, count));
  }

  /** Returns the same elements with samples of another shape; the batch axis stays. */
  public Signal reshape(Shape sample) {
    return with(value.reshape(sample.prepend(shape().dim(0))));
  }

  /** Returns the sum with a bias parameter of the current layer, one number per channel. */
  Signal plusBias() {
    return plusBias(Initializer.zeros());
  }

  Signal plusBias(Initializer initializer) {
    Shape channels = Shape.of(shape().dim(-1));
    return with(value.plus(trace.parameter("bias", channels, initializer)));
  }

  /** Returns the result of an op on this signal. */
  public Signal apply(Op op) {
    return with(Value.of(op, value));
  }

  /** Returns the result of an op on this signal and further values, such as parameters. */
  public Signal apply(Op op, Value... more) {
    List<Value> inputs = new ArrayList<>();
    inputs.add(value);
    inputs.addAll(List.of(more));
    return with(Value.of(op, inputs));
  }
}
