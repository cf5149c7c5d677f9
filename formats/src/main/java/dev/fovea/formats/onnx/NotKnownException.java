package dev.fovea.formats.onnx;

import dev.fovea.tensor.FoveaException;
import java.util.Set;
import java.util.TreeSet;

/** A tensor that must be known before the run depends on inputs of the network. */
final class NotKnownException extends FoveaException {
  private static final long serialVersionUID = 1L;

  private final TreeSet<String> inputs;

  NotKnownException(String what, Set<String> inputs) {
    super(
        what
            + " must be known when the network is built, but depends on "
            + (inputs.isEmpty() ? "weights" : "input " + String.join(", ", inputs)));
    this.inputs = new TreeSet<>(inputs);
  }

  /** Creates the same failure, said to be in a node. */
  NotKnownException(String where, NotKnownException cause) {
    super(where + ": " + cause.getMessage(), cause);
    this.inputs = cause.inputs;
  }

  /** Returns the names of the inputs. */
  Set<String> inputs() {
    return inputs;
  }
}
