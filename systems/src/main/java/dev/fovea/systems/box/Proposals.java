package dev.fovea.systems.box;

import dev.fovea.tensor.FoveaException;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * Which boxes of a first stage go on to the second (Ren et al., 2015): of each level those with the
 * highest scores, clipped to the picture, not too small, without those that overlap better ones of
 * their level, and of all levels the best.
 *
 * @param before how many of a level are looked at
 * @param after how many there are in the end at most
 * @param overlap the IoU above which the lower of two goes
 * @param least the smallest side in pixels
 */
public record Proposals(int before, int after, double overlap, double least) {
  /**
   * Checks the numbers.
   *
   * @throws FoveaException if a count is below 1
   */
  public Proposals {
    if (before < 1 || after < 1) {
      throw new FoveaException(
          "proposals: need counts from 1 on, got %s and %s".formatted(before, after));
    }
  }

  /** Returns 2000 of each level and 2000 in the end: those of training. */
  public static Proposals ofTraining() {
    return new Proposals(2000, 2000, 0.7, 1e-3);
  }

  /** Returns 1000 of each level and 1000 in the end: those of predictions. */
  public static Proposals ofPrediction() {
    return new Proposals(1000, 1000, 0.7, 1e-3);
  }

  /** Boxes by falling score. */
  @SuppressWarnings("ArrayRecordComponent") // a result that is read at once, never compared
  public record Found(BoxArray boxes, float[] scores) {}

  /**
   * Returns what goes on.
   *
   * @param boxes the decoded boxes, level by level
   * @param scores how likely each holds an object, or its logit
   * @param levels how many boxes each level has
   * @param height the height of the picture
   * @param width the width of the picture
   * @throws FoveaException if the levels do not make up the boxes
   */
  public Found of(BoxArray boxes, float[] scores, int[] levels, double height, double width) {
    if (Arrays.stream(levels).sum() != boxes.size() || scores.length != boxes.size()) {
      throw new FoveaException(
          "proposals: levels of %s boxes and %s scores for %s boxes"
              .formatted(Arrays.toString(levels), scores.length, boxes.size()));
    }
    int[] chosen = best(scores, levels);
    BoxArray clipped = boxes.pick(chosen).clip(height, width);
    int[] large = clipped.atLeast(least);
    BoxArray left = clipped.pick(large);
    float[] own = pick(scores, chosen, large);
    int[] level = levelsOf(chosen, large, levels);
    int[] kept = Suppression.above(overlap).keep(left, own, level);
    int[] end = Arrays.copyOf(kept, Math.min(after, kept.length));
    return new Found(left.pick(end), pick(own, end, IntStream.range(0, end.length).toArray()));
  }

  /** Returns the best boxes of each level. */
  private int[] best(float[] scores, int[] levels) {
    int[] all = new int[scores.length];
    int count = 0;
    int begin = 0;
    for (int size : levels) {
      int[] order = ScoreOrder.of(Arrays.copyOfRange(scores, begin, begin + size));
      for (int i = 0; i < Math.min(before, size); i++) {
        all[count++] = begin + order[i];
      }
      begin += size;
    }
    return Arrays.copyOf(all, count);
  }

  private static float[] pick(float[] from, int[] chosen, int[] of) {
    float[] picked = new float[of.length];
    for (int i = 0; i < picked.length; i++) {
      picked[i] = from[chosen[of[i]]];
    }
    return picked;
  }

  private static int[] levelsOf(int[] chosen, int[] of, int[] levels) {
    int[] own = new int[of.length];
    for (int i = 0; i < own.length; i++) {
      int level = 0;
      for (int end = levels[0]; chosen[of[i]] >= end; end += levels[level]) {
        level++;
      }
      own[i] = level;
    }
    return own;
  }
}
