package dev.fovea.nn;

import dev.fovea.op.Normalization;
import dev.fovea.tensor.FoveaException;

/**
 * Local response normalisation over neighbouring channels: x · (k + α/size · Σ x²)^−β, with the sum
 * over the {@code size} channels around each.
 *
 * <p>[.., C] ↦ [.., C]; no parameters. Krizhevsky, Sutskever and Hinton, 2012. The defaults are
 * those of Caffe; the paper has size 5, α 5·10⁻⁴ in this form, and k 2.
 *
 * @param size the number of neighbouring channels, the channel itself among them
 * @param alpha the weight α of the squares; by default 10⁻⁴
 * @param beta the exponent β; by default 0.75
 * @param k the number added to the squares; 1 by default
 */
public record LocalResponseNorm(int size, float alpha, float beta, float k) implements Layer {
  /**
   * Checks the arguments.
   *
   * @throws FoveaException if the size is below 1, α or β negative or k not positive
   */
  public LocalResponseNorm {
    if (size < 1) {
      throw new FoveaException("local_response_norm: size must be at least 1, got " + size);
    }
    atLeastZero("alpha", alpha);
    atLeastZero("beta", beta);
    if (!(k > 0 && Float.isFinite(k))) {
      throw new FoveaException("local_response_norm: k must be positive, got " + k);
    }
  }

  private static void atLeastZero(String what, float value) {
    if (!(value >= 0 && Float.isFinite(value))) {
      throw new FoveaException(
          "local_response_norm: " + what + " must be finite and at least 0, got " + value);
    }
  }

  /** Returns this layer with another weight of the squares. */
  public LocalResponseNorm alpha(float value) {
    return new LocalResponseNorm(size, value, beta, k);
  }

  /** Returns this layer with another exponent. */
  public LocalResponseNorm beta(float value) {
    return new LocalResponseNorm(size, alpha, value, k);
  }

  /** Returns this layer with another number added to the squares. */
  public LocalResponseNorm k(float value) {
    return new LocalResponseNorm(size, alpha, beta, value);
  }

  @Override
  public Signal forward(Signal x) {
    return x.apply(new Normalization.LocalResponseNorm(size, alpha, beta, k));
  }

  @Override
  public String kind() {
    return "local_response_norm";
  }
}
