package dev.fovea.optim;

import java.util.List;

/**
 * Lion: w ← w − η·(sign(β₁·m + (1−β₁)·g) + λ·w), then m ← β₂·m + (1−β₂)·g (Chen et al., 2023).
 *
 * <p>Its learning rate is usually a tenth to a third of Adam's, and its weight decay three to ten
 * times as large.
 *
 * @param learningRate η
 * @param beta1 β₁, in [0, 1); 0.9 by default
 * @param beta2 β₂, in [0, 1); 0.99 by default
 * @param regularization weight decay λ and clipping
 */
public record Lion(double learningRate, double beta1, double beta2, Regularization regularization)
    implements UpdateRule<Lion> {
  /**
   * Checks the arguments.
   *
   * @throws dev.fovea.tensor.FoveaException if η is not positive or a β is not in [0, 1)
   */
  public Lion {
    Checks.positive("lion: learning rate", learningRate);
    Checks.fraction("lion: beta1", beta1);
    Checks.fraction("lion: beta2", beta2);
  }

  @Override
  public String name() {
    return "lion";
  }

  @Override
  public List<String> slots() {
    return List.of("momentum");
  }

  /** Returns this rule with other decay rates. */
  public Lion betas(double first, double second) {
    return new Lion(learningRate, first, second, regularization);
  }

  @Override
  public Lion learningRate(double rate) {
    return new Lion(rate, beta1, beta2, regularization);
  }

  @Override
  public Lion with(Regularization r) {
    return new Lion(learningRate, beta1, beta2, r);
  }

  @Override
  public void update(float[] w, float[] g, float[][] slots, int from, int to, Step step) {
    float rate = (float) step.rate();
    float decay = (float) step.decay();
    float scale = step.scale();
    float b1 = (float) beta1;
    float c1 = (float) (1 - beta1);
    float b2 = (float) beta2;
    float c2 = (float) (1 - beta2);
    float[] m = slots[0];
    for (int i = from; i < to; i++) {
      float d = g[i] * scale;
      float along = Math.signum(b1 * m[i] + c1 * d);
      m[i] = (b2 * m[i] + c2 * d + Denormals.TINY) - Denormals.TINY;
      w[i] -= rate * (along + decay * w[i]);
    }
  }
}
