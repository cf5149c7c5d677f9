package dev.fovea.systems.detect;

import dev.fovea.op.Value;
import dev.fovea.systems.box.BoxCode;
import dev.fovea.systems.box.ClassDetections;
import dev.fovea.tensor.Shape;

/**
 * The objects that a second stage finds, as the last step of a network: rows [left, top, right,
 * bottom, score, class] by falling score, a fixed number of them; those that only fill up have the
 * score 0 and class −1. No gradient flows through it.
 *
 * @param code how boxes are told beside regions
 * @param rule which boxes are found
 * @param height the height of the input in pixels
 * @param width its width
 */
public record RegionDetector(BoxCode code, ClassDetections rule, int height, int width) {
  /** How many numbers a row has. */
  public static final int NUMBERS = FoundRows.NUMBERS;

  /** Returns the shape of the rows of {@code n} samples. */
  public Shape shape(int n) {
    return Shape.of(n, rule.most(), NUMBERS);
  }

  /**
   * Returns the rows [N, {@code rule.most()}, 6].
   *
   * @param regions the regions, empty boxes where there is none [N, R, 4]
   * @param probabilities of each class, background first [N, R, classes]
   * @param deltas the code of each class's box [N, R, 4·classes]
   */
  public Value of(Value regions, Value probabilities, Value deltas) {
    int n = regions.shape().dim(0);
    int count = regions.shape().dim(1);
    int classes = probabilities.shape().dim(2) - 1;
    Value codes = deltas.reshape(Shape.of(n, count, classes + 1, 4)).slice(2, 1, classes);
    Value boxes = code.decode(regions.reshape(Shape.of(n, count, 1, 4)), codes);
    Value scores = probabilities.slice(2, 1, classes).transpose(0, 2, 1);
    FoundRows rows =
        new FoundRows(
            (float) rule.score(), rule.overlap(), rule.most(), rule.least(), height, width);
    return rows.of(new ToldBoxes(boxes.transpose(0, 2, 1, 3), scores));
  }
}
