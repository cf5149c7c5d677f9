package dev.fovea.nn;

import dev.fovea.op.Activation;
import dev.fovea.op.BinaryFunction;
import dev.fovea.op.Elementwise;
import dev.fovea.op.GradientRule;
import dev.fovea.op.Movement;
import dev.fovea.op.Op;
import dev.fovea.op.Paths;
import dev.fovea.op.Pullback;
import dev.fovea.op.Value;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.ShapeException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A symbolic tensor that flows between layers while a network is traced.
 *
 * <p>The first axis is the batch N; images have the axes N, H, W, C. Arithmetic on two signals
 * broadcasts along the axes of a sample, never along N: both must have the same N and the same
 * number of axes, unless one is a single number.
 *
 * <p>A signal is valid in the trace that created it only; a layer must not store one.
 *
 * @param value the symbolic value
 * @param trace the trace that it belongs to
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

  /**
   * Returns the sum with another signal, broadcast: the end of a residual block.
   *
   * @throws ShapeException if the shapes differ along N or in their number of axes, or an axis of a
   *     sample differs and is not 1 in either
   * @throws FoveaException if the other signal belongs to another trace
   */
  public Signal plus(Signal other) {
    return with(BinaryFunction.ADD, other);
  }

  /** Returns the difference from another signal, broadcast; see {@link #plus}. */
  public Signal minus(Signal other) {
    return with(BinaryFunction.SUBTRACT, other);
  }

  /** Returns the product with another signal element by element, broadcast; see {@link #plus}. */
  public Signal times(Signal other) {
    return with(BinaryFunction.MULTIPLY, other);
  }

  private Signal with(BinaryFunction function, Signal other) {
    requireSameTrace(other);
    Shape a = shape();
    Shape b = other.shape();
    boolean number = a.rank() == 0 || b.rank() == 0;
    if (!number && (a.rank() != b.rank() || a.dim(0) != b.dim(0))) {
      throw new ShapeException(
          new Elementwise.Binary(function).name(),
          "both signals need as many axes and the same N, for samples never mix;"
              + " reshape() the smaller to axes of 1, as [N,1,1,C] for images",
          List.of(a, b));
    }
    return with(value.with(function, other.value));
  }

  private void requireSameTrace(Signal other) {
    if (other.trace != trace) {
      throw new FoveaException(
          "signals "
              + value
              + " and "
              + other.value
              + " are of two traces; a layer must not keep one");
    }
  }

  /** Returns the number of channels, which samples of a single number do not have. */
  int channels(String what) {
    if (shape().rank() < 2) {
      throw new ShapeException(
          what, "samples need an axis of channels; reshape() to [N,1] first", List.of(shape()));
    }
    return shape().dim(-1);
  }

  /** Returns a signal of this shape filled with one number, such as a target. */
  public Signal filled(float number) {
    return with(Value.constant(number).broadcastTo(shape()));
  }

  /** Returns the product with a number. */
  public Signal times(float factor) {
    return with(value.times(factor));
  }

  /**
   * Returns the gradient of the sum of this signal's numbers by another signal, of whose shape it
   * is; zeros where this one does not depend on it. It is a signal like any other: a loss may be
   * made of it, which is then differentiated once more.
   *
   * @param x a signal of which this one was made, of the same trace
   * @throws FoveaException if it belongs to another trace
   */
  public Signal gradientBy(Signal x) {
    requireSameTrace(x);
    Value ones = Value.constant(1).broadcastTo(shape());
    Paths paths = trace.paths();
    List<@Nullable Value> found =
        Pullback.of(
            List.of(value),
            List.of(ones),
            List.of(x.value),
            GradientRule.EXACT,
            (gradient, of) -> paths.label(gradient, paths.of(of)));
    Value gradient = found.get(0);
    return gradient == null ? x.filled(0) : with(gradient);
  }

  /** Returns this signal with an activation function applied. */
  public Signal activate(Activation activation) {
    return with(value.activate(activation));
  }

  /** Returns this signal and others concatenated along the last axis, the channels. */
  public Signal concat(Signal... others) {
    int _ = channels("concat");
    List<Value> parts = new ArrayList<>();
    parts.add(value);
    for (Signal s : others) {
      requireSameTrace(s);
      parts.add(s.value);
    }
    return with(Value.of(new Movement.Concat(shape().rank() - 1), parts));
  }

  /** Returns channels {@code [from, from + count)}, those along the last axis. */
  public Signal channels(int from, int count) {
    int _ = channels("channels");
    return with(value.slice(-1, from, count));
  }

  /** Returns this signal with samples of another shape; the batch axis stays. */
  public Signal reshape(Shape sample) {
    return with(value.reshape(sample.prepend(shape().dim(0))));
  }

  /** Returns the sum with a bias parameter of the current layer, one number per channel. */
  Signal plusBias() {
    return plusBias(Initializer.zeros());
  }

  Signal plusBias(Initializer initializer) {
    Shape channels = Shape.of(channels("bias"));
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
