package dev.fovea.train;

import dev.fovea.tensor.FoveaException;

/**
 * The error of a training that stopped because its loss or parameters became NaN or infinite.
 *
 * <p>The message names the step, the first layer or parameter with such a number, and what may
 * help. Checkpoints never contain such parameters.
 */
public final class DivergedException extends FoveaException {
  private static final long serialVersionUID = 1L;

  DivergedException(String message) {
    super(message);
  }
}
