package dev.fovea.studio.state;

import dev.fovea.optim.Optimizer;
import dev.fovea.optim.Optimizers;
import java.util.List;

/**
 * An optimiser that pages choose by its name.
 *
 * @param name one of {@link #NAMES}
 * @param rate the learning rate
 */
public record NamedOptimizer(String name, double rate) {
  /** The names. */
  public static final List<String> NAMES = List.of("sgd", "momentum", "adam");

  private static final double MOMENTUM = 0.9;

  /** Returns the optimiser. */
  Optimizer optimizer() {
    return switch (name) {
      case "sgd" -> Optimizers.sgd(rate);
      case "momentum" -> Optimizers.sgd(rate).momentum(MOMENTUM);
      default -> Optimizers.adam(rate);
    };
  }

  /** Returns the Java that makes it. */
  String java() {
    return switch (name) {
      case "sgd" -> "Optimizers.sgd(" + rate + ")";
      case "momentum" -> "Optimizers.sgd(" + rate + ").momentum(" + MOMENTUM + ")";
      default -> "Optimizers.adam(" + rate + ")";
    };
  }
}
