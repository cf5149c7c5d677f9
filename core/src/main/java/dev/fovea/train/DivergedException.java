package dev.fovea.train;

import dev.fovea.tensor.FoveaException;

/**
 * A training that stopped because its loss became NaN or infinite.
 *
 * <p>Nothing was wrong with the input's form: the message names the step, the first layer where it
 * arose, and what may help. The parameters are those before the step.
 */
public final class DivergedException extends FoveaException {
  private static final long serialVersionUID = 1L;

  DivergedException(String message) {
    super(message);
  }
}
