package dev.fovea.nn;

import dev.fovea.tensor.FoveaException;

/**
 * Dropout: in training each element is set to 0 with probability {@code rate} and otherwise
 * multiplied by 1/(1 − rate); in inference nothing changes. Srivastava et al., 2014.
 *
 * @param rate the probability, in [0, 1)
 */
public record Dropout(float rate) implements Layer {
  /**
   * Checks the rate.
   *
   * @throws FoveaException if it is not in [0, 1)
   */
  public Dropout {
    if (!(rate >= 0 && rate < 1)) {
      throw new FoveaException("dropout: rate must be in [0, 1), got " + rate);
    }
  }

  @Override
  public Signal forward(Signal x) {
    if (!x.trace().training() || rate == 0) {
      return x;
    }
    return x.with(x.value().times(x.trace().randomMask(x.shape(), 1 - rate)));
  }

  @Override
  public String kind() {
    return "dropout";
  }
}
