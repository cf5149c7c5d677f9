package dev.fovea.zoo;

import dev.fovea.nn.Network;
import java.util.List;
import java.util.function.Function;

/**
 * A variant of a network with auxiliary classifiers, which supply gradients to its middle layers in
 * training.
 *
 * @param network builds the network; its outputs are the logits and, in training, those of each
 *     auxiliary classifier
 * @param weights the weight of the loss of each auxiliary classifier; that of the logits is 1
 */
public record Heads(Function<Scale, Network> network, List<Double> weights) {
  /** Copies the list. */
  public Heads {
    weights = List.copyOf(weights);
  }
}
