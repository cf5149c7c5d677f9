package dev.fovea.apps;

import dev.fovea.nn.Signal;
import dev.fovea.op.UnaryFunction;
import dev.fovea.op.Value;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Shape;
import java.util.Arrays;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

/**
 * What keeps the critic of a Wasserstein GAN from growing steep: the mean over samples of
 *
 * <pre>(‖∇D(x)‖ − 1)²,   x = u · real + (1 − u) · made</pre>
 *
 * where u is drawn evenly from [0, 1) for each sample. The critic's loss is D(made) − D(real) + 10
 * · penalty (Gulrajani et al., 2017). A critic must not put samples together, as batch norm does.
 */
public final class GradientPenalty {
  /** Keeps the root from a gradient without bound at 0. */
  private static final float TINY = 1e-12f;

  private GradientPenalty() {}

  /**
   * Returns the penalty, a loss without axes.
   *
   * @param critic from samples to one number each [N, 1]
   * @param real samples [N, …]
   * @param made others of the same shape
   * @param between u [N, 1], where between the two the gradient is taken
   * @throws FoveaException if the shapes do not suit
   */
  public static Signal of(UnaryOperator<Signal> critic, Signal real, Signal made, Signal between) {
    Shape shape = real.shape();
    if (!shape.equals(made.shape()) || between.shape().elements() != shape.dim(0)) {
      throw new FoveaException(
          "gradient penalty: samples of one shape and a number for each expected, got %s, %s and %s"
              .formatted(shape, made.shape(), between.shape()));
    }
    int[] ones = new int[shape.rank() - 1];
    Arrays.fill(ones, 1);
    Signal u = between.reshape(Shape.of(ones));
    Signal x = made.plus(real.minus(made).times(u));
    Value gradient = critic.apply(x).gradientBy(x).value();
    int[] sample = IntStream.range(1, shape.rank()).toArray();
    Value squares = gradient.times(gradient).sum(sample).plus(Value.constant(TINY));
    Value off = squares.map(UnaryFunction.SQRT).minus(Value.constant(1));
    return real.with(off.times(off).mean().reshape(Shape.scalar()));
  }
}
