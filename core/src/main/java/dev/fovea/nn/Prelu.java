package dev.fovea.nn;

import dev.fovea.op.Formulas;
import dev.fovea.op.Value;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Shape;

/**
 * Parametric ReLU: x for x &gt; 0, else slope · x with a learned slope.
 *
 * <p>Parameter {@code weight} [C], or [1] where all channels share one. He et al., 2015.
 *
 * @param perChannel whether each channel has its own slope; true by default
 * @param start the initial slope; 0.25 by default
 */
public record Prelu(boolean perChannel, float start) implements Layer {
  /**
   * Checks the slope.
   *
   * @throws FoveaException if it is not finite
   */
  public Prelu {
    if (!Float.isFinite(start)) {
      throw new FoveaException("prelu: the slope must be finite, got " + start);
    }
  }

  /** Returns this layer with one slope for all channels. */
  public Prelu shared() {
    return new Prelu(false, start);
  }

  /** Returns this layer with another initial slope. */
  public Prelu start(double slope) {
    return new Prelu(perChannel, (float) slope);
  }

  @Override
  public Signal forward(Signal x) {
    Shape slopes = Shape.of(perChannel ? x.shape().dim(-1) : 1);
    Value slope = x.trace().parameter("weight", slopes, Initializer.constant(start));
    return x.with(Formulas.prelu(x.value(), slope));
  }

  @Override
  public String kind() {
    return "prelu";
  }
}
