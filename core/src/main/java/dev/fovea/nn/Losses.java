package dev.fovea.nn;

import dev.fovea.op.Activation;
import dev.fovea.op.BinaryFunction;
import dev.fovea.op.Movement;
import dev.fovea.op.Normalization;
import dev.fovea.op.UnaryFunction;
import dev.fovea.op.Value;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Shape;
import java.util.Arrays;
import java.util.function.BinaryOperator;

/** The losses, to be imported statically. */
public final class Losses {
  private static final float TINY = 1e-7f;

  private Losses() {}

  /**
   * Cross-entropy of logits [.., classes] with class numbers [..]: −log softmax(logits)[label].
   *
   * @param smoothing ε: the target is 1 − ε + ε/classes for the label and ε/classes elsewhere
   */
  public record CrossEntropy(float smoothing) implements Loss {
    /**
     * Checks the smoothing.
     *
     * @throws FoveaException if it is not in [0, 1)
     */
    public CrossEntropy {
      if (!(smoothing >= 0 && smoothing < 1)) {
        throw new FoveaException(
            "cross-entropy: label smoothing must be in [0, 1), got " + smoothing);
      }
    }

    /** Returns this loss with label smoothing (Szegedy et al., 2016). */
    public CrossEntropy labelSmoothing(double epsilon) {
      return new CrossEntropy((float) epsilon);
    }

    @Override
    public String name() {
      return "cross_entropy";
    }

    @Override
    public Shape target(Shape output) {
      return Shape.of(Arrays.copyOf(output.dims(), output.rank() - 1));
    }

    @Override
    public Value of(Value output, Value target) {
      int classes = output.shape().dim(-1);
      Value wanted = Value.of(new Movement.OneHot(classes), target);
      if (smoothing > 0) {
        wanted = wanted.times(1 - smoothing).plus(Value.constant(smoothing / classes));
      }
      return negativeLogLikelihood(output, wanted);
    }
  }

  /** A loss that is the mean of some function of output and target, which have one shape. */
  private record Pairwise(String name, BinaryOperator<Value> function) implements Loss {
    @Override
    public Shape target(Shape output) {
      return output;
    }

    @Override
    public Value of(Value output, Value target) {
      return function.apply(output, target);
    }
  }

  /** Returns the cross-entropy of logits with class numbers. */
  public static CrossEntropy crossEntropy() {
    return new CrossEntropy(0);
  }

  /** Returns the cross-entropy of logits [.., classes] with distributions of the same shape. */
  public static Loss crossEntropyOfDistribution() {
    return new Pairwise("cross_entropy_of_distribution", Losses::negativeLogLikelihood);
  }

  /** Returns the mean of (output − target)². */
  public static Loss meanSquaredError() {
    return new Pairwise(
        "mean_squared_error", (y, t) -> scalar(y.minus(t).map(UnaryFunction.SQUARE).mean()));
  }

  /** Returns the mean of |output − target|. */
  public static Loss meanAbsoluteError() {
    return new Pairwise(
        "mean_absolute_error", (y, t) -> scalar(y.minus(t).map(UnaryFunction.ABS).mean()));
  }

  /**
   * Returns the mean of softplus(x) − x·t: binary cross-entropy of logits x with targets in [0, 1].
   */
  public static Loss binaryCrossEntropy() {
    return new Pairwise(
        "binary_cross_entropy",
        (x, t) -> scalar(x.activate(Activation.SOFTPLUS).minus(x.times(t)).mean()));
  }

  /**
   * Returns the mean of −t·log p − (1−t)·log(1−p): binary cross-entropy of probabilities, which are
   * kept from 0 and 1 by 10⁻⁷. Logits with {@link #binaryCrossEntropy} are more exact.
   */
  public static Loss binaryCrossEntropyOfProbabilities() {
    return new Pairwise(
        "binary_cross_entropy_of_probabilities",
        (y, t) -> {
          Value one = Value.constant(1);
          Value p =
              y.with(BinaryFunction.MAX, Value.constant(TINY))
                  .with(BinaryFunction.MIN, Value.constant(1 - TINY));
          Value yes = t.times(p.map(UnaryFunction.LOG));
          Value no = one.minus(t).times(one.minus(p).map(UnaryFunction.LOG));
          return scalar(yes.plus(no).mean().times(-1));
        });
  }

  private static Value negativeLogLikelihood(Value logits, Value wanted) {
    int rows = logits.shape().elements() / logits.shape().dim(-1);
    Value logs = Value.of(new Normalization.LogSoftmax(), logits);
    return scalar(logs.times(wanted).sum().times(-1f / rows));
  }

  private static Value scalar(Value v) {
    return v.reshape(Shape.scalar());
  }
}
