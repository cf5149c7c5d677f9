package dev.fovea.nn;

import dev.fovea.op.Activation;
import dev.fovea.op.Movement;
import dev.fovea.op.Value;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.ShapeException;
import java.util.Arrays;
import java.util.List;

/**
 * A recurrent layer: [N, T, F] ↦ [N, units], the state after the last place, or {@linkplain
 * #sequences() all states} [N, T, units].
 *
 * <p>The state begins at 0. Parameters: {@code weight} [F, g·units], {@code recurrent} [units,
 * g·units] and {@code bias} [g·units], with g gates side by side; of a GRU also {@code
 * recurrent_bias}. Glorot uniform weights, orthogonal recurrent ones, zeros, and ones for the
 * LSTM's forget gate. The graph is as long as the sequence.
 *
 * @param cell what makes the next state
 * @param units the length of the state
 * @param all whether all states are returned, else the last
 * @param backwards whether the sequence is read from its end; states stand at their places
 */
public record Recurrent(Cell cell, int units, boolean all, boolean backwards) implements Layer {
  /** What makes the next state of h. σ is the sigmoid; x and h stand for their products. */
  public enum Cell {
    /**
     * Gates i, f, g, o: c ← σ(f)·c + σ(i)·tanh(g), h ← σ(o)·tanh(c) (Hochreiter and Schmidhuber,
     * 1997; Gers et al., 2000).
     */
    LSTM("lstm", 4),
    /**
     * Gates r, z, n: n ← tanh(xₙ + σ(r)·hₙ), h ← (1 − σ(z))·n + σ(z)·h (Cho et al., 2014, with the
     * reset gate after the product).
     */
    GRU("gru", 3);

    private final String kind;
    private final int gates;

    Cell(String kind, int gates) {
      this.kind = kind;
      this.gates = gates;
    }
  }

  /**
   * Checks the length.
   *
   * @throws FoveaException if it is below 1
   */
  public Recurrent {
    if (units < 1) {
      throw new FoveaException(cell.kind + ": units must be at least 1, got " + units);
    }
  }

  /** Returns this layer returning all states. */
  public Recurrent sequences() {
    return new Recurrent(cell, units, true, backwards);
  }

  /** Returns this layer reading from the end. */
  public Recurrent reversed() {
    return new Recurrent(cell, units, all, true);
  }

  @Override
  public Signal forward(Signal x) {
    Shape in = x.shape();
    if (in.rank() != 3) {
      throw new ShapeException(
          kind(), "needs sequences [N,T,F], got " + in.rank() + " axes", List.of(in));
    }
    Trace trace = x.trace();
    int wide = cell.gates * units;
    Value weight =
        trace.parameter("weight", Shape.of(in.dim(2), wide), Initializer.glorotUniform());
    Value recurrent = trace.parameter("recurrent", Shape.of(units, wide), Initializer.orthogonal());
    Value bias = trace.parameter("bias", Shape.of(wide), startingBias());
    Value inputs = x.value().matmul(weight).plus(bias);
    Steps steps =
        cell == Cell.LSTM
            ? new LstmSteps(inputs, recurrent)
            : new GruSteps(
                inputs,
                recurrent,
                trace.parameter("recurrent_bias", Shape.of(wide), Initializer.zeros()));
    return x.with(run(steps, in.dim(0), in.dim(1)));
  }

  private Initializer startingBias() {
    int n = units;
    return cell == Cell.LSTM
        ? (shape, values, offset, rng) -> {
          Arrays.fill(values, offset, offset + shape.elements(), 0);
          Arrays.fill(values, offset + n, offset + 2 * n, 1);
        }
        : Initializer.zeros();
  }

  private Value run(Steps steps, int n, int length) {
    Value[] states = new Value[length];
    Value last = Value.constant(0).broadcastTo(Shape.of(n, units));
    for (int i = 0; i < length; i++) {
      int t = backwards ? length - 1 - i : i;
      last = steps.next(t, last);
      states[t] = last.reshape(Shape.of(n, 1, units));
    }
    return all ? Value.of(new Movement.Concat(1), states) : last;
  }

  @Override
  public String kind() {
    return cell.kind;
  }

  /** Makes states one after the other. */
  private interface Steps {
    Value next(int t, Value h);
  }

  /** Returns the part of place t: [N, T, C] ↦ [N, C]. */
  private static Value place(Value x, int t) {
    Shape s = x.shape();
    return x.slice(1, t, 1).reshape(Shape.of(s.dim(0), s.dim(2)));
  }

  private static Value gate(Value all, int i) {
    return all.activate(i == GATE_OF_CONTENT ? Activation.TANH : Activation.SIGMOID);
  }

  private static final int GATE_OF_CONTENT = 2;

  private final class LstmSteps implements Steps {
    private final Value inputs;
    private final Value recurrent;
    private Value cells;

    LstmSteps(Value inputs, Value recurrent) {
      this.inputs = inputs;
      this.recurrent = recurrent;
      this.cells = Value.constant(0);
    }

    private Value part(Value all, int i) {
      return gate(all.slice(1, i * units, units), i);
    }

    @Override
    public Value next(int t, Value h) {
      Value all = place(inputs, t).plus(h.matmul(recurrent));
      cells = part(all, 1).times(cells).plus(part(all, 0).times(part(all, 2)));
      return part(all, 3).times(cells.activate(Activation.TANH));
    }
  }

  private final class GruSteps implements Steps {
    private final Value inputs;
    private final Value recurrent;
    private final Value bias;

    GruSteps(Value inputs, Value recurrent, Value bias) {
      this.inputs = inputs;
      this.recurrent = recurrent;
      this.bias = bias;
    }

    private Value part(Value all, int i) {
      return all.slice(1, i * units, units);
    }

    @Override
    public Value next(int t, Value h) {
      Value x = place(inputs, t);
      Value own = h.matmul(recurrent).plus(bias);
      Value reset = gate(part(x, 0).plus(part(own, 0)), 0);
      Value keep = gate(part(x, 1).plus(part(own, 1)), 1);
      Value content = gate(part(x, 2).plus(reset.times(part(own, 2))), 2);
      return content.plus(keep.times(h.minus(content)));
    }
  }
}
