package dev.fovea.nn;

import dev.fovea.op.Movement;
import dev.fovea.op.Normalization;
import dev.fovea.op.Value;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Shape;

/**
 * Batch normalisation over all axes but the last: (x − mean) / √(variance + ε) · weight + bias.
 *
 * <p>In training, mean and variance are those of the batch, and the running statistics follow them.
 * In inference, and where weight and bias are frozen, they are the running statistics ({@link
 * Model#asInTraining} overrides this). Parameters: {@code weight} and {@code bias} [C]; running
 * statistics: {@code running_mean} and {@code running_var} [C]. Ioffe and Szegedy, 2015.
 *
 * @param epsilon the number that keeps the divisor from 0; 10⁻⁵ by default
 * @param momentum the share of the batch's statistics in the new running ones; 0.1 by default
 */
public record BatchNorm(float epsilon, float momentum) implements Layer {
  /**
   * Checks the arguments.
   *
   * @throws FoveaException if ε is not positive or the momentum not in [0, 1]
   */
  public BatchNorm {
    if (!(epsilon > 0 && Float.isFinite(epsilon))) {
      throw new FoveaException("batch_norm: epsilon must be positive, got " + epsilon);
    }
    if (!(momentum >= 0 && momentum <= 1)) {
      throw new FoveaException("batch_norm: momentum must be in [0, 1], got " + momentum);
    }
  }

  /** Returns this layer with another ε. */
  public BatchNorm epsilon(float value) {
    return new BatchNorm(value, momentum);
  }

  /** Returns this layer with another momentum. */
  public BatchNorm momentum(float value) {
    return new BatchNorm(epsilon, value);
  }

  @Override
  public Signal forward(Signal x) {
    Trace trace = x.trace();
    int channels = x.shape().dim(-1);
    Shape c = Shape.of(channels);
    Value weight = trace.parameter("weight", c, Initializer.ones());
    Value bias = trace.parameter("bias", c, Initializer.zeros());
    Value mean = trace.state("running_mean", c, Initializer.zeros());
    Value variance = trace.state("running_var", c, Initializer.ones());
    Value moments;
    if (!trace.usesRunningStatistics("weight", "bias")) {
      moments = Value.of(new Normalization.BatchMoments(), x.value());
      int m = x.shape().elements() / channels;
      float unbiased = m > 1 ? (float) m / (m - 1) : 1;
      follow(trace, "running_mean", mean, moments.row(0));
      follow(trace, "running_var", variance, moments.row(1).times(unbiased));
    } else {
      Shape row = Shape.of(1, channels);
      moments = Value.of(new Movement.Concat(0), mean.reshape(row), variance.reshape(row));
    }
    return x.apply(new Normalization.BatchNorm(epsilon), moments, weight, bias);
  }

  /** Moves a running statistic towards the batch's, once per use where the layer is shared. */
  private void follow(Trace trace, String name, Value running, Value now) {
    if (!trace.frozen(name)) {
      Value before = trace.latest(name, running);
      trace.update(name, before.times(1 - momentum).plus(now.times(momentum)));
    }
  }

  @Override
  public String kind() {
    return "batch_norm";
  }
}
