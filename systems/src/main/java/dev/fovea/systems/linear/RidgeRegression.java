package dev.fovea.systems.linear;

import dev.fovea.tensor.FoveaException;

/**
 * Linear regression with a penalty: the W and b of least Σ |W x + b − y|² + λ|W|², in doubles. The
 * examples are added one by one, so that only sums are kept.
 *
 * <p>R-CNN makes its targets independent and of variance 1 before it fits and undoes that
 * afterwards; as the same λ goes for all targets that changes nothing, and is not done.
 */
public final class RidgeRegression {
  private final int features;
  private final int targets;
  private final double[][] products;
  private final double[][] answers;
  private int count;

  /**
   * Creates a regression of no example yet.
   *
   * @param features the length of x
   * @param targets the length of y
   */
  public RidgeRegression(int features, int targets) {
    this.features = features;
    this.targets = targets;
    // The last feature is 1.
    this.products = new double[features + 1][features + 1];
    this.answers = new double[features + 1][targets];
  }

  /** Adds an example. */
  public void add(float[] x, float[] y) {
    count++;
    for (int i = 0; i <= features; i++) {
      double xi = i < features ? x[i] : 1;
      if (xi == 0) {
        continue;
      }
      for (int j = 0; j <= i; j++) {
        products[i][j] += xi * (j < features ? x[j] : 1);
      }
      for (int t = 0; t < targets; t++) {
        answers[i][t] += xi * y[t];
      }
    }
  }

  /** Returns how many examples there are. */
  public int count() {
    return count;
  }

  /**
   * Returns the plane of each target.
   *
   * @param lambda λ
   * @throws FoveaException if λ is not positive, or there is no example
   */
  public Plane[] fit(double lambda) {
    if (!(lambda > 0) || count == 0) {
      throw new FoveaException(
          "ridge regression: needs a positive λ and examples, got %s and %s"
              .formatted(lambda, count));
    }
    double[][] means = centred(lambda);
    Plane[] planes = new Plane[targets];
    for (int t = 0; t < targets; t++) {
      double[] w = solve(means, t);
      double bias = answers[features][t] / count;
      for (int i = 0; i < features; i++) {
        bias -= w[i] * products[features][i] / count;
      }
      planes[t] = new Plane(w, bias);
    }
    return planes;
  }

  /** Returns the Cholesky factor of the features' covariances with λ on the diagonal. */
  private double[][] centred(double lambda) {
    double[][] l = new double[features][features];
    for (int i = 0; i < features; i++) {
      for (int j = 0; j <= i; j++) {
        double sum = products[i][j] - products[features][i] * products[features][j] / count;
        sum += i == j ? lambda : 0;
        for (int k = 0; k < j; k++) {
          sum -= l[i][k] * l[j][k];
        }
        l[i][j] = i == j ? Math.sqrt(sum) : sum / l[j][j];
      }
    }
    return l;
  }

  private double[] solve(double[][] l, int t) {
    double[] w = new double[features];
    for (int i = 0; i < features; i++) {
      double sum = answers[i][t] - products[features][i] * answers[features][t] / count;
      for (int k = 0; k < i; k++) {
        sum -= l[i][k] * w[k];
      }
      w[i] = sum / l[i][i];
    }
    for (int i = features - 1; i >= 0; i--) {
      double sum = w[i];
      for (int k = i + 1; k < features; k++) {
        sum -= l[k][i] * w[k];
      }
      w[i] = sum / l[i][i];
    }
    return w;
  }
}
