package dev.fovea.optim;

import java.util.List;

/**
 * RMSProp: w ← w − η·d / (√v + ε), where d = g + λ·w and v ← α·v + (1−α)·d² (Hinton, 2012).
 *
 * <p>With momentum μ: b ← μ·b + d / (√v + ε) and w ← w − η·b.
 *
 * @param learningRate η
 * @param alpha α, in [0, 1); 0.99 by default
 * @param epsilon ε; 10⁻⁸ by default
 * @param momentum μ, in [0, 1); 0 by default
 * @param regularization weight decay λ and clipping
 */
public record RmsProp(
    double learningRate,
    double alpha,
    double epsilon,
    double momentum,
    Regularization regularization)
    implements UpdateRule<RmsProp> {
  /**
   * Checks the arguments.
   *
   * @throws dev.fovea.tensor.FoveaException if η or ε is not positive or α or μ not in [0, 1)
   */
  public RmsProp {
    Checks.positive("rmsprop: learning rate", learningRate);
    Checks.fraction("rmsprop: alpha", alpha);
    Checks.positive("rmsprop: epsilon", epsilon);
    Checks.fraction("rmsprop: momentum", momentum);
  }

  @Override
  public String name() {
    return "rmsprop";
  }

  @Override
  public List<String> slots() {
    return momentum > 0 ? List.of("square", "momentum") : List.of("square");
  }

  /** Returns this rule with another decay rate of the mean square. */
  public RmsProp alpha(double value) {
    return new RmsProp(learningRate, value, epsilon, momentum, regularization);
  }

  /** Returns this rule with another ε. */
  public RmsProp epsilon(double value) {
    return new RmsProp(learningRate, alpha, value, momentum, regularization);
  }

  /** Returns this rule with momentum. */
  public RmsProp momentum(double mu) {
    return new RmsProp(learningRate, alpha, epsilon, mu, regularization);
  }

  @Override
  public RmsProp learningRate(double rate) {
    return new RmsProp(rate, alpha, epsilon, momentum, regularization);
  }

  @Override
  public RmsProp with(Regularization r) {
    return new RmsProp(learningRate, alpha, epsilon, momentum, r);
  }

  @Override
  public void update(
      float[] weights, float[] gradients, float[][] slots, int from, int to, Step step) {
    float rate = (float) step.rate();
    float decay = (float) step.decay();
    float[] v = slots[0];
    if (momentum == 0) {
      plain(weights, gradients, v, from, to, rate, step.scale(), decay);
    } else {
      heavyBall(weights, gradients, v, slots[1], from, to, rate, step.scale(), decay);
    }
  }

  private void plain(
      float[] w, float[] g, float[] v, int from, int to, float rate, float scale, float decay) {
    float a = (float) alpha;
    float c = (float) (1 - alpha);
    float e = (float) epsilon;
    for (int i = from; i < to; i++) {
      float d = g[i] * scale + decay * w[i];
      float square = (d + Denormals.TINY_ROOT) - Denormals.TINY_ROOT;
      float power = (a * v[i] + c * (square * square) + Denormals.TINY) - Denormals.TINY;
      v[i] = power;
      w[i] -= rate * d / ((float) Math.sqrt(power) + e);
    }
  }

  private void heavyBall(
      float[] w,
      float[] g,
      float[] v,
      float[] b,
      int from,
      int to,
      float rate,
      float scale,
      float decay) {
    float a = (float) alpha;
    float c = (float) (1 - alpha);
    float e = (float) epsilon;
    float mu = (float) momentum;
    for (int i = from; i < to; i++) {
      float d = g[i] * scale + decay * w[i];
      float square = (d + Denormals.TINY_ROOT) - Denormals.TINY_ROOT;
      float power = (a * v[i] + c * (square * square) + Denormals.TINY) - Denormals.TINY;
      float speed =
          (mu * b[i] + d / ((float) Math.sqrt(power) + e) + Denormals.TINY) - Denormals.TINY;
      v[i] = power;
      b[i] = speed;
      w[i] -= rate * speed;
    }
  }
}
