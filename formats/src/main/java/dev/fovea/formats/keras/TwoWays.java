package dev.fovea.formats.keras;

import dev.fovea.nn.Layer;
import dev.fovea.nn.Signal;
import java.util.Set;

/**
 * Two recurrent layers that read a sequence from both of its ends.
 *
 * @param forward the one from the beginning
 * @param backward the one from the end, its states at their places
 * @param merge what becomes of the two results
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
