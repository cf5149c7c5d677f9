package dev.fovea.serve.protocol;

import dev.fovea.tensor.Tensor;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * A request for the outputs of a network.
 *
 * @param id what the client calls it
 * @param inputs a batch per input of the network, in its order and with its order of axes
 * @param outputs which outputs are wanted, in which form
 * @param timeout for how long the answer is of use, if the client says so
 */
public record InferRequest(
    Optional<String> id,
    List<Tensor> inputs,
    List<WantedOutput> outputs,
    Optional<Duration> timeout) {
  /** Copies the lists. */
  public InferRequest {
    inputs = List.copyOf(inputs);
    outputs = List.copyOf(outputs);
  }

  /**
   * An output that is wanted.
   *
   * @param number its number among the outputs of the network
   * @param binary whether its values are sent as bytes behind the JSON
   * @param classes how many of its highest values are named in their place; 0 for the values
   *     themselves
   */
  public record WantedOutput(int number, boolean binary, int classes) {}
}
