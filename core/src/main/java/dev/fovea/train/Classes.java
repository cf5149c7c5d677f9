package dev.fovea.train;

import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;

/** How outputs and targets of classifiers are read, row by row along the last axis. */
final class Classes {
  private Classes() {}

  /** Returns the number of outputs per row of a sample's output. */
  static int of(Shape output) {
    return output.rank() == 0 ? 1 : output.dim(-1);
  }

  /**
   * Returns the number of rows of a batch.
   *
   * @throws FoveaException if targets are neither a number nor a distribution per row
   */
  static int rows(Tensor output, Tensor target) {
    Shape y = output.shape();
    int classes = of(y.dropFirst());
    Shape labels = y.rank() < 2 ? y : y.withDim(-1, 1);
    if (!target.shape().sameButForOnes(labels) && !target.shape().sameButForOnes(y)) {
      throw new FoveaException(
          "metric: outputs %s and targets %s differ".formatted(y, target.shape()));
    }
    return output.data().length / classes;
  }

  /** Returns whether a row counts: whether its label is not one that the loss leaves out. */
  static boolean counts(Tensor target, int row, int rows) {
    return target.data().length != rows || !Float.isNaN(target.data()[row]);
  }

  /** Returns the right class of a row: its number, or the largest element of a distribution. */
  static int label(Tensor target, int row, int rows) {
    float[] t = target.data();
    if (t.length == rows) {
      return Math.round(t[row]);
    }
    return best(t, row, t.length / rows);
  }

  /** Returns the class that a row stands for; a single output is a logit. */
  static int best(float[] values, int row, int classes) {
    int at = row * classes;
    if (classes == 1) {
      return values[at] > 0 ? 1 : 0;
    }
    int best = 0;
    for (int c = 1; c < classes; c++) {
      if (values[at + c] > values[at + best]) {
        best = c;
      }
    }
    return best;
  }

  /** Returns how many classes come before {@code label}; of equals the lower number comes first. */
  static int rank(float[] values, int row, int classes, int label) {
    if (classes == 1) {
      return best(values, row, classes) == label ? 0 : 1;
    }
    if (label < 0 || label >= classes) {
      return classes;
    }
    int at = row * classes;
    float own = values[at + label];
    int before = 0;
    for (int c = 0; c < classes; c++) {
      float v = values[at + c];
      // An output that is not a number beats nothing and is beaten by all.
      boolean first = Float.isNaN(own) || v > own || (v == own && c < label);
      before += c != label && first ? 1 : 0;
    }
    return before;
  }
}
