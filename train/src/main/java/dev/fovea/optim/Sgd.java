package dev.fovea.optim;

import java.util.List;

/**
 * Stochastic gradient descent: w ← w − η·d, where d = g + λ·w.
 *
 * <p>With momentum μ: b ← μ·b + d and w ← w − η·b; with Nesterov momentum w ← w − η·(d + μ·b)
 * (Sutskever et al., 2013, in the form that frameworks use). λ is the weight decay, an L2 penalty.
 *
 * @param learningRate η
 * @param momentum μ, in [0, 1); 0 by default
 * @param looksAhead whether the momentum is Nesterov's
 * @param regularization weight decay and clipping
 */
public record Sgd(
    double learningRate, double momentum, boolean looksAhead, Regularization regularization)
    implements UpdateRule<Sgd> {
  /**
   * Checks the arguments.
   *
   * @throws dev.fovea.tensor.FoveaException if the rate is not positive or μ not in [0, 1)
   */
  public Sgd {
    Checks.positive("sgd: learning rate", learningRate);
    Checks.fraction("sgd: momentum", momentum);
  }

  @Override
  public String name() {
    return "sgd";
  }

  @Override
  public List<String> slots() {
    return momentum > 0 ? List.of("momentum") : List.of();
  }

  /** Returns this rule with momentum. */
  public Sgd momentum(double mu) {
    return new Sgd(learningRate, mu, looksAhead, regularization);
  }

  /** Returns this rule with Nesterov momentum, of the size that {@link #momentum(double)} sets. */
  public Sgd nesterov() {
    return new Sgd(learningRate, momentum, true, regularization);
  }

  @Override
  public Sgd learningRate(double rate) {
    return new Sgd(rate, momentum, looksAhead, regularization);
  }

  @Override
  public Sgd with(Regularization r) {
    return new Sgd(learningRate, momentum, looksAhead, r);
  }

  @Override
  public void update(
      float[] weights, float[] gradients, float[][] slots, int from, int to, Step step) {
    float rate = (float) step.rate();
    float decay = (float) step.decay();
    if (momentum == 0) {
      plain(weights, gradients, from, to, rate, step.scale(), decay);
      return;
    }
    withMomentum(weights, gradients, slots[0], from, to, rate, step.scale(), decay);
  }

  private static void plain(
      float[] w, float[] g, int from, int to, float rate, float scale, float decay) {
    for (int i = from; i < to; i++) {
      w[i] -= rate * (g[i] * scale + decay * w[i]);
    }
  }

  private void withMomentum(
      float[] w, float[] g, float[] b, int from, int to, float rate, float scale, float decay) {
    float mu = (float) momentum;
    boolean ahead = looksAhead;
    for (int i = from; i < to; i++) {
      float d = g[i] * scale + decay * w[i];
      float v = (mu * b[i] + d + Denormals.TINY) - Denormals.TINY;
      b[i] = v;
      w[i] -= rate * (ahead ? d + mu * v : v);
    }
  }
}
