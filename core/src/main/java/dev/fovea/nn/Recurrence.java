package dev.fovea.nn;

import dev.fovea.op.Scan;
import dev.fovea.op.Value;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.ShapeException;
import java.util.ArrayList;
import java.util.List;

/**
 * A user-defined recurrence: a step that is applied along sequences and passes a state from each
 * time step to the next.
 *
 * <p>The step may apply any layers, with the same parameters at every time step. Signals that it
 * captures from outside, such as the features that a decoder attends to, are the same at every time
 * step.
 *
 * <pre>{@code
 * Layer query = dense(units);
 * Recurrence.Results words =
 *     scan(List.of(captions), List.of(start), (state, word) -> {
 *       Signal h = query.apply(state.get(0)).plus(word.get(0)).activate(Activation.TANH);
 *       return new Recurrence.Results(List.of(h), List.of(h));
 *     });
 * Signal logits = conv1d(vocabulary, 1).apply(words.outputs().get(0));   // [N, T, vocabulary]
 * }</pre>
 */
public final class Recurrence {
  private static final int TIME = 1;

  private Recurrence() {}

  /** The function that computes one time step. */
  @FunctionalInterface
  public interface Step {
    /**
     * Returns what a step makes of the state and of a part [N, …] of each sequence. Random masks
     * are the same in all steps.
     */
    Results next(List<Signal> state, List<Signal> parts);
  }

  /**
   * The results of one time step, or of all.
   *
   * @param state the next state, in the shapes of the previous one
   * @param outputs the outputs of one time step [N, …], or of all [N, T, …]
   */
  public record Results(List<Signal> state, List<Signal> outputs) {
    /** Copies the lists. */
    public Results {
      state = List.copyOf(state);
      outputs = List.copyOf(outputs);
    }
  }

  /** The scan as a layer among others: it has a place, and its step's layers are within. */
  private record Place() implements Layer {
    @Override
    public Signal forward(Signal x) {
      throw new IllegalStateException("a scan has more than one result");
    }

    @Override
    public String kind() {
      return "scan";
    }
  }

  /** Applies a step along sequences; see {@link Layers#scan}. */
  static Results scan(List<Signal> sequences, List<Signal> state, boolean backwards, Step step) {
    if (sequences.isEmpty()) {
      throw new FoveaException("scan: needs at least one sequence");
    }
    Signal x = sequences.getFirst();
    requireBatches(sequences, state);
    List<Results> made = new ArrayList<>();
    x.trace()
        .call(
            new Place(),
            x,
            s -> {
              Results r = traced(s.trace(), sequences, state, backwards, step);
              made.add(r);
              return r.outputs.isEmpty() ? r.state.get(0) : r.outputs.get(0);
            });
    return made.getFirst();
  }

  private static void requireBatches(List<Signal> sequences, List<Signal> state) {
    List<Shape> shapes = new ArrayList<>(sequences.stream().map(Signal::shape).toList());
    if (shapes.stream().anyMatch(s -> s.rank() <= TIME)) {
      throw new ShapeException("scan", "needs sequences [N,T,…]", shapes);
    }
    state.forEach(s -> shapes.add(s.shape()));
    int n = shapes.get(0).dim(0);
    if (shapes.stream().anyMatch(s -> s.rank() == 0 || s.dim(0) != n)) {
      throw new ShapeException("scan", "sequences and states need the same N", shapes);
    }
  }

  private static Results traced(
      Trace trace, List<Signal> sequences, List<Signal> state, boolean backwards, Step step) {
    Scan.Results all =
        Scan.over(
            TIME,
            backwards,
            values(state),
            values(sequences),
            (carries, parts) ->
                trace.inStep(() -> {
                  Results next = step.next(signals(trace, carries), signals(trace, parts));
                  requireSome(next);
                  return new Scan.Next(values(next.state), values(next.outputs));
                }));
    return new Results(signals(trace, all.carries()), signals(trace, all.outputs()));
  }

  private static void requireSome(Results next) {
    if (next.state.isEmpty() && next.outputs.isEmpty()) {
      throw new FoveaException("scan: a step gives neither a state nor an output");
    }
  }

  private static List<Value> values(List<Signal> signals) {
    return signals.stream().map(Signal::value).toList();
  }

  private static List<Signal> signals(Trace trace, List<Value> values) {
    return values.stream().map(v -> new Signal(v, trace)).toList();
  }
}
