package dev.fovea.quantize.prune;

import dev.fovea.tensor.FoveaException;
import dev.fovea.train.Callback;
import dev.fovea.train.Training;

/**
 * Prunes a model while it is trained, ever more slowly: after step t from {@code begin} to {@code
 * end}, a multiple of {@code every} steps behind {@code begin}, the share of zeros is
 *
 * <pre>
 *    share · (1 − (1 − (t − begin) / (end − begin))³)
 * </pre>
 *
 * (Zhu and Gupta, 2017, <i>To prune, or not to prune: exploring the efficacy of pruning for model
 * compression</i>). What follows {@code end} is fine-tuning. It has no state: masks lie in the
 * model.
 *
 * @param masked the model that is trained
 * @param share the share of zeros at the end, above 0 and below 1
 * @param together whether weights of all layers are compared with each other
 * @param begin the step after which pruning begins
 * @param end the step after which the share is reached
 * @param every how many steps lie between prunings
 */
public record GradualPruning(
    MaskedModel masked, double share, boolean together, long begin, long end, int every)
    implements Callback {
  /**
   * Checks a schedule.
   *
   * @throws FoveaException if the share or the steps make no schedule
   */
  public GradualPruning {
    if (!(share > 0 && share < 1)) {
      throw new FoveaException("prune: the share must be above 0 and below 1, got " + share);
    }
    if (begin < 0 || end <= begin || every < 1) {
      throw new FoveaException(
          "prune: needs a first step, a later last one and 1 step or more between, got %s, %s, %s"
              .formatted(begin, end, every));
    }
  }

  /**
   * Returns the schedule of a training: from a tenth to three quarters of its steps, in about 50
   * prunings.
   *
   * @param steps how many steps the training has
   */
  public static GradualPruning of(MaskedModel masked, double share, boolean together, long steps) {
    long begin = steps / 10;
    long end = Math.max(begin + 1, steps * 3 / 4);
    return new GradualPruning(
        masked, share, together, begin, end, (int) Math.max(1, (end - begin) / 50));
  }

  /** Returns the share of zeros after a step that prunes. */
  double shareAt(long step) {
    double left = 1 - (double) (Math.min(step, end) - begin) / (end - begin);
    return share * (1 - left * left * left);
  }

  @Override
  public boolean isReplayed() {
    return true;
  }

  @Override
  public String description() {
    return "pruning(%s, %s, steps %s to %s, every %s)"
        .formatted(share, together ? "together" : "each layer", begin, end, every);
  }

  @Override
  public void onStep(Training training) {
    long step = training.step();
    boolean due = step >= begin && step <= end && ((step - begin) % every == 0 || step == end);
    if (due) {
      masked.prune(training.model(), shareAt(step), together);
    }
  }
}
