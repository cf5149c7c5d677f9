package dev.fovea.systems.loss;

import dev.fovea.op.Formulas;
import dev.fovea.op.Value;

/**
 * The loss of region proposals (Ren et al., 2015): whether each sampled anchor holds an object, and
 * where it is.
 *
 * <p>Objectness is the mean binary cross-entropy over the sampled anchors; boxes are the sum of
 * smooth L1 over those that hold an object, divided by the number of all sampled ones.
 *
 * @param objectness the loss of whether
 * @param boxes the loss of where
 */
public record ProposalLoss(Value objectness, Value boxes) {
  /** The β of smooth L1 that is usual here. */
  public static final double BETA = 1.0 / 9;

  /**
   * Returns the losses of a batch.
   *
   * @param logits [N, A]
   * @param deltas the code of each anchor's box [N, A, 4]
   * @param labels 1 for a sampled anchor with an object, 0 for one without, −1 for others [N, A]
   * @param targets the code of the object's box [N, A, 4]
   * @param beta the β of smooth L1
   */
  public static ProposalLoss of(
      Value logits, Value deltas, Value labels, Value targets, double beta) {
    Value sampled = Counts.all(labels);
    Value objects = Counts.objects(labels);
    Value entropy = Formulas.binaryEntropy(logits, objects).times(sampled);
    Value off = Formulas.smoothL1(deltas.minus(targets), (float) beta);
    return new ProposalLoss(
        Counts.share(entropy, sampled), Counts.share(off.times(Counts.column(objects)), sampled));
  }
}
