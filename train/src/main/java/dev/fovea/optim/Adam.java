package dev.fovea.optim;

import java.util.List;

/**
 * Adam: steps along the running mean of the gradients, divided by the root of the running mean of
 * their squares.
 *
 * <p>With d = g + λ·w: m ← β₁·m + (1−β₁)·d, v ← β₂·v + (1−β₂)·d², m̂ = m / (1−β₁ᵗ), v̂ = v /
 * (1−β₂ᵗ), w ← w − η·m̂ / (√v̂ + ε) (Kingma and Ba, 2015). With decoupled weight decay (AdamW), d =
 * g and η·λ·w is subtracted from w separately (Loshchilov and Hutter, 2019).
 *
 * @param learningRate η
 * @param beta1 β₁, in [0, 1); 0.9 by default
 * @param beta2 β₂, in [0, 1); 0.999 by default
 * @param epsilon ε; 10⁻⁸ by default
 * @param decoupled whether weight decay is decoupled from the gradient
 * @param regularization weight decay λ and clipping
 */
public record Adam(
    double learningRate,
    double beta1,
    double beta2,
    double epsilon,
    boolean decoupled,
    Regularization regularization)
    implements UpdateRule<Adam> {
  /**
   * Checks the arguments.
   *
   * @throws dev.fovea.tensor.FoveaException if η or ε is not positive or a β is not in [0, 1)
   */
  public Adam {
    Checks.positive("adam: learning rate", learningRate);
    Checks.fraction("adam: beta1", beta1);
    Checks.fraction("adam: beta2", beta2);
    Checks.positive("adam: epsilon", epsilon);
  }

  @Override
  public String name() {
    return decoupled ? "adamw" : "adam";
  }

  @Override
  public List<String> slots() {
    return List.of("mean", "square");
  }

  /** Returns this rule with other decay rates of the two means. */
  public Adam betas(double first, double second) {
    return new Adam(learningRate, first, second, epsilon, decoupled, regularization);
  }

  /** Returns this rule with another ε. */
  public Adam epsilon(double value) {
    return new Adam(learningRate, beta1, beta2, value, decoupled, regularization);
  }

  @Override
  public Adam learningRate(double rate) {
    return new Adam(rate, beta1, beta2, epsilon, decoupled, regularization);
  }

  @Override
  public Adam with(Regularization r) {
    return new Adam(learningRate, beta1, beta2, epsilon, decoupled, r);
  }

  @Override
  public void update(
      float[] weights, float[] gradients, float[][] slots, int from, int to, Step step) {
    update(weights, gradients, slots, from, to, step, step.rate());
  }

  /** Does a step at another rate than its own. */
  void update(
      float[] weights,
      float[] gradients,
      float[][] slots,
      int from,
      int to,
      Step step,
      double learned) {
    double first = 1 - power(beta1, step.number());
    double second = 1 - power(beta2, step.number());
    float rate = (float) (learned / first);
    float root = (float) (1 / Math.sqrt(second));
    float keep = decoupled ? (float) (1 - learned * step.decay()) : 1;
    float decay = decoupled ? 0 : (float) step.decay();
    float[] m = slots[0];
    float[] v = slots[1];
    step(weights, gradients, m, v, from, to, step.scale(), decay, keep, rate, root);
  }

  /** Returns βᵗ by squaring: the same bits everywhere, and unlike StrictMath.pow no garbage. */
  private static double power(double beta, long t) {
    double result = 1;
    double square = beta;
    for (long bits = t; bits != 0; bits >>= 1) {
      result *= (bits & 1) == 1 ? square : 1;
      square *= square;
    }
    return result;
  }

  private void step(
      float[] w,
      float[] g,
      float[] m,
      float[] v,
      int from,
      int to,
      float scale,
      float decay,
      float keep,
      float rate,
      float root) {
    float b1 = (float) beta1;
    float b2 = (float) beta2;
    float c1 = (float) (1 - beta1);
    float c2 = (float) (1 - beta2);
    float e = (float) epsilon;
    for (int i = from; i < to; i++) {
      float d = g[i] * scale + decay * w[i];
      float square = (d + Denormals.TINY_ROOT) - Denormals.TINY_ROOT;
      float mean = (b1 * m[i] + c1 * d + Denormals.TINY) - Denormals.TINY;
      float power = (b2 * v[i] + c2 * (square * square) + Denormals.TINY) - Denormals.TINY;
      m[i] = mean;
      v[i] = power;
      w[i] = w[i] * keep - rate * mean / ((float) Math.sqrt(power) * root + e);
    }
  }
}
