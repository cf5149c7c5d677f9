package dev.fovea.formats.onnx.operators;

import dev.fovea.formats.onnx.file.Node;
import dev.fovea.op.Value;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One step of a recurrent layer in one direction. Gates lie side by side in weights and biases. */
final class OnnxCell {
  private static final List<String> PLAIN = List.of("Tanh");
  private static final List<String> GATED = List.of("Sigmoid", "Tanh");
  private static final List<String> MEMORY = List.of("Sigmoid", "Tanh", "Tanh");

  private final int gates;
  private final int hidden;
  private final Value weight;
  private final Value bias;
  private final @Nullable Value peepholes;
  private final RecurrentActivations f;
  private final boolean resetAfter;
  private final boolean inputForget;

  /**
   * Creates a cell.
   *
   * @param weight the recurrent weights [H, gates · H]
   * @param bias of the input and of the state [2 · gates · H]
   * @param peepholes input, output and forget [3 · H]
   */
  OnnxCell(
      Node node,
      int gates,
      int hidden,
      int direction,
      Value weight,
      Value bias,
      @Nullable Value peepholes) {
    this.gates = gates;
    this.hidden = hidden;
    this.weight = weight;
    this.bias = bias;
    this.peepholes = peepholes;
    this.resetAfter = gates == 3 && node.flag("linear_before_reset", false);
    this.inputForget = gates == 4 && node.flag("input_forget", false);
    List<String> usual = gates == 1 ? PLAIN : gates == 3 ? GATED : MEMORY;
    this.f = new RecurrentActivations(node, usual, direction);
  }

  /** Returns what is added to the input's product; of a GRU the content's second bias is apart. */
  Value inputBias() {
    int wide = gates * hidden;
    return gates == 3 ? bias.slice(0, 0, wide) : bias.slice(0, 0, wide).plus(stateBias());
  }

  private Value stateBias() {
    return bias.slice(0, gates * hidden, gates * hidden);
  }

  /**
   * Returns h, and of an LSTM c, after a step.
   *
   * @param x the input's product with its weights and the bias [N, gates · H]
   */
  List<Value> next(Value x, List<Value> states) {
    Value h = states.get(0);
    return switch (gates) {
      case 1 -> List.of(f.apply(0, x.plus(h.matmul(weight))));
      case 3 -> List.of(gated(x, h));
      default -> memory(x.plus(h.matmul(weight)), states.get(1));
    };
  }

  private Value part(Value all, int i) {
    return all.slice(-1, i * hidden, hidden);
  }

  /** Gates z (keep) and r (reset); the reset comes before or after the product with R. */
  private Value gated(Value x, Value h) {
    Value own = resetAfter ? h.matmul(weight) : h.matmul(weight.slice(1, 0, 2 * hidden));
    Value keep = f.apply(0, part(x, 0).plus(part(own, 0)).plus(part(stateBias(), 0)));
    Value reset = f.apply(0, part(x, 1).plus(part(own, 1)).plus(part(stateBias(), 1)));
    Value content = part(stateBias(), 2);
    Value recurrent =
        resetAfter
            ? reset.times(part(own, 2).plus(content))
            : reset.times(h).matmul(part(weight, 2)).plus(content);
    Value made = f.apply(1, part(x, 2).plus(recurrent));
    return Value.constant(1).minus(keep).times(made).plus(keep.times(h));
  }

  /** Gates in the order input, output, forget, and what is written. */
  private List<Value> memory(Value all, Value c) {
    Value write = f.apply(0, looking(part(all, 0), 0, c));
    Value forget =
        inputForget ? Value.constant(1).minus(write) : f.apply(0, looking(part(all, 2), 2, c));
    Value next = forget.times(c).plus(write.times(f.apply(1, part(all, 3))));
    Value read = f.apply(0, looking(part(all, 1), 1, next));
    return List.of(read.times(f.apply(2, next)), next);
  }

  private Value looking(Value sum, int peephole, Value c) {
    return peepholes == null ? sum : sum.plus(c.times(part(peepholes, peephole)));
  }
}
