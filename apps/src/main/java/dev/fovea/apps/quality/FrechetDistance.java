package dev.fovea.apps.quality;

import dev.fovea.tensor.Eigen;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Tensor;

/**
 * The Fréchet distance between two sets of pictures, measured in the features that a network has of
 * them: each set is taken as a normal distribution with mean μ and covariance Σ, and
 *
 * <pre>d² = ‖μ₁ − μ₂‖² + tr(Σ₁ + Σ₂ − 2·(Σ₁·Σ₂)^½).</pre>
 *
 * <p>0 for equal distributions, larger the more they differ; only values from the same network and
 * from sets of about the same size compare. Heusel et al., "GANs trained by a two time-scale update
 * rule" (2017), where the network is Inception v3 and the value is called FID.
 */
public final class FrechetDistance {
  private FrechetDistance() {}

  /**
   * Returns d² of two sets of features.
   *
   * @param real features [N, D] of one set
   * @param made features [M, D] of the other
   * @throws FoveaException if the shapes are others, or a set has fewer than two members
   */
  public static double of(Tensor real, Tensor made) {
    require(real);
    require(made);
    int width = real.shape().dim(1);
    if (made.shape().dim(1) != width) {
      throw new FoveaException(
          "Fréchet distance: features "
              + real.shape()
              + " and "
              + made.shape()
              + " differ in width");
    }
    double[] m1 = mean(real);
    double[] m2 = mean(made);
    double[][] c1 = covariance(real, m1);
    double[][] c2 = covariance(made, m2);
    double sum = 0;
    for (int i = 0; i < width; i++) {
      sum += (m1[i] - m2[i]) * (m1[i] - m2[i]) + c1[i][i] + c2[i][i];
    }
    // The trace of (Σ₁·Σ₂)^½ is that of (Σ₁^½·Σ₂·Σ₁^½)^½, which is symmetric.
    double[][] root = root(c1);
    double[][] inner = product(product(root, c2), root);
    for (double value : Eigen.of(inner).values()) {
      sum -= 2 * Math.sqrt(Math.max(0, value));
    }
    return Math.max(0, sum);
  }

  private static void require(Tensor features) {
    if (features.shape().rank() != 2 || features.shape().dim(0) < 2) {
      throw new FoveaException(
          "Fréchet distance: needs features [N, D] of at least 2 pictures, got "
              + features.shape());
    }
  }

  private static double[] mean(Tensor features) {
    int n = features.shape().dim(0);
    int width = features.shape().dim(1);
    double[] mean = new double[width];
    for (int i = 0; i < n * width; i++) {
      mean[i % width] += features.data()[i] / (double) n;
    }
    return mean;
  }

  private static double[][] covariance(Tensor features, double[] mean) {
    int n = features.shape().dim(0);
    int width = mean.length;
    double[][] c = new double[width][width];
    double[] row = new double[width];
    for (int s = 0; s < n; s++) {
      for (int i = 0; i < width; i++) {
        row[i] = features.data()[s * width + i] - mean[i];
      }
      for (int i = 0; i < width; i++) {
        for (int j = 0; j < width; j++) {
          c[i][j] += row[i] * row[j] / (n - 1);
        }
      }
    }
    return c;
  }

  /** Returns the symmetric square root of a covariance. */
  private static double[][] root(double[][] c) {
    int n = c.length;
    Eigen e = Eigen.of(c);
    double[][] scaled = new double[n][n];
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < n; j++) {
        scaled[i][j] = e.vectors()[j][i] * Math.sqrt(Math.max(0, e.values()[j]));
      }
    }
    return product(scaled, e.vectors());
  }

  private static double[][] product(double[][] a, double[][] b) {
    int n = a.length;
    double[][] c = new double[n][n];
    for (int i = 0; i < n; i++) {
      for (int k = 0; k < n; k++) {
        for (int j = 0; j < n; j++) {
          c[i][j] += a[i][k] * b[k][j];
        }
      }
    }
    return c;
  }
}
