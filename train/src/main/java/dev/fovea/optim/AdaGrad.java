package dev.fovea.optim;

import java.util.List;

/**
 * Adagrad: s ← s + d² and w ← w − η·d / (√s + ε), with d = g + λ·w (Duchi, Hazan and Singer, 2011).
 *
 * @param learningRate η
 * @param epsilon ε; 10⁻¹⁰ by default
 * @param regularization weight decay λ and clipping
 */
public record AdaGrad(double learningRate, double epsilon, Regularization regularization)
    implements UpdateRule<AdaGrad> {
  /**
   * Checks the arguments.
   *
   * @throws dev.fovea.tensor.FoveaException if η or ε is not positive
   */
  public AdaGrad {
    Checks.positive("adagrad: learning rate", learningRate);
    Checks.positive("adagrad: epsilon", epsilon);
  }

  @Override
  public String name() {
    return "adagrad";
  }

  @Override
  public List<String> slots() {
    return List.of("square");
  }

  /** Returns this rule with another ε. */
  public AdaGrad epsilon(double value) {
    return new AdaGrad(learningRate, value, regularization);
  }

  @Override
  public AdaGrad learningRate(double rate) {
    return new AdaGrad(rate, epsilon, regularization);
  }

  @Override
  public AdaGrad with(Regularization r) {
    return new AdaGrad(learningRate, epsilon, r);
  }

  @Override
  public void update(float[] w, float[] g, float[][] slots, int from, int to, Step step) {
    float rate = (float) step.rate();
    float decay = (float) step.decay();
    float scale = step.scale();
    float e = (float) epsilon;
    float[] s = slots[0];
    for (int i = from; i < to; i++) {
      float d = g[i] * scale + decay * w[i];
      float square = (d + Denormals.TINY_ROOT) - Denormals.TINY_ROOT;
      s[i] += square * square;
      w[i] -= rate * d / ((float) Math.sqrt(s[i]) + e);
    }
  }
}
