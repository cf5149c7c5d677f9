package dev.fovea.systems.loss;

import dev.fovea.op.Formulas;
import dev.fovea.op.HostCall;
import dev.fovea.op.Movement;
import dev.fovea.op.Normalization;
import dev.fovea.op.Value;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Shape;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The loss of SSD (Liu et al., 2016): of which class each default box is, class 0 being the
 * background, and where its object is; of the background only the boxes count that are hardest.
 *
 * <p>Of each picture, those background boxes count whose cross-entropy is largest, so many for each
 * box with an object; of equal ones the first. Sums are divided by the number of boxes with objects
 * in the batch, at least 1.
 *
 * @param perObject how many background boxes count for each with an object, 3
 * @param least how many count in a picture at least, so that pictures without objects teach too; 0
 *     in torchvision and Caffe
 * @param beta the β of smooth L1, 1
 */
public record MultiBoxLoss(int perObject, int least, double beta) {
  /**
   * Checks the numbers.
   *
   * @throws FoveaException if one is negative
   */
  public MultiBoxLoss {
    if (perObject < 0 || least < 0 || !(beta >= 0)) {
      throw new FoveaException(
          "multi-box loss: need numbers from 0 on, got %s, %s and %s"
              .formatted(perObject, least, beta));
    }
  }

  /** Returns three background boxes for each with an object, at least three in each picture. */
  public static MultiBoxLoss usual() {
    return new MultiBoxLoss(3, 3, 1);
  }

  /** The two losses: of what and of where. */
  public record Parts(Value classes, Value boxes) {}

  /**
   * Returns the losses of a batch.
   *
   * @param logits [N, A, classes], background first
   * @param deltas the code of each default box [N, A, 4]
   * @param labels the class of each default box, −1 for one that does not count [N, A]
   * @param targets the code of the object's box [N, A, 4]
   */
  public Parts of(Value logits, Value deltas, Value labels, Value targets) {
    Value hot = Value.of(new Movement.OneHot(logits.shape().dim(-1)), labels);
    Value logs = Value.of(new Normalization.LogSoftmax(), logits);
    Value entropy = logs.times(hot).sum(-1).reshape(labels.shape()).times(-1);
    Value objects = Counts.objects(labels);
    Value hard = hardest(entropy, labels);
    Value off = Formulas.smoothL1(deltas.minus(targets), (float) beta);
    return new Parts(
        Counts.share(entropy.times(objects.plus(hard)), objects),
        Counts.share(off.times(Counts.column(objects)), objects));
  }

  /** Returns 1 for the background boxes that count. */
  private Value hardest(Value entropy, Value labels) {
    Shape shape = entropy.shape();
    HostCall.Derivative none = (y, dy) -> Arrays.asList((@Nullable Value) null, null);
    HostCall.Function choose = (in, out) -> choose(in, out, shape.dim(0), shape.dim(1));
    return Value.of(new HostCall("hard_negatives", shape, choose, none), entropy, labels);
  }

  private void choose(List<FloatBuffer> in, FloatBuffer out, int pictures, int boxes) {
    for (int n = 0; n < pictures; n++) {
      long[] keys = new long[boxes];
      int background = 0;
      int objects = 0;
      for (int i = n * boxes; i < (n + 1) * boxes; i++) {
        out.put(i, 0);
        float label = in.get(1).get(i);
        objects += label > 0 ? 1 : 0;
        if (label == 0) {
          // Cross-entropies are not negative, so that their bits are in the order of their values.
          int rank = Float.floatToIntBits(Math.max(0, in.get(0).get(i)));
          keys[background++] = (long) ~rank << 32 | i;
        }
      }
      Arrays.sort(keys, 0, background);
      int count = Math.min(background, Math.max(least, perObject * objects));
      for (int k = 0; k < count; k++) {
        out.put((int) keys[k], 1);
      }
    }
  }
}
