package dev.fovea.systems.box;

import java.util.Arrays;

/**
 * The objects of a picture that a second stage found: each proposal may give a box of each class
 * but the background, which is class 0.
 *
 * @param score the score that a box must be above
 * @param overlap the IoU above which the lower of two of a class goes
 * @param most how many there are at most
 * @param least the smallest side in pixels
 */
public record ClassDetections(double score, double overlap, int most, double least) {
  /** Returns boxes above 0.05, with IoUs up to 0.5, at most 100, of sides from 0.01 pixels on. */
  public static ClassDetections usual() {
    return new ClassDetections(0.05, 0.5, 100, 1e-2);
  }

  /** Boxes by falling score, with the number of the class of each, from 1 on. */
  @SuppressWarnings("ArrayRecordComponent") // a result that is read at once, never compared
  public record Found(BoxArray boxes, float[] scores, int[] classes) {}

  /**
   * Returns what was found.
   *
   * @param proposals the regions
   * @param probabilities [proposals, classes], background first
   * @param deltas the code of each class's box [proposals, classes, 4]
   * @param code how boxes are told
   * @param height the height of the picture
   * @param width the width of the picture
   */
  public Found of(
      BoxArray proposals,
      float[] probabilities,
      float[] deltas,
      BoxCode code,
      double height,
      double width) {
    int classes = proposals.size() == 0 ? 1 : probabilities.length / proposals.size();
    int[] sure = new int[probabilities.length];
    int count = 0;
    for (int i = 0; i < probabilities.length; i++) {
      if (i % classes > 0 && probabilities[i] > score) {
        sure[count++] = i;
      }
    }
    double[] decoded = new double[4 * count];
    for (int k = 0; k < count; k++) {
      code.decode(proposals, sure[k] / classes, deltas, 4 * sure[k], decoded, 4 * k);
    }
    BoxArray boxes = BoxArray.of(decoded).clip(height, width);
    return best(boxes, boxes.atLeast(least), sure, probabilities, classes);
  }

  private Found best(BoxArray boxes, int[] large, int[] sure, float[] p, int classes) {
    float[] scores = new float[large.length];
    int[] labels = new int[large.length];
    for (int k = 0; k < large.length; k++) {
      scores[k] = p[sure[large[k]]];
      labels[k] = sure[large[k]] % classes;
    }
    BoxArray left = boxes.pick(large);
    int[] kept = Suppression.above(overlap).keep(left, scores, labels);
    int[] end = Arrays.copyOf(kept, Math.min(most, kept.length));
    float[] endScores = new float[end.length];
    int[] endLabels = new int[end.length];
    for (int k = 0; k < end.length; k++) {
      endScores[k] = scores[end[k]];
      endLabels[k] = labels[end[k]];
    }
    return new Found(left.pick(end), endScores, endLabels);
  }
}
