package dev.fovea.systems.segment;

import dev.fovea.nn.Loss;
import dev.fovea.op.BinaryFunction;
import dev.fovea.op.Movement;
import dev.fovea.op.Normalization;
import dev.fovea.op.Value;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import java.util.Arrays;
import java.util.OptionalInt;

/**
 * The soft Dice loss of logits [N, H, W, C] with class numbers [N, H, W]: the mean over samples and
 * classes of 1 − (2Σpt + 1) / (Σp + Σt + 1), p = softmax(logits) and t = 1 at pixels of the class
 * (after Milletari et al., 2016).
 *
 * <p>Without a background, as usual for two classes, what is looked for alone counts. Pixels that
 * nobody has labelled are left out of all sums.
 *
 * @param background a class that is left out of the mean
 * @param ignored the number of pixels that do not count, such as 255
 */
public record ClassDice(OptionalInt background, int ignored) implements Loss {
  @Override
  public String name() {
    return "class_dice";
  }

  @Override
  public String description() {
    return "ClassDice[ignored="
        + ignored
        + (background.isEmpty() ? "" : ", background=" + background.getAsInt())
        + "]";
  }

  @Override
  public boolean takesLabels() {
    return true;
  }

  @Override
  public boolean ignores(float label) {
    return label == ignored;
  }

  @Override
  public Shape target(Shape output) {
    if (output.rank() < 3) {
      throw new FoveaException("class_dice: needs outputs [N, H, W, classes], got " + output);
    }
    return Shape.of(Arrays.copyOf(output.dims(), output.rank() - 1));
  }

  @Override
  public Value of(Value output, Value target) {
    Shape shape = output.shape();
    int n = shape.dim(0);
    int classes = shape.dim(-1);
    int pixels = shape.elements() / n / classes;
    Shape flat = Shape.of(n, pixels, classes);
    Value t = Value.of(new Movement.OneHot(classes), target).reshape(flat);
    Value not = target.with(BinaryFunction.EQUAL, Value.constant(ignored));
    Value counts = Value.constant(1).minus(not).reshape(Shape.of(n, pixels, 1));
    Value p = Value.of(new Normalization.Softmax(), output).reshape(flat).times(counts);
    Value both = p.times(t).sum(1);
    Value either = p.plus(t).sum(1);
    Value one = Value.constant(1);
    Value ratio = both.times(2).plus(one).over(either.plus(one)).reshape(Shape.of(n, classes));
    Value mean = ratio.times(shares(classes)).sum().times(1f / n);
    return one.minus(mean.reshape(Shape.scalar()));
  }

  /** Returns how much each class counts, 1 together. */
  private Value shares(int classes) {
    boolean some = background.isPresent() && classes > 1 && background.getAsInt() < classes;
    float[] shares = new float[classes];
    Arrays.fill(shares, 1f / (some ? classes - 1 : classes));
    if (some) {
      shares[background.getAsInt()] = 0;
    }
    return Value.constant(Tensor.of(Shape.of(classes), shares));
  }
}
