package dev.fovea.nn;

import dev.fovea.op.BinaryFunction;
import dev.fovea.op.UnaryFunction;
import dev.fovea.op.Value;
import dev.fovea.tensor.FoveaException;

/**
 * Pooling by a norm: (Σ |x|^p)^(1/p) over each window, padding counting as zeros (Sermanet et al.,
 * 2012).
 *
 * <p>No gradient flows through windows whose sum is below 10⁻¹².
 *
 * @param p the exponent, above 0; 1 gives the sum, large exponents approach the maximum
 * @param mean the average pooling that defines the windows
 */
public record LpPool(float p, Pool2d mean) implements Layer {
  private static final float TINY = 1e-12f;

  /**
   * Checks the exponent.
   *
   * @throws FoveaException if it is not positive
   */
  public LpPool {
    if (!(p > 0 && p < Float.POSITIVE_INFINITY)) {
      throw new FoveaException("lp_pool: the exponent must be positive, got " + p);
    }
  }

  /** Returns this layer with another stride. */
  public LpPool stride(int stride) {
    return new LpPool(p, mean.stride(stride));
  }

  /** Returns this layer with the same padding on all sides. */
  public LpPool padding(int all) {
    return new LpPool(p, mean.padding(all));
  }

  @Override
  public Signal forward(Signal x) {
    ImageShapes.require(kind(), x.shape());
    Value size = x.value().map(UnaryFunction.ABS);
    Value means = mean.countPadding().forward(x.with(power(size, p))).value();
    return x.with(power(means.times(mean.window().taps()), 1 / p));
  }

  private static Value power(Value x, float exponent) {
    if (exponent == 1) {
      return x;
    }
    if (exponent == 2) {
      return x.map(UnaryFunction.SQUARE);
    }
    Value some = x.with(BinaryFunction.MAX, Value.constant(TINY));
    return exponent == 0.5f
        ? some.map(UnaryFunction.SQRT)
        : some.map(UnaryFunction.LOG).times(exponent).map(UnaryFunction.EXP);
  }

  @Override
  public String kind() {
    return "lp_pool";
  }
}
