package dev.fovea.train;

import dev.fovea.tensor.FoveaException;

/**
 * A training that stopped because its loss or its parameters became NaN or infinite.
 *
 * <p>Nothing was wrong with the input's form: the message names the step, the first layer or
 * parameter where it arose, and what may help. Checkpoints never hold such parameters.
 */
public final class DivergedException extends FoveaException {
  private static final long serialVersionUID = 1L;

  DivergedException(String message) {
    super(message);
  }
}
