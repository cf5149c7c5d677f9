package dev.fovea.systems.detect;

import dev.fovea.op.Value;
import dev.fovea.tensor.Shape;

/**
 * Boxes that a network tells, before suppression, as values of a graph.
 *
 * @param boxes left, top, right and bottom in pixels of the network's input [N, groups, K, 4]: one
 *     group where all classes have the same boxes, else one for each class
 * @param scores how sure each box of each class is [N, classes, K]
 */
public record ToldBoxes(Value boxes, Value scores) {
  /** Returns boxes that all classes have: [N, K, 4] with scores [N, K, classes]. */
  static ToldBoxes ofRows(Value boxes, Value scores) {
    int n = boxes.shape().dim(0);
    int count = boxes.shape().dim(1);
    return new ToldBoxes(boxes.reshape(Shape.of(n, 1, count, 4)), scores.transpose(0, 2, 1));
  }
}
