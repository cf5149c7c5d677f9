package dev.fovea.nn;

import dev.fovea.op.Formulas;
import dev.fovea.op.UnaryFunction;
import dev.fovea.op.Value;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.ShapeException;
import java.util.List;

/**
 * Group normalisation: (x − mean) / √(variance + ε) · weight + bias, with mean and variance over
 * all positions and a group of neighbouring channels of each sample.
 *
 * <p>[N, .., C] ↦ [N, .., C]. With one group per channel it is instance normalisation. Parameters:
 * {@code weight} and {@code bias} [C]. It does the same in training and inference. Wu and He, 2018;
 * Ulyanov et al., 2016.
 *
 * @param groups the number of groups; {@link #INSTANCE} for one per channel
 * @param epsilon the number that keeps the divisor from 0; 10⁻⁵ by default
 * @param affine whether there are weight and bias; true by default
 */
public record GroupNorm(int groups, float epsilon, boolean affine) implements Layer {
  /** The value of {@code groups} that stands for the number of channels. */
  public static final int INSTANCE = 0;

  /**
   * Checks the arguments.
   *
   * @throws FoveaException if the number of groups is negative or ε not positive
   */
  public GroupNorm {
    if (groups < 0) {
      throw new FoveaException("group_norm: groups must be at least 1, got " + groups);
    }
    if (!(epsilon > 0 && Float.isFinite(epsilon))) {
      throw new FoveaException("group_norm: epsilon must be positive, got " + epsilon);
    }
  }

  /** Returns this layer with another ε. */
  public GroupNorm epsilon(float value) {
    return new GroupNorm(groups, value, affine);
  }

  /** Returns this layer without weight and bias. */
  public GroupNorm noAffine() {
    return new GroupNorm(groups, epsilon, false);
  }

  @Override
  public Signal forward(Signal x) {
    Shape in = x.shape();
    if (in.rank() < 2) {
      throw new ShapeException(kind(), "needs samples with channels", List.of(in));
    }
    int n = in.dim(0);
    int c = in.dim(-1);
    int parts = groups == INSTANCE ? c : groups;
    if (c % parts != 0) {
      throw new ShapeException(
          kind(), c + " channels do not divide into " + parts + " groups", List.of(in));
    }
    if (in.elements() / n == parts) {
      throw new ShapeException(kind(), "needs more than one element in a group", List.of(in));
    }
    Value flat = x.value().reshape(Shape.of(n, in.elements() / n / c, c));
    Value centred = flat.minus(Formulas.groupMean(flat, parts));
    Value variance = Formulas.groupMean(centred.map(UnaryFunction.SQUARE), parts);
    Value scale = Formulas.reciprocalRoot(variance, epsilon);
    if (!affine) {
      return x.with(centred.times(scale).reshape(in));
    }
    Value weight = x.trace().parameter("weight", Shape.of(c), Initializer.ones());
    Value bias = x.trace().parameter("bias", Shape.of(c), Initializer.zeros());
    return x.with(centred.times(scale.times(weight)).plus(bias).reshape(in));
  }

  @Override
  public String kind() {
    return groups == INSTANCE ? "instance_norm" : "group_norm";
  }
}
