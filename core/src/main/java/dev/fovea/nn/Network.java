package dev.fovea.nn;

import java.util.List;

/** A network with any number of inputs and outputs: a function from signals to signals. */
@FunctionalInterface
public interface Network {
  /** Describes the computation by applying layers to the inputs. */
  List<Signal> forward(List<Signal> inputs);

  /**
   * Returns whether only some batch sizes may suit the network, as where a file fixes one; false by
   * default. {@link Model#build} then checks shapes for one sample alone.
   */
  default boolean fixesBatch() {
    return false;
  }
}
