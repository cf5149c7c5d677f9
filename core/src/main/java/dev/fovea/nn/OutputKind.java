package dev.fovea.nn;

import dev.fovea.op.Activation;
import dev.fovea.op.Elementwise;
import dev.fovea.op.Movement;
import dev.fovea.op.Normalization;
import dev.fovea.op.Value;

/** What the numbers mean that a network gives. */
enum OutputKind {
  /** Any numbers: a classifier's are logits. */
  PLAIN,
  /** Probabilities that sum to 1. */
  SOFTMAX,
  /** Probabilities, each by itself. */
  SIGMOID;

  /** Returns the kind of an output by the op that ends it. */
  static OutputKind of(Value output) {
    return switch (output.op()) {
      case Movement.Reshape r -> of(output.input(0));
      case Normalization.Softmax s -> SOFTMAX;
      case Elementwise.Activate(Activation a) when a.equals(Activation.SIGMOID) -> SIGMOID;
      default -> PLAIN;
    };
  }
}
