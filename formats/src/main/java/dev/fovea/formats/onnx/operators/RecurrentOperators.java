package dev.fovea.formats.onnx.operators;

import dev.fovea.formats.FormatException;
import dev.fovea.formats.onnx.walk.Call;
import dev.fovea.formats.onnx.walk.Operand;
import dev.fovea.formats.onnx.walk.Operator;
import dev.fovea.op.BinaryFunction;
import dev.fovea.op.Movement;
import dev.fovea.op.Scan;
import dev.fovea.op.Value;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Recurrent layers: plain, with gates (GRU) and with a memory (LSTM).
 *
 * <p>Operands: X, W, R, B, lengths, first h, and for an LSTM first c and P. Each direction is a
 * scan over [N, T, F], whatever the layout of the file.
 */
final class RecurrentOperators {
  /** What cells ask for; which results are wanted ({@code output_sequence}) their names tell. */
  private static final String[] OBEYED = {
    "direction",
    "activations",
    "activation_alpha",
    "activation_beta",
    "clip",
    "input_forget",
    "linear_before_reset",
    "output_sequence"
  };

  private final Call call;
  private final int gates;
  private final boolean batchFirst;
  private final Value x;
  private final Value w;
  private final Value r;
  private final int directions;
  private final int hidden;

  private RecurrentOperators(Call call, int gates) {
    this.call = call;
    this.gates = gates;
    call.node().obeys(OBEYED);
    this.batchFirst = call.node().integer("layout", 0) == 1;
    requireRanks();
    this.x = batchFirst ? call.in(0, 0, 1, 2) : call.in(0, 1, 0, 2);
    this.w = call.in(1, 0, 2, 1);
    this.r = call.in(2, 0, 2, 1);
    this.directions = w.shape().dim(0);
    this.hidden = r.shape().dim(1);
    requireExtents();
  }

  static void register(Map<String, Operator> to) {
    to.put("RNN", c -> new RecurrentOperators(c, 1).results());
    to.put("GRU", c -> new RecurrentOperators(c, 3).results());
    to.put("LSTM", c -> new RecurrentOperators(c, 4).results());
  }

  private void requireRanks() {
    for (int i = 0; i < 3; i++) {
      if (call.shape(i).rank() != 3) {
        throw new FormatException("input " + i + " must have 3 axes, got " + call.shape(i));
      }
    }
  }

  private void requireExtents() {
    if (call.node().small("hidden_size", hidden) != hidden) {
      throw new FormatException(
          "hidden_size "
              + call.node().small("hidden_size", 0)
              + " is not that of its weights: "
              + hidden);
    }
    Shape wide = Shape.of(directions, hidden, gates * hidden);
    boolean both = call.node().text("direction", "forward").equals("bidirectional");
    if (!r.shape().equals(wide)
        || w.shape().dim(2) != wide.dim(2)
        || directions != (both ? 2 : 1)) {
      throw new FormatException(
          "weights of %s and %s do not suit %s gates of %s units in %s directions"
              .formatted(call.shape(1), call.shape(2), gates, hidden, both ? 2 : 1));
    }
  }

  private List<Operand> results() {
    List<Value> all = new ArrayList<>();
    List<List<Value>> last = List.of(new ArrayList<>(), new ArrayList<>());
    for (int d = 0; d < directions; d++) {
      Scan.Results read = read(d);
      Value y = read.outputs().get(0);
      all.add(y.reshape(y.shape().insert(2, 1)));
      for (int i = 0; i < read.carries().size(); i++) {
        Value state = read.carries().get(i);
        last.get(i).add(state.reshape(state.shape().insert(1, 1)));
      }
    }
    List<Operand> results = new ArrayList<>();
    results.add(operand(joined(all, 2), 2, 0, 1, 3));
    for (List<Value> states : last) {
      if (!states.isEmpty()) {
        results.add(operand(joined(states, 1), 1, 0, 2));
      }
    }
    return results;
  }

  private static Value joined(List<Value> parts, int axis) {
    return parts.size() == 1 ? parts.get(0) : Value.of(new Movement.Concat(axis), parts);
  }

  /**
   * Returns a result that has its batch first; {@code otherwise} is the order if the file's has
   * not.
   */
  private Operand operand(Value v, int... otherwise) {
    return batchFirst
        ? Operand.Held.plain(v, call.type())
        : new Operand.Held(v, otherwise, call.type());
  }

  /** Returns the states [N, H] and all outputs [N, T, H] of one direction. */
  private Scan.Results read(int d) {
    OnnxCell cell = cell(d);
    Value inputs = x.matmul(direction(w, d)).plus(cell.inputBias());
    List<Value> sequences = new ArrayList<>(List.of(inputs));
    if (call.has(4)) {
      sequences.add(present());
    }
    boolean backwards = d == 1 || call.node().text("direction", "forward").equals("reverse");
    return Scan.over(
        1,
        backwards,
        first(d),
        sequences,
        (states, parts) -> {
          List<Value> next = cell.next(parts.get(0), states);
          @Nullable Value is = parts.size() > 1 ? parts.get(1) : null;
          List<Value> kept = is == null ? next : kept(is, next, states);
          Value h = kept.get(0);
          return new Scan.Next(kept, List.of(is == null ? h : h.times(is)));
        });
  }

  private OnnxCell cell(int d) {
    Value zeros = Value.constant(0).broadcastTo(Shape.of(2 * gates * hidden));
    Value bias = call.has(3) ? direction(call.in(3, 0, 1), d) : zeros;
    @Nullable Value peepholes = call.has(7) ? direction(call.in(7, 0, 1), d) : null;
    return new OnnxCell(call.node(), gates, hidden, d, direction(r, d), bias, peepholes);
  }

  /** Returns the part of one direction. */
  private static Value direction(Value all, int d) {
    return all.slice(0, d, 1).reshape(all.shape().drop(0));
  }

  private List<Value> first(int d) {
    Shape state = Shape.of(x.shape().dim(0), hidden);
    List<Value> first =
        new ArrayList<>(
            Collections.nCopies(gates == 4 ? 2 : 1, Value.constant(0).broadcastTo(state)));
    for (int i = 0; i < first.size(); i++) {
      if (call.has(5 + i)) {
        Value given = batchFirst ? call.in(5 + i, 1, 0, 2) : call.in(5 + i, 0, 1, 2);
        first.set(i, direction(given, d));
      }
    }
    return first;
  }

  /** Returns 1 for places [N, T, 1] within a sequence's length, else 0. */
  private Value present() {
    int steps = x.shape().dim(1);
    float[] places = new float[steps];
    for (int t = 0; t < steps; t++) {
      places[t] = t;
    }
    Value lengths = call.in(4, 0).reshape(Shape.of(x.shape().dim(0), 1, 1));
    return lengths.with(
        BinaryFunction.GREATER, Value.constant(Tensor.of(Shape.of(1, steps, 1), places)));
  }

  /** Returns the next states of sequences that still go on, of others the states before. */
  private static List<Value> kept(Value present, List<Value> next, List<Value> states) {
    Value absent = Value.constant(1).minus(present);
    List<Value> kept = new ArrayList<>();
    for (int i = 0; i < next.size(); i++) {
      kept.add(next.get(i).times(present).plus(states.get(i).times(absent)));
    }
    return kept;
  }
}
