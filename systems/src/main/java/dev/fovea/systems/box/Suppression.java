package dev.fovea.systems.box;

import dev.fovea.tensor.FoveaException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Non-maximum suppression: of boxes that overlap too much, only the one with the highest score
 * stays.
 *
 * <p>Boxes are gone through by falling score, of equal scores the first one first; a box stays
 * unless its IoU with one that stayed is above the threshold. Boxes of different classes either
 * never suppress each other, or always.
 *
 * @param overlap the IoU above which a box goes, 0 … 1
 * @param acrossClasses whether a box may be suppressed by one of another class
 */
public record Suppression(double overlap, boolean acrossClasses) {
  /**
   * Checks the threshold.
   *
   * @throws FoveaException if it is not in 0 … 1
   */
  public Suppression {
    if (!(overlap >= 0 && overlap <= 1)) {
      throw new FoveaException("suppression: the overlap must be in 0 … 1, got " + overlap);
    }
  }

  /** Returns the suppression above an IoU, each class by itself. */
  public static Suppression above(double overlap) {
    return new Suppression(overlap, false);
  }

  /** Returns this suppression with all boxes counting as of one class. */
  public Suppression classAgnostic() {
    return new Suppression(overlap, true);
  }

  /**
   * Returns the numbers of the boxes that stay, by falling score.
   *
   * @throws FoveaException if there is not one score for each box
   */
  public int[] keep(BoxArray boxes, float[] scores) {
    return keep(boxes, scores, new int[boxes.size()]);
  }

  /**
   * Returns the numbers of the boxes that stay, by falling score over all classes.
   *
   * @throws FoveaException if there is not one score and one class for each box
   */
  public int[] keep(BoxArray boxes, float[] scores, int[] classes) {
    requireOneEach(boxes.size(), scores.length, classes.length);
    Kept kept = new Kept(boxes, acrossClasses ? new int[classes.length] : classes, overlap);
    int[] stay = new int[boxes.size()];
    int count = 0;
    for (int i : ScoreOrder.of(scores)) {
      if (!kept.covers(i)) {
        kept.add(i);
        stay[count++] = i;
      }
    }
    return Arrays.copyOf(stay, count);
  }

  /**
   * What became of a box.
   *
   * @param box its number
   * @param by the number of the box that suppressed it; −1 if it stays
   * @param overlap the largest IoU with a box that stayed before it, of its class, or of any where
   *     boxes are suppressed across classes; 0 if there is none
   */
  public record Step(int box, int by, double overlap) {
    /** Returns whether the box stays. */
    public boolean stays() {
      return by < 0;
    }
  }

  /**
   * Returns what {@link #keep(BoxArray, float[], int[])} does with each box, by falling score, and
   * why. Every box is compared with all that stayed, which takes time for many.
   *
   * @throws FoveaException if there is not one score and one class for each box
   */
  public List<Step> steps(BoxArray boxes, float[] scores, int[] classes) {
    requireOneEach(boxes.size(), scores.length, classes.length);
    List<Integer> stayed = new ArrayList<>();
    List<Step> steps = new ArrayList<>();
    for (int i : ScoreOrder.of(scores)) {
      int nearest = -1;
      double most = 0;
      for (int k : stayed) {
        double iou = Overlap.IOU.of(boxes, k, boxes, i);
        if ((acrossClasses || classes[k] == classes[i]) && iou > most) {
          nearest = k;
          most = iou;
        }
      }
      boolean stays = most <= overlap;
      steps.add(new Step(i, stays ? -1 : nearest, most));
      if (stays) {
        stayed.add(i);
      }
    }
    return steps;
  }

  static void requireOneEach(int boxes, int scores, int classes) {
    if (boxes != scores || boxes != classes) {
      throw new FoveaException(
          "suppression: need one score and one class for each of %s boxes, got %s and %s"
              .formatted(boxes, scores, classes));
    }
  }
}
