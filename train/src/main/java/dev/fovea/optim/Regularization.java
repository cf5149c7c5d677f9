package dev.fovea.optim;

/**
 * Gradient clipping and weight decay.
 *
 * <p>A gradient is first clipped by value, element by element; then, if the norm √Σg² of all
 * gradients together is above the limit, all are scaled down to it (Pascanu et al., 2013).
 *
 * @param weightDecay the weight decay λ; 0 by default
 * @param decayAll whether parameters with one axis decay too: biases, and the weights and biases of
 *     normalisations; false by default
 * @param clipNorm the largest norm of all gradients together; infinite by default
 * @param clipValue the largest magnitude of a single gradient; infinite by default
 */
public record Regularization(
    double weightDecay, boolean decayAll, double clipNorm, double clipValue) {
  /** No weight decay and no clipping. */
  public static final Regularization NONE =
      new Regularization(0, false, Double.POSITIVE_INFINITY, Double.POSITIVE_INFINITY);

  /**
   * Checks the arguments.
   *
   * @throws dev.fovea.tensor.FoveaException if the decay is negative or a limit is not positive
   */
  public Regularization {
    Checks.notNegative("optimizer: weight decay", weightDecay);
    Checks.limit("optimizer: clipNorm", clipNorm);
    Checks.limit("optimizer: clipValue", clipValue);
  }

  Regularization withDecay(double decay) {
    return new Regularization(decay, decayAll, clipNorm, clipValue);
  }

  Regularization withDecayAll() {
    return new Regularization(weightDecay, true, clipNorm, clipValue);
  }

  Regularization withClipNorm(double norm) {
    return new Regularization(weightDecay, decayAll, norm, clipValue);
  }

  Regularization withClipValue(double value) {
    return new Regularization(weightDecay, decayAll, clipNorm, value);
  }
}
