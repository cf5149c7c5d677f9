package dev.fovea.nn;

import dev.fovea.op.Value;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.ShapeException;
import java.util.List;

/**
 * A fully connected layer: [N, in] ↦ [N, units], x · weight + bias.
 *
 * <p>The number of inputs is inferred. Defaults: a bias, Glorot uniform weights. Parameters: {@code
 * weight} [in, units] and {@code bias} [units].
 *
 * @param units the number of outputs
 * @param bias whether a bias is added
 * @param initializer the weights' starting values
 */
public record Dense(int units, boolean bias, Initializer initializer) implements Layer {
  /**
   * Checks the number of units.
   *
   * @throws FoveaException if it is below 1
   */
  public Dense {
    if (units < 1) {
      throw new FoveaException("dense: units must be at least 1, got " + units);
    }
  }

  /** Returns this layer without a bias. */
  public Dense noBias() {
    return new Dense(units, false, initializer);
  }

  /** Returns this layer with other starting values for its weights. */
  public Dense init(Initializer weights) {
    return new Dense(units, bias, weights);
  }

  @Override
  public Signal forward(Signal x) {
    Shape in = x.shape();
    if (in.rank() != 2) {
      throw new ShapeException(
          "dense",
          "needs rows [N,features]; put flatten() or globalAvgPool() before it",
          List.of(in));
    }
    Value weight = x.trace().parameter("weight", Shape.of(in.dim(1), units), initializer);
    Signal y = x.with(x.value().matmul(weight));
    return bias ? y.plusBias() : y;
  }

  @Override
  public String kind() {
    return "dense";
  }
}
