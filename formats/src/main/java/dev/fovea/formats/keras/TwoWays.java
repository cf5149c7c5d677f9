package dev.fovea.formats.keras;

import dev.fovea.nn.Layer;
import dev.fovea.nn.Signal;
import java.util.Set;

/**
 * A bidirectional recurrent layer: two layers read a sequence from its two ends.
 *
 * @param forward the layer that reads from the beginning
 * @param backward the layer that reads from the end; its states are in the order of the sequence
 * @param merge how the two results are combined
 */
record TwoWays(Layer forward, Layer backward, String merge) implements Layer {
  /** The known ways to make one result of two. */
  static final Set<String> MERGES = Set.of("concat", "sum", "mul", "ave");

  @Override
  public Signal forward(Signal x) {
    Signal a = forward.named("forward").apply(x);
    Signal b = backward.named("backward").apply(x);
    return switch (merge) {
      case "sum" -> a.plus(b);
      case "mul" -> a.times(b);
      case "ave" -> a.plus(b).times(0.5f);
      default -> a.concat(b);
    };
  }

  @Override
  public String kind() {
    return "bidirectional";
  }
}
