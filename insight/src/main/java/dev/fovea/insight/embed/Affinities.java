package dev.fovea.insight.embed;

import dev.fovea.engine.Engine;
import dev.fovea.engine.runtime.Workers;
import dev.fovea.tensor.Tensor;

/**
 * How near rows are to each other: p(j | i) ∝ exp(−β d²) with β such that the entropy of each row
 * is log(perplexity), made symmetric, (p(j | i) + p(i | j)) / 2N, so that all add up to 1.
 */
final class Affinities {
  private static final double CLOSE = 1e-5;
  private static final int STEPS = 200;

  private final int n;
  private final double[] symmetric;
  private final double[] entropies;

  private Affinities(int n, double[] symmetric, double[] entropies) {
    this.n = n;
    this.symmetric = symmetric;
    this.entropies = entropies;
  }

  static Affinities of(Engine engine, Tensor data, double perplexity) {
    int n = data.shape().dim(0);
    double[] rows = new double[n * n];
    double[] entropies = new double[n];
    engine
        .unwrap(Workers.class)
        .forEach(
            n,
            i -> {
              double[] row = distances(data, i);
              entropies[i] = fit(row, i, Math.log(perplexity));
              System.arraycopy(row, 0, rows, i * n, n);
            });
    double[] symmetric = new double[n * n];
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < n; j++) {
        symmetric[i * n + j] = (rows[i * n + j] + rows[j * n + i]) / (2.0 * n);
      }
    }
    return new Affinities(n, symmetric, entropies);
  }

  int size() {
    return n;
  }

  double p(int i, int j) {
    return symmetric[i * n + j];
  }

  /** Returns the entropy of row i before it was made symmetric. */
  double entropy(int i) {
    return entropies[i];
  }

  private static double[] distances(Tensor data, int i) {
    int n = data.shape().dim(0);
    int d = data.shape().dim(1);
    double[] row = new double[n];
    for (int j = 0; j < n; j++) {
      for (int k = 0; k < d; k++) {
        double difference = (double) data.data()[i * d + k] - data.data()[j * d + k];
        row[j] += difference * difference;
      }
    }
    return row;
  }

  /** Turns squared distances into shares of the wanted entropy; returns the entropy reached. */
  private static double fit(double[] row, int self, double wanted) {
    double[] squares = row.clone();
    double nearest = Double.POSITIVE_INFINITY;
    for (int j = 0; j < row.length; j++) {
      nearest = j == self ? nearest : Math.min(nearest, squares[j]);
    }
    double low = 0;
    double high = Double.POSITIVE_INFINITY;
    double beta = 1;
    double entropy = 0;
    for (int step = 0; step < STEPS; step++) {
      entropy = shares(squares, nearest, self, beta, row);
      if (Math.abs(entropy - wanted) < CLOSE) {
        break;
      }
      if (entropy > wanted) {
        low = beta;
        beta = high == Double.POSITIVE_INFINITY ? beta * 2 : (beta + high) / 2;
      } else {
        high = beta;
        beta = (low + beta) / 2;
      }
    }
    return entropy;
  }

  private static double shares(
      double[] squares, double nearest, int self, double beta, double[] row) {
    double sum = 0;
    double weighted = 0;
    for (int j = 0; j < row.length; j++) {
      double away = squares[j] - nearest;
      row[j] = j == self ? 0 : Math.exp(-beta * away);
      sum += row[j];
      weighted += row[j] * away;
    }
    for (int j = 0; j < row.length; j++) {
      row[j] /= sum;
    }
    return Math.log(sum) + beta * weighted / sum;
  }
}
