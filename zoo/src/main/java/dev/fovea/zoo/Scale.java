package dev.fovea.zoo;

import dev.fovea.tensor.FoveaException;

/**
 * The size of a network: its number of classes and its width.
 *
 * @param classes the number of classes
 * @param width the factor of the number of channels of every layer; 1 is the published network
 */
public record Scale(int classes, double width) {
  /** Narrower networks have multiples of this many channels, so that they divide into groups. */
  private static final int DIVISOR = 4;

  /**
   * Checks the numbers.
   *
   * @throws FoveaException if there is no class or the width is not positive
   */
  public Scale {
    if (classes < 1) {
      throw new FoveaException("scale: needs at least 1 class, got " + classes);
    }
    if (!(width > 0 && width <= 64)) {
      throw new FoveaException("scale: width must be in (0, 64], got " + width);
    }
  }

  /** Returns the scale of the published network with this many classes. */
  public static Scale full(int classes) {
    return new Scale(classes, 1);
  }

  /** Returns the number of channels for this many channels of the published network. */
  public int channels(int published) {
    return width == 1
        ? published
        : Math.max(DIVISOR, Math.toIntExact(Math.round(published * width / DIVISOR)) * DIVISOR);
  }
}
