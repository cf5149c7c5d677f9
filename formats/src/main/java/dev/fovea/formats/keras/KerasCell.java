package dev.fovea.formats.keras;

import dev.fovea.nn.Layer;
import dev.fovea.nn.Signal;
import dev.fovea.op.Value;
import java.util.List;

/**
 * One step of a recurrent layer of Keras whose functions or order of gates are not the usual ones.
 *
 * <p>The gates are side by side: i, f, c, o of an LSTM; z, r, n of a GRU.
 *
 * @param kind what the gates do
 * @param units the length of the state
 * @param function what makes the content, usually tanh
 * @param gate what makes the gates, usually the sigmoid
 * @param resetAfter whether a GRU resets the state after its product with the weights
 */
record KerasCell(Kind kind, int units, Layer function, Layer gate, boolean resetAfter) {
  /** The kinds of cells and how many gates they have. */
  enum Kind {
    SIMPLE(1),
    LSTM(4),
    GRU(3);

    private final int gates;

    Kind(int gates) {
      this.gates = gates;
    }

    static Kind named(String keras) {
      return keras.equals("LSTM") ? LSTM : keras.equals("GRU") ? GRU : SIMPLE;
    }
  }

  /** Returns the length of all gates together. */
  int wide() {
    return kind.gates * units;
  }

  /** Returns how many values pass from one step to the next. */
  int states() {
    return kind == Kind.LSTM ? 2 : 1;
  }

  private static Value apply(Layer f, Signal in, Value x) {
    return f.forward(in.with(x)).value();
  }

  private Value part(Value all, int i) {
    return all.slice(1, i * units, units);
  }

  /**
   * Returns the states after a step, the result first.
   *
   * @param in any signal of the trace
   * @param x the input's product with its weights, the bias added, [N, gates · units]
   * @param states the states before, each [N, units]
   * @param weight the recurrent weights [units, gates · units]
   * @param bias what is added to the product with them; a constant 0 where there is none
   */
  List<Value> next(Signal in, Value x, List<Value> states, Value weight, Value bias) {
    Value h = states.get(0);
    return switch (kind) {
      case SIMPLE -> List.of(apply(function, in, x.plus(h.matmul(weight))));
      case LSTM -> {
        Value all = x.plus(h.matmul(weight));
        Value kept = apply(gate, in, part(all, 1)).times(states.get(1));
        Value added = apply(gate, in, part(all, 0)).times(apply(function, in, part(all, 2)));
        Value cells = kept.plus(added);
        Value shown = apply(gate, in, part(all, 3)).times(apply(function, in, cells));
        yield List.of(shown, cells);
      }
      case GRU -> List.of(gru(in, x, h, weight, bias));
    };
  }

  private Value gru(Signal in, Value x, Value h, Value weight, Value bias) {
    Value own = h.matmul(weight).plus(bias);
    Value keep = apply(gate, in, part(x, 0).plus(part(own, 0)));
    Value reset = apply(gate, in, part(x, 1).plus(part(own, 1)));
    Value content =
        resetAfter
            ? reset.times(part(own, 2))
            : reset.times(h).matmul(weight.slice(1, 2 * units, units));
    Value fresh = apply(function, in, part(x, 2).plus(content));
    return fresh.plus(keep.times(h.minus(fresh)));
  }
}
