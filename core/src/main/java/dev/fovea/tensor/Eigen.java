package dev.fovea.tensor;

import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * The eigenvalues and eigenvectors of a symmetric matrix A = Σ λ·v·vᵀ, found by Jacobi's rotations.
 *
 * @param values the eigenvalues λ, the largest first
 * @param vectors the unit eigenvectors v, one array each in the order of their values; the sign is
 *     such that the number of largest magnitude, the first of several, is positive
 */
@SuppressWarnings("ArrayRecordComponent") // a result that is read at once, never compared
public record Eigen(double[] values, double[][] vectors) {
  /** The most rounds of rotations; about ten bring a matrix to rounding errors. */
  private static final int SWEEPS = 100;

  /**
   * Returns those of a matrix.
   *
   * @param matrix n rows of n numbers; what stands below the diagonal equals what stands above
   */
  public static Eigen of(double[][] matrix) {
    int n = matrix.length;
    double[][] a = new double[n][];
    double[][] v = new double[n][n];
    for (int i = 0; i < n; i++) {
      a[i] = matrix[i].clone();
      v[i][i] = 1;
    }
    for (int s = 0; s < SWEEPS && outside(a) > 0; s++) {
      for (int p = 0; p < n; p++) {
        for (int q = p + 1; q < n; q++) {
          rotate(a, v, p, q);
        }
      }
    }
    int[] order = byFallingValue(a);
    double[] values = new double[n];
    double[][] vectors = new double[n][n];
    for (int k = 0; k < n; k++) {
      values[k] = a[order[k]][order[k]];
      for (int i = 0; i < n; i++) {
        vectors[k][i] = v[i][order[k]];
      }
      orient(vectors[k]);
    }
    return new Eigen(values, vectors);
  }

  /** Returns the sum of the squares beside the diagonal, 0 where they no longer count. */
  private static double outside(double[][] a) {
    double beside = 0;
    double on = 0;
    for (int i = 0; i < a.length; i++) {
      for (int j = 0; j < a.length; j++) {
        double square = a[i][j] * a[i][j];
        if (i == j) {
          on += square;
        } else {
          beside += square;
        }
      }
    }
    return beside > 1e-30 * on ? beside : 0;
  }

  /** Turns the plane of p and q so that a[p][q] becomes 0. */
  private static void rotate(double[][] a, double[][] v, int p, int q) {
    if (a[p][q] == 0) {
      return;
    }
    double theta = (a[q][q] - a[p][p]) / (2 * a[p][q]);
    double t = Math.copySign(1, theta) / (Math.abs(theta) + Math.sqrt(theta * theta + 1));
    double c = 1 / Math.sqrt(t * t + 1);
    double s = t * c;
    for (int k = 0; k < a.length; k++) {
      double kp = a[k][p];
      double kq = a[k][q];
      a[k][p] = c * kp - s * kq;
      a[k][q] = s * kp + c * kq;
    }
    for (int k = 0; k < a.length; k++) {
      double pk = a[p][k];
      double qk = a[q][k];
      a[p][k] = c * pk - s * qk;
      a[q][k] = s * pk + c * qk;
      double kp = v[k][p];
      double kq = v[k][q];
      v[k][p] = c * kp - s * kq;
      v[k][q] = s * kp + c * kq;
    }
  }

  private static void orient(double[] v) {
    int largest = 0;
    for (int i = 1; i < v.length; i++) {
      if (Math.abs(v[i]) > Math.abs(v[largest])) {
        largest = i;
      }
    }
    boolean negative = v.length > 0 && v[largest] < 0;
    for (int i = 0; negative && i < v.length; i++) {
      v[i] = -v[i];
    }
  }

  /** Returns the numbers of the columns in the order of falling eigenvalues. */
  private static int[] byFallingValue(double[][] diagonal) {
    return IntStream.range(0, diagonal.length)
        .boxed()
        .sorted(Comparator.comparingDouble(i -> -diagonal[i][i]))
        .mapToInt(Integer::intValue)
        .toArray();
  }
}
