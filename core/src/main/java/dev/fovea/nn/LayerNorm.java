package dev.fovea.nn;

import dev.fovea.op.Formulas;
import dev.fovea.op.Value;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Shape;

/**
 * Layer normalisation: (x − mean) / √(variance + ε) · weight + bias, with mean and variance over
 * the channels of each position or, {@linkplain #overSample() if chosen}, over each whole sample.
 *
 * <p>[N, .., C] ↦ [N, .., C]. Parameters: {@code weight} and {@code bias} [C], or [elements of a
 * sample]. It does the same in training and inference. Ba, Kiros and Hinton, 2016.
 *
 * @param epsilon the number that keeps the divisor from 0; 10⁻⁵ by default
 * @param sample whether all elements of a sample are normalised together
 */
public record LayerNorm(float epsilon, boolean sample) implements Layer {
  /**
   * Checks ε.
   *
   * @throws FoveaException if it is not positive
   */
  public LayerNorm {
    if (!(epsilon > 0 && Float.isFinite(epsilon))) {
      throw new FoveaException("layer_norm: epsilon must be positive, got " + epsilon);
    }
  }

  /** Returns this layer with another ε. */
  public LayerNorm epsilon(float value) {
    return new LayerNorm(value, sample);
  }

  /** Returns this layer with mean and variance over all elements of a sample. */
  public LayerNorm overSample() {
    return new LayerNorm(epsilon, true);
  }

  @Override
  public Signal forward(Signal x) {
    Shape in = x.shape();
    Shape one = sample ? in.dropFirst() : Shape.of(in.dim(-1));
    // One axis, whatever they are laid over: optimisers tell weights from scales by it.
    Shape flat = Shape.of(one.elements());
    Value weight = x.trace().parameter("weight", flat, Initializer.ones()).reshape(one);
    Value bias = x.trace().parameter("bias", flat, Initializer.zeros()).reshape(one);
    Value rows = x.value().reshape(Shape.of(in.elements() / one.elements(), one.elements()));
    Value normal = Formulas.standardized(rows, epsilon, 1).reshape(in);
    return x.with(normal.times(weight).plus(bias));
  }

  @Override
  public String kind() {
    return "layer_norm";
  }
}
