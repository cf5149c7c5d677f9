package dev.fovea.zoo;

import dev.fovea.nn.Layer;
import dev.fovea.nn.Signal;
import dev.fovea.tensor.Shape;

/**
 * Stochastic depth: in training the branch of a residual block is left out, for each sample anew,
 * with probability {@code rate}, and else grows by 1/(1 − rate); in inference nothing happens.
 * Huang et al., 2016.
 *
 * @param rate the probability
 */
record StochasticDepth(double rate) implements Layer {
  @Override
  public Signal forward(Signal x) {
    if (!x.trace().training() || rate == 0) {
      return x;
    }
    Shape mask = Shape.of(x.shape().dim(0), 1, 1, 1);
    return x.with(x.value().times(x.trace().randomMask(mask, (float) (1 - rate))));
  }

  @Override
  public String kind() {
    return "stochastic_depth";
  }
}
