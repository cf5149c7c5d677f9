package dev.fovea.zoo;

import dev.fovea.nn.Network;
import java.util.List;
import java.util.function.Function;

/**
 * A network with auxiliary classifiers, which bring gradients to its middle in training.
 *
 * @param network builds it: its outputs are the logits and, in training, those of each auxiliary
 *     classifier
 * @param weights what the loss of each auxiliary classifier is multiplied with; that of the logits
 *     counts 1
 */
public record Heads(Function<Scale, Network> network, List<Double> weights) {
  /** Copies the list. */
  public Heads {
    weights = List.copyOf(weights);
  }
}
