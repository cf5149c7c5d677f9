package dev.fovea.train;

import dev.fovea.tensor.FoveaException;

/**
 * The length of a training: how often every sample is seen.
 *
 * @param count the number of epochs
 */
public record Epochs(int count) {
  /**
   * Checks the number.
   *
   * @throws FoveaException if it is below 1
   */
  public Epochs {
    if (count < 1) {
      throw new FoveaException("epochs must be at least 1, got " + count);
    }
  }

  /** Returns a training of this many epochs. */
  public static Epochs epochs(int count) {
    return new Epochs(count);
  }
}
