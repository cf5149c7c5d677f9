package dev.fovea.apps.text;

import dev.fovea.tensor.Tensor;

/** Logarithms of probabilities, in doubles. */
final class Logs {
  private Logs() {}

  /** Returns log(eᵃ + eᵇ). */
  static double sum(double a, double b) {
    double high = Math.max(a, b);
    return high == Double.NEGATIVE_INFINITY
        ? high
        : high + Math.log1p(Math.exp(Math.min(a, b) - high));
  }

  /** Returns the log-softmax of a row of logits [rows, classes]. */
  static double[] softmax(Tensor logits, int row) {
    double[] logs = new double[logits.shape().dim(1)];
    double all = Double.NEGATIVE_INFINITY;
    for (int c = 0; c < logs.length; c++) {
      logs[c] = logits.get(row, c);
      all = sum(all, logs[c]);
    }
    for (int c = 0; c < logs.length; c++) {
      logs[c] -= all;
    }
    return logs;
  }
}
