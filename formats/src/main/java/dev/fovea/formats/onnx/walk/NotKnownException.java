package dev.fovea.formats.onnx.walk;

import dev.fovea.tensor.FoveaException;
import java.util.Set;
import java.util.TreeSet;

/** A tensor that must be known before the run depends on inputs of the network. */
public final class NotKnownException extends FoveaException {
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

  /** Returns the operator that needs the tensor, the outermost where graphs lie in each other. */
  public String operator() {
    return String.valueOf(getMessage()).split(" ", 2)[0];
  }

  /** Returns the names of the inputs. */
  public Set<String> inputs() {
    return inputs;
  }
}
