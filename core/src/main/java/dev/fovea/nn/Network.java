package dev.fovea.nn;

import java.util.List;

/** A network with any number of inputs and outputs: a function from signals to signals. */
@FunctionalInterface
public interface Network {
  /** Describes the computation by applying layers to the inputs. */
  List<Signal> forward(List<Signal> inputs);

  /**
   * Returns whether the network may suit some batch sizes only, such as one that a file fixes;
   * false by default. If true, {@link Model#build} checks shapes for one sample only.
   */
  default boolean fixesBatch() {
    return false;
  }
}
