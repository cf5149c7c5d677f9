package dev.fovea.optim;

import dev.fovea.tensor.Shape;
import java.util.List;

/**
 * LARS, layer-wise adaptive rates for large batches: b ← μ·b + η·r·(g + λ·w) and w ← w − b, with r
 * = trust·|w| / (|g| + λ·|w|) for each parameter separately (You, Gitman and Ginsburg, 2017).
 *
 * <p>Parameters of one axis, and those whose weights or gradients are 0, have r = 1.
 *
 * @param learningRate η
 * @param momentum μ, in [0, 1); 0.9 by default
 * @param trust the trust coefficient; 0.001 by default
 * @param regularization weight decay λ and clipping
 */
public record Lars(
    double learningRate, double momentum, double trust, Regularization regularization)
    implements UpdateRule<Lars> {
  /**
   * Checks the arguments.
   *
   * @throws dev.fovea.tensor.FoveaException if η or the trust is not positive or μ not in [0, 1)
   */
  public Lars {
    Checks.positive("lars: learning rate", learningRate);
    Checks.fraction("lars: momentum", momentum);
    Checks.positive("lars: trust", trust);
  }

  @Override
  public String name() {
    return "lars";
  }

  @Override
  public List<String> slots() {
    return List.of("momentum");
  }

  @Override
  public boolean takesWholeParameters() {
    return true;
  }

  /** Returns this rule with another momentum. */
  public Lars momentum(double mu) {
    return new Lars(learningRate, mu, trust, regularization);
  }

  /** Returns this rule with another trust coefficient. */
  public Lars trust(double value) {
    return new Lars(learningRate, momentum, value, regularization);
  }

  @Override
  public Lars learningRate(double rate) {
    return new Lars(rate, momentum, trust, regularization);
  }

  @Override
  public Lars with(Regularization r) {
    return new Lars(learningRate, momentum, trust, r);
  }

  @Override
  public void update(Shape shape, float[] w, float[] g, float[][] slots, int from, Step step) {
    int to = from + shape.elements();
    float scale = step.scale();
    float rate = (float) (step.rate() * (shape.rank() < 2 ? 1 : ratio(w, g, from, to, step)));
    move(w, g, slots[0], from, to, rate, scale, (float) step.decay());
  }

  private double ratio(float[] w, float[] g, int from, int to, Step step) {
    double weights = norm(w, from, to);
    double gradients = norm(g, from, to) * step.scale();
    boolean none = weights == 0 || gradients == 0;
    return none ? 1 : trust * weights / (gradients + step.decay() * weights);
  }

  private static double norm(float[] x, int from, int to) {
    double sum = 0;
    for (int i = from; i < to; i++) {
      sum += (double) x[i] * x[i];
    }
    return Math.sqrt(sum);
  }

  private void move(
      float[] w, float[] g, float[] b, int from, int to, float rate, float scale, float decay) {
    float mu = (float) momentum;
    for (int i = from; i < to; i++) {
      float d = rate * (g[i] * scale + decay * w[i]);
      b[i] = (mu * b[i] + d + Denormals.TINY) - Denormals.TINY;
      w[i] -= b[i];
    }
  }

  @Override
  public void update(float[] w, float[] g, float[][] slots, int from, int to, Step step) {
    update(Shape.of(to - from), w, g, slots, from, step);
  }
}
