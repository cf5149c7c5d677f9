package dev.fovea.systems.detect;

import dev.fovea.op.BinaryFunction;
import dev.fovea.op.Ints;
import dev.fovea.op.Movement;
import dev.fovea.op.Selection;
import dev.fovea.op.Value;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;

/** What is done to boxes [.., 4] and their scores [..] in graphs. */
final class GraphBoxes {
  private GraphBoxes() {}

  /** Returns the same numbers for each box: [1, boxes, numbers]. */
  static Value constant(int numbers, float... all) {
    return Value.constant(Tensor.of(Shape.of(1, all.length / numbers, numbers), all));
  }

  /** Returns an output of so many numbers a row as [N, rows, numbers]. */
  static Value rows(Value output, int numbers) {
    int n = output.shape().dim(0);
    int each = output.shape().elements() / n;
    if (each % numbers != 0) {
      throw new FoveaException(
          "detector: rows of %s numbers expected, the network gives %s"
              .formatted(numbers, output.shape()));
    }
    return output.reshape(Shape.of(n, each / numbers, numbers));
  }

  /** Returns boxes with these middles [.., 2] and half sides [.., 2]. */
  static Value around(Value middles, Value halves) {
    int axis = middles.shape().rank() - 1;
    return Value.of(new Movement.Concat(axis), middles.minus(halves), middles.plus(halves));
  }

  /** Returns pairs of numbers [.., 4] with the two of each pair exchanged. */
  static Value turned(Value pairs) {
    Shape two = pairs.shape().withDim(-1, 2).insert(pairs.shape().rank(), 2);
    Value apart = pairs.reshape(two);
    int axis = two.rank() - 1;
    Value turned =
        Value.of(new Movement.Concat(axis), apart.slice(axis, 1, 1), apart.slice(axis, 0, 1));
    return turned.reshape(pairs.shape());
  }

  /** Returns boxes as far as they lie in a picture. */
  static Value clipped(Value boxes, int height, int width) {
    Value limits = Value.constant(Tensor.of(Shape.of(4), width, height, width, height));
    return boxes.with(BinaryFunction.MAX, Value.constant(0)).with(BinaryFunction.MIN, limits);
  }

  /** Returns 1 for each box both of whose sides are at least so long, and not 0; else 0. */
  static Value large(Value boxes, double side) {
    Value below = Value.constant(side > 0 ? Math.nextDown((float) side) : 0);
    Value sides = boxes.slice(-1, 2, 2).minus(boxes.slice(-1, 0, 2));
    Value both = sides.with(BinaryFunction.GREATER, below);
    Value one = both.slice(-1, 0, 1).times(both.slice(-1, 1, 1));
    return one.reshape(one.shape().drop(one.shape().rank() - 1));
  }

  /** Returns scores where {@code counts} is 1, and another number where it is 0. */
  static Value among(Value scores, Value counts, float otherwise) {
    Value others = Value.constant(1).minus(counts).times(otherwise);
    return scores.times(counts).plus(others);
  }

  /** Rows with their scores. */
  record Best(Value rows, Value scores) {}

  /**
   * Returns the rows with the highest scores, the highest first, and rows of zeros where there are
   * not so many.
   *
   * @param rows [N, K, D]
   * @param scores [N, K]
   * @param most how many
   * @param none the score of rows that are added
   */
  static Best best(Value rows, Value scores, int most, float none) {
    int missing = Math.max(0, most - scores.shape().dim(1));
    Value all = padded(rows, missing, 0);
    Value own = padded(scores, missing, none);
    Value numbers = Value.of(new Selection.Largest(most), own);
    Shape column = own.shape().insert(2, 1);
    return new Best(take(all, numbers), take(own.reshape(column), numbers));
  }

  private static Value take(Value rows, Value numbers) {
    return Value.of(new Selection.Take(), rows, numbers);
  }

  private static Value padded(Value rows, int missing, float value) {
    if (missing == 0) {
      return rows;
    }
    int[] after = new int[rows.shape().rank()];
    after[1] = missing;
    return Value.of(new Movement.Pad(Ints.of(new int[after.length]), Ints.of(after), value), rows);
  }
}
