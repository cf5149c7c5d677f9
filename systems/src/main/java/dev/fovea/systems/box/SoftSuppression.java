package dev.fovea.systems.box;

import dev.fovea.tensor.FoveaException;
import java.util.Arrays;

/**
 * Soft suppression: instead of going, a box that overlaps one of higher score loses some of its own
 * (Soft-NMS, Bodla et al., 2017).
 *
 * <p>Again and again the box with the highest score of those left stays, and the scores of the
 * others left of its class are multiplied: by 1 − IoU where the IoU is above the threshold
 * (linear), or by exp(−IoU²/σ) (Gaussian). Boxes whose score falls below {@code least} go.
 *
 * @param decay how scores fall
 * @param number the threshold of the linear decay, or σ of the Gaussian one
 * @param least the lowest score that stays
 */
public record SoftSuppression(Decay decay, double number, double least) {
  /** How a score falls with the IoU. */
  public enum Decay {
    /** 1 − IoU above a threshold. */
    LINEAR,
    /** exp(−IoU²/σ). */
    GAUSSIAN
  }

  /** What stayed: numbers of boxes, by falling score, and the scores that they then have. */
  @SuppressWarnings("ArrayRecordComponent") // a result that is read at once, never compared
  public record Kept(int[] boxes, float[] scores) {}

  /**
   * Checks the numbers.
   *
   * @throws FoveaException if the threshold or σ is not positive, or no score could go
   */
  public SoftSuppression {
    if (!(number > 0 && least >= 0)) {
      throw new FoveaException(
          "soft suppression: need a positive number and a least score from 0 on, got %s and %s"
              .formatted(number, least));
    }
  }

  /** Returns the linear decay above an IoU; scores below 0.001 go. */
  public static SoftSuppression linear(double overlap) {
    return new SoftSuppression(Decay.LINEAR, overlap, 0.001);
  }

  /** Returns the Gaussian decay, usually with σ = 0.5; scores below 0.001 go. */
  public static SoftSuppression gaussian(double sigma) {
    return new SoftSuppression(Decay.GAUSSIAN, sigma, 0.001);
  }

  /**
   * Returns what stays.
   *
   * @throws FoveaException if there is not one score and one class for each box
   */
  public Kept keep(BoxArray boxes, float[] scores, int[] classes) {
    Suppression.requireOneEach(boxes.size(), scores.length, classes.length);
    float[] left = scores.clone();
    int[] order = new int[left.length];
    float[] kept = new float[left.length];
    int count = 0;
    for (int best = best(left); best >= 0; best = best(left)) {
      order[count] = best;
      kept[count++] = left[best];
      left[best] = Float.NEGATIVE_INFINITY;
      decay(boxes, classes, best, left);
    }
    return new Kept(Arrays.copyOf(order, count), Arrays.copyOf(kept, count));
  }

  /** Returns the first box with the highest score, −1 if none is left. */
  private int best(float[] scores) {
    int best = -1;
    for (int i = 0; i < scores.length; i++) {
      if (scores[i] >= least && (best < 0 || scores[i] > scores[best])) {
        best = i;
      }
    }
    return best;
  }

  private void decay(BoxArray boxes, int[] classes, int by, float[] scores) {
    for (int i = 0; i < scores.length; i++) {
      if (scores[i] >= least && classes[i] == classes[by]) {
        scores[i] *= (float) factor(Overlap.IOU.of(boxes, i, boxes, by));
      }
    }
  }

  private double factor(double iou) {
    return switch (decay) {
      case LINEAR -> iou > number ? 1 - iou : 1;
      case GAUSSIAN -> Math.exp(-iou * iou / number);
    };
  }
}
