package dev.fovea.systems.detect;

import dev.fovea.op.BinaryFunction;
import dev.fovea.op.Movement;
import dev.fovea.op.Selection;
import dev.fovea.op.Value;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import java.util.List;

/**
 * What is found in pictures, as the last step of a network: rows [left, top, right, bottom, score,
 * class] by falling score, a fixed number of them; those that only fill up have the score 0 and
 * class −1. No gradient flows through it.
 *
 * <p>Boxes are clipped to the input, those that are too small go, then of each class those that
 * overlap a better one too much, and of all classes the best are taken.
 *
 * @param score the score that a box must be above
 * @param overlap the IoU above which the lower of two of a class goes
 * @param most how many rows there are
 * @param side the least side of a box in pixels; empty boxes never count
 * @param height the height of the input in pixels
 * @param width its width
 */
record FoundRows(float score, double overlap, int most, double side, int height, int width) {
  /** How many numbers a row has. */
  static final int NUMBERS = 6;

  /** The score of what does not count. */
  private static final float NONE = -1;

  /** Returns the rows [N, most, 6]. */
  Value of(ToldBoxes told) {
    int n = told.scores().shape().dim(0);
    int classes = told.scores().shape().dim(1);
    int count = told.scores().shape().dim(2);
    int groups = told.boxes().shape().dim(1);
    Value boxes = GraphBoxes.clipped(told.boxes(), height, width);
    Value scores = GraphBoxes.among(told.scores(), GraphBoxes.large(boxes, side), NONE);
    Value stay =
        Value.of(
            new Selection.Suppress((float) overlap, score, Math.min(most, count)),
            boxes.reshape(Shape.of(n * groups, count, 4)),
            scores.reshape(Shape.of(n * groups, classes / groups, count)));
    return best(boxes, GraphBoxes.among(scores, stay.reshape(scores.shape()), NONE));
  }

  private Value best(Value boxes, Value scores) {
    int n = scores.shape().dim(0);
    int classes = scores.shape().dim(1);
    int count = scores.shape().dim(2);
    int all = count * classes;
    Value byBox = scores.transpose(0, 2, 1).reshape(Shape.of(n, all));
    Value corners = boxes.broadcastTo(Shape.of(n, classes, count, 4)).transpose(0, 2, 1, 3);
    Value labels = labels(classes).broadcastTo(Shape.of(n, count, classes, 1));
    Value rows =
        Value.of(
            new Movement.Concat(2),
            corners.reshape(Shape.of(n, all, 4)),
            labels.reshape(Shape.of(n, all, 1)));
    GraphBoxes.Best best = GraphBoxes.best(rows, byBox, most, NONE);
    Value there = best.scores().with(BinaryFunction.GREATER, Value.constant(NONE / 2));
    Value label = GraphBoxes.among(best.rows().slice(-1, 4, 1), there, -1);
    Value box = best.rows().slice(-1, 0, 4).times(there);
    return Value.of(
        new Movement.Concat(2),
        List.of(box, best.scores().with(BinaryFunction.MAX, Value.constant(0)), label));
  }

  /** Returns the number of each class [1, 1, classes, 1]. */
  private static Value labels(int classes) {
    Tensor numbers = Tensor.zeros(Shape.of(1, 1, classes, 1));
    for (int c = 0; c < classes; c++) {
      numbers.data()[c] = c;
    }
    return Value.constant(numbers);
  }
}
