package dev.fovea.nn;

import dev.fovea.op.Activation;
import dev.fovea.op.Scan;
import dev.fovea.op.Value;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.ShapeException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/**
 * A recurrent layer, LSTM or GRU: [N, T, F] ↦ [N, units], the state after the last time step, or
 * {@linkplain #sequences() all states} [N, T, units].
 *
 * <p>The initial state is 0 or {@linkplain #apply(Signal, List) given}. Parameters: {@code weight}
 * [F, g·units], {@code recurrent} [units, g·units] and {@code bias} [g·units], with g gates side by
 * side; a GRU also has {@code recurrent_bias}. Initial values: Glorot uniform weights, orthogonal
 * recurrent weights, biases of 0, and of 1 for the LSTM's forget gate. The whole sequence is one
 * {@link Scan}.
 *
 * @param cell the kind of cell
 * @param units the length of the state
 * @param all true to return all states, false to return the last
 * @param backwards whether the sequence is read from its end; states stay at the time steps they
 *     belong to
 */
public record Recurrent(Cell cell, int units, boolean all, boolean backwards) implements Layer {
  /**
   * The kind of cell, which computes the next state h. σ is the sigmoid; x and h in the formulas
   * stand for their products with the weights.
   */
  public enum Cell {
    /**
     * Gates i, f, g, o: c ← σ(f)·c + σ(i)·tanh(g), h ← σ(o)·tanh(c) (Hochreiter and Schmidhuber,
     * 1997; Gers et al., 2000).
     */
    LSTM("lstm", 4, 2),
    /**
     * Gates r, z, n: n ← tanh(xₙ + σ(r)·hₙ), h ← (1 − σ(z))·n + σ(z)·h (Cho et al., 2014, with the
     * reset gate after the product).
     */
    GRU("gru", 3, 1);

    private final String kind;
    private final int gates;
    private final int states;

    Cell(String kind, int gates, int states) {
      this.kind = kind;
      this.gates = gates;
      this.states = states;
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
   * The results of reading a sequence.
   *
   * @param output the output of the layer
   * @param state the state after the last time step, from which the next sequence may continue
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
   * Applies this layer to a sequence with an initial state, such as the final state of another.
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
    int count = cell.states;
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
    Value extra =
        cell == Cell.LSTM
            ? Value.constant(0)
            : trace.parameter("recurrent_bias", Shape.of(wide), Initializer.zeros());
    Value zeros = Value.constant(0).broadcastTo(Shape.of(in.dim(0), units));
    List<Value> first =
        state.isEmpty()
            ? Collections.nCopies(cell.states, zeros)
            : state.stream().map(Signal::value).toList();
    Scan.Results read =
        Scan.over(
            1,
            backwards,
            first,
            List.of(inputs),
            (carries, parts) -> {
              List<Value> next = next(parts.get(0), carries, recurrent, extra);
              return new Scan.Next(next, List.of(next.get(0)));
            });
    Value output = all ? read.outputs().get(0) : read.carries().get(0);
    return new Result(x.with(output), read.carries().stream().map(x::with).toList());
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

  @Override
  public String kind() {
    return cell.kind;
  }

  /**
   * Returns the states after a step, h first.
   *
   * @param x the input's products, the bias added, [N, gates · units]
   */
  private List<Value> next(Value x, List<Value> states, Value recurrent, Value bias) {
    Value own = states.get(0).matmul(recurrent);
    return cell == Cell.LSTM
        ? lstm(x.plus(own), states.get(1))
        : List.of(gru(x, own.plus(bias), states.get(0)));
  }

  private List<Value> lstm(Value all, Value cells) {
    Value kept = sigmoid(part(all, 1)).times(cells);
    Value next = kept.plus(sigmoid(part(all, 0)).times(tanh(part(all, 2))));
    return List.of(sigmoid(part(all, 3)).times(tanh(next)), next);
  }

  private Value gru(Value x, Value own, Value h) {
    Value reset = sigmoid(part(x, 0).plus(part(own, 0)));
    Value keep = sigmoid(part(x, 1).plus(part(own, 1)));
    Value content = tanh(part(x, 2).plus(reset.times(part(own, 2))));
    return content.plus(keep.times(h.minus(content)));
  }

  /** Returns gate {@code i} of those side by side. */
  private Value part(Value all, int i) {
    return all.slice(1, i * units, units);
  }

  private static Value sigmoid(Value x) {
    return x.activate(Activation.SIGMOID);
  }

  private static Value tanh(Value x) {
    return x.activate(Activation.TANH);
  }
}
