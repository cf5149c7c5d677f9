package dev.fovea.optim;

import java.util.List;

/**
 * Adadelta: s ← ρ·s + (1−ρ)·d², u = √(a + ε) / √(s + ε) · d, a ← ρ·a + (1−ρ)·u² and w ← w − η·u,
 * with d = g + λ·w (Zeiler, 2012).
 *
 * @param learningRate η; 1 by default
 * @param rho ρ, in [0, 1); 0.9 by default
 * @param epsilon ε; 10⁻⁶ by default
 * @param regularization weight decay λ and clipping
 */
public record AdaDelta(
    double learningRate, double rho, double epsilon, Regularization regularization)
    implements UpdateRule<AdaDelta> {
  /**
   * Checks the arguments.
   *
   * @throws dev.fovea.tensor.FoveaException if η or ε is not positive or ρ not in [0, 1)
   */
  public AdaDelta {
    Checks.positive("adadelta: learning rate", learningRate);
    Checks.fraction("adadelta: rho", rho);
    Checks.positive("adadelta: epsilon", epsilon);
  }

  @Override
  public String name() {
    return "adadelta";
  }

  @Override
  public List<String> slots() {
    return List.of("square", "step");
  }

  /** Returns this rule with another decay rate of the means. */
  public AdaDelta rho(double value) {
    return new AdaDelta(learningRate, value, epsilon, regularization);
  }

  /** Returns this rule with another ε. */
  public AdaDelta epsilon(double value) {
    return new AdaDelta(learningRate, rho, value, regularization);
  }

  @Override
  public AdaDelta learningRate(double rate) {
    return new AdaDelta(rate, rho, epsilon, regularization);
  }

  @Override
  public AdaDelta with(Regularization r) {
    return new AdaDelta(learningRate, rho, epsilon, r);
  }

  @Override
  public void update(float[] w, float[] g, float[][] slots, int from, int to, Step step) {
    float rate = (float) step.rate();
    float decay = (float) step.decay();
    float scale = step.scale();
    float keep = (float) rho;
    float take = (float) (1 - rho);
    float e = (float) epsilon;
    float[] s = slots[0];
    float[] a = slots[1];
    for (int i = from; i < to; i++) {
      float d = g[i] * scale + decay * w[i];
      float root = (d + Denormals.TINY_ROOT) - Denormals.TINY_ROOT;
      s[i] = (keep * s[i] + take * (root * root) + Denormals.TINY) - Denormals.TINY;
      float u = (float) (Math.sqrt(a[i] + e) / Math.sqrt(s[i] + e)) * root;
      a[i] = (keep * a[i] + take * (u * u) + Denormals.TINY) - Denormals.TINY;
      w[i] -= rate * u;
    }
  }
}
