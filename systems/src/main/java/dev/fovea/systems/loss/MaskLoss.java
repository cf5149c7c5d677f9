package dev.fovea.systems.loss;

import dev.fovea.op.Formulas;
import dev.fovea.op.Movement;
import dev.fovea.op.Value;
import dev.fovea.tensor.Shape;

/**
 * The loss of masks of regions (He et al., 2017): the binary cross-entropy of the map of the
 * object's own class, its mean over all pixels of regions with an object.
 */
public final class MaskLoss {
  private MaskLoss() {}

  /**
   * Returns the loss.
   *
   * @param logits a map for each class [R, H, W, classes]
   * @param labels the class of each region, −1 for one that does not count [R]
   * @param targets the share of each cell that the object covers [R, H, W]
   */
  public static Value of(Value logits, Value labels, Value targets) {
    Shape s = logits.shape();
    Value hot = Value.of(new Movement.OneHot(s.dim(3)), labels);
    Value own = logits.times(hot.reshape(Shape.of(s.dim(0), 1, 1, s.dim(3)))).sum(3);
    Value counts = Counts.all(labels).reshape(Shape.of(s.dim(0), 1, 1));
    Value entropy = Formulas.binaryEntropy(own.reshape(targets.shape()), targets);
    return Counts.share(entropy.times(counts), counts.broadcastTo(targets.shape()));
  }
}
