package dev.fovea.nn;

import dev.fovea.op.Activation;
import dev.fovea.op.Movement;
import dev.fovea.op.Value;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.ShapeException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A recurrent layer: [N, T, F] ↦ [N, units], the state after the last place, or {@linkplain
 * #sequences() all states} [N, T, units].
 *
 * <p>The state begins at 0, or {@linkplain #apply(Signal, List) as given}. Parameters: {@code
 * weight} [F, g·units], {@code recurrent} [units, g·units] and {@code bias} [g·units], with g gates
 * side by side; of a GRU also {@code recurrent_bias}. Glorot uniform weights, orthogonal recurrent
 * ones, zeros, and ones for the LSTM's forget gate. The graph is as long as the sequence.
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

  /**
   * What reading a sequence gives.
   *
   * @param output the result of the layer
   * @param state the state after the last place that was read, as the next sequence takes it
   */
  public record Result(Signal output, List<Signal> state) {
    /** Copies the list. */
    public Result {
      state = List.copyOf(state);
    }
  }

  @Override
  public Signal forward(Signal x) {
    return read(x, List.of()).output;
  }

  /**
   * Applies this layer to a sequence, which may go on where another ended.
   *
   * @param state h and c of an LSTM, h of a GRU, each [N, units]; empty for zeros
   * @throws ShapeException if the sequence or the state does not suit the layer
   */
  public Result apply(Signal x, List<Signal> state) {
    List<Result> read = new ArrayList<>();
    x.trace()
        .call(
            this,
            x,
            s -> {
              requireState(s, state);
              read.add(read(s, state));
              return read.getFirst().output;
            });
    return read.getFirst();
  }

  private void requireState(Signal x, List<Signal> state) {
    Shape each = Shape.of(x.shape().dim(0), units);
    int count = cell == Cell.LSTM ? 2 : 1;
    List<Shape> arrived = state.stream().map(Signal::shape).toList();
    boolean fits = arrived.size() == count && arrived.stream().allMatch(each::equals);
    if (!arrived.isEmpty() && !fits) {
      String wanted = count == 1 ? "a state " + each : "two states " + each;
      throw new ShapeException(kind(), "takes " + wanted + ", got " + arrived, List.of(x.shape()));
    }
  }

  private Result read(Signal x, List<Signal> state) {
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
    Value h =
        state.isEmpty()
            ? Value.constant(0).broadcastTo(Shape.of(in.dim(0), units))
            : state.get(0).value();
    Steps steps =
        cell == Cell.LSTM
            ? new LstmSteps(
                inputs, recurrent, state.isEmpty() ? Value.constant(0) : state.get(1).value())
            : new GruSteps(
                inputs,
                recurrent,
                trace.parameter("recurrent_bias", Shape.of(wide), Initializer.zeros()));
    return run(x, steps, h);
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

  private Result run(Signal x, Steps steps, Value begin) {
    int n = x.shape().dim(0);
    int length = x.shape().dim(1);
    Value[] states = new Value[length];
    Value last = begin;
    for (int i = 0; i < length; i++) {
      int t = backwards ? length - 1 - i : i;
      last = steps.next(t, last);
      states[t] = last.reshape(Shape.of(n, 1, units));
    }
    Value output = all ? Value.of(new Movement.Concat(1), states) : last;
    return new Result(x.with(output), steps.state(last).stream().map(x::with).toList());
  }

  @Override
  public String kind() {
    return cell.kind;
  }

  /** Makes states one after the other. */
  private interface Steps {
    Value next(int t, Value h);

    /** Returns all that the next step needs, h among it. */
    List<Value> state(Value h);
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

    LstmSteps(Value inputs, Value recurrent, Value cells) {
      this.inputs = inputs;
      this.recurrent = recurrent;
      this.cells = cells;
    }

    @Override
    public List<Value> state(Value h) {
      return List.of(h, cells);
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

    @Override
    public List<Value> state(Value h) {
      return List.of(h);
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
