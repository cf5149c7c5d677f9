package dev.fovea.systems.loss;

import dev.fovea.op.Formulas;
import dev.fovea.op.Movement;
import dev.fovea.op.Normalization;
import dev.fovea.op.Value;
import dev.fovea.tensor.Shape;
import java.util.Arrays;

/**
 * The loss of a second stage (Girshick, 2015): of which class each sampled region is, class 0 being
 * the background, and where its object is.
 *
 * <p>Classes are the mean cross-entropy over the sampled regions; boxes are the sum of smooth L1
 * over regions with an object, of the numbers for its own class, divided by the number of all
 * sampled ones.
 *
 * @param classes the loss of what
 * @param boxes the loss of where
 */
public record RegionLoss(Value classes, Value boxes) {
  /**
   * Returns the losses of a batch.
   *
   * @param logits [.., classes], background first
   * @param deltas the code of each class's box [.., 4·classes]
   * @param labels the class of each region, −1 for one that does not count [..]
   * @param targets the code of the object's box [.., 4]
   * @param beta the β of smooth L1
   */
  public static RegionLoss of(
      Value logits, Value deltas, Value labels, Value targets, double beta) {
    Value hot = Value.of(new Movement.OneHot(logits.shape().dim(-1)), labels);
    Value sampled = Counts.all(labels);
    Value own = hot.times(Counts.column(Counts.objects(labels)));
    int[] dims = Arrays.copyOf(hot.shape().dims(), hot.shape().rank() + 1);
    dims[dims.length - 1] = 4;
    Shape perClass = Shape.of(dims);
    Shape one = perClass.withDim(-2, 1);
    Value apart = deltas.reshape(perClass).minus(targets.reshape(one));
    Value off = Formulas.smoothL1(apart, (float) beta).times(Counts.column(own));
    return new RegionLoss(classes(logits, labels), Counts.share(off, sampled));
  }

  /**
   * Returns the loss of what alone.
   *
   * @param logits [.., classes], background first
   * @param labels the class of each region, −1 for one that does not count [..]
   */
  public static Value classes(Value logits, Value labels) {
    Value hot = Value.of(new Movement.OneHot(logits.shape().dim(-1)), labels);
    Value logs = Value.of(new Normalization.LogSoftmax(), logits);
    return Counts.share(hot.times(logs).times(-1), Counts.all(labels));
  }
}
