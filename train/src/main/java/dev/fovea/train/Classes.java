package dev.fovea.train;

import dev.fovea.nn.Output;
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

  /** Returns the largest of a row of numbers. */
  static int best(float[] values, int row, int classes) {
    int at = row * classes;
    int best = 0;
    for (int c = 1; c < classes; c++) {
      if (values[at + c] > values[at + best]) {
        best = c;
      }
    }
    return best;
  }

  /** Returns how many classes come before {@code label}; of equals the lower number comes first. */
  static int rank(float[] values, int row, int classes, Output output, int label) {
    return classes == 1
        ? best(values, row, 1, output) == label ? 0 : 1
        : rank(values, row, classes, label);
  }

  /** Returns the class that a row of an output stands for. */
  static int best(float[] values, int row, int classes, Output output) {
    return classes == 1 ? output.isLikely(values[row]) ? 1 : 0 : best(values, row, classes);
  }

  /** Returns how many numbers of a row are larger; see {@link #rank}. */
  static int rank(float[] values, int row, int classes, int label) {
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
