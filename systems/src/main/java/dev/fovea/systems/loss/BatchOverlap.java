package dev.fovea.systems.loss;

import dev.fovea.op.Activation;
import dev.fovea.op.BinaryFunction;
import dev.fovea.op.Movement;
import dev.fovea.op.Normalization;
import dev.fovea.op.Value;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Shape;

/**
 * 1 − the soft overlap of a whole batch with its masks, the mean over channels: with sums over all
 * samples and pixels, (Σpt + s) / max((Σp + Σt)/2 + s, ε) for Dice and (Σpt + s) / max(Σp + Σt −
 * Σpt + s, ε) for Jaccard, ε = 10⁻⁷. A channel without pixels in the masks adds 0.
 *
 * <p>{@code Losses.dice()} and {@code Losses.jaccard()} are means over samples instead.
 *
 * @param jaccard whether it is Jaccard's, else Dice's
 * @param smooth s
 */
public record BatchOverlap(boolean jaccard, double smooth) {
  private static final float TINY = 1e-7f;

  /**
   * Checks the number.
   *
   * @throws FoveaException if it is negative
   */
  public BatchOverlap {
    if (!(smooth >= 0)) {
      throw new FoveaException("overlap of a batch: smooth must be 0 or more, got " + smooth);
    }
  }

  /** Returns the loss of logits [.., C] with masks of the same shape. */
  public Value ofMasks(Value logits, Value masks) {
    return of(logits.activate(Activation.SIGMOID), masks);
  }

  /** Returns the loss of logits [.., classes] with class numbers [..]. */
  public Value ofClasses(Value logits, Value labels) {
    Value hot = Value.of(new Movement.OneHot(logits.shape().dim(-1)), labels);
    return of(Value.of(new Normalization.Softmax(), logits), hot);
  }

  private Value of(Value p, Value t) {
    int c = p.shape().dim(-1);
    Shape flat = Shape.of(p.shape().elements() / c, c);
    Value truth = t.reshape(flat).sum(0);
    Value both = p.times(t).reshape(flat).sum(0);
    Value either = p.reshape(flat).sum(0).plus(truth);
    Value s = Value.constant((float) smooth);
    Value above = both.plus(s);
    Value below = (jaccard ? either.minus(both) : either.times(0.5f)).plus(s);
    Value ratio = above.over(below.with(BinaryFunction.MAX, Value.constant(TINY)));
    Value there = truth.with(BinaryFunction.GREATER, Value.constant(0));
    return Value.constant(1).minus(ratio).times(there).mean().reshape(Shape.scalar());
  }
}
