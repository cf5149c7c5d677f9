package dev.fovea.insight.embed;

import dev.fovea.tensor.Eigen;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Rng;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Principal components of rows of numbers: the directions along which they vary most.
 *
 * <p>Up to 512 numbers per row by the eigenvectors of the covariance, exactly; of more by subspace
 * iteration on the rows. The largest loading of each component, the first of several, is positive.
 *
 * @param components unit vectors, [k, D]
 * @param variances along them, the largest first
 * @param projected the rows' places along them, [N, k], their mean at 0
 * @param mean the mean row, [D]
 */
public record Pca(Tensor components, List<Double> variances, Tensor projected, Tensor mean) {
  private static final int EXACT = 512;
  private static final int ROUNDS = 100;
  private static final int MORE = 8;

  /** Copies the list. */
  public Pca {
    variances = List.copyOf(variances);
  }

  /**
   * Returns the first components of rows.
   *
   * @param data [N, D], N ≥ 2
   * @param k how many components, up to D
   * @throws FoveaException if the shape or k is another
   */
  public static Pca of(Tensor data, int k) {
    Shape s = data.shape();
    if (s.rank() != 2 || s.dim(0) < 2 || k < 1 || k > s.dim(1)) {
      throw new FoveaException(
          "pca: rows [N, D] with N of at least 2 and 1 to D components expected, got %s and %s"
              .formatted(s, k));
    }
    double[] mean = mean(data);
    double[][] rows = centred(data, mean);
    double[][] vectors = s.dim(1) <= EXACT ? exact(rows, k) : iterated(rows, k);
    Tensor components = Tensor.zeros(Shape.of(k, s.dim(1)));
    Tensor projected = Tensor.zeros(Shape.of(s.dim(0), k));
    List<Double> variances = new ArrayList<>();
    for (int c = 0; c < k; c++) {
      double squares = 0;
      for (int i = 0; i < rows.length; i++) {
        double at = dot(rows[i], vectors[c]);
        squares += at * at;
        projected.data()[i * k + c] = (float) at;
      }
      variances.add(squares / (rows.length - 1));
      for (int j = 0; j < s.dim(1); j++) {
        components.data()[c * s.dim(1) + j] = (float) vectors[c][j];
      }
    }
    Tensor middle = Tensor.zeros(Shape.of(mean.length));
    for (int j = 0; j < mean.length; j++) {
      middle.data()[j] = (float) mean[j];
    }
    return new Pca(components, variances, projected, middle);
  }

  /**
   * Returns what is left of rows when only their places along the components are known: the linear
   * code of k numbers that loses least.
   *
   * @param rows [M, D]
   * @throws FoveaException if they are of another width
   */
  public Tensor restored(Tensor rows) {
    int d = components.shape().dim(1);
    if (rows.shape().rank() != 2 || rows.shape().dim(1) != d) {
      throw new FoveaException("pca: rows of " + d + " numbers expected, got " + rows.shape());
    }
    Tensor restored = Tensor.zeros(rows.shape());
    for (int i = 0; i < rows.shape().dim(0); i++) {
      System.arraycopy(mean.data(), 0, restored.data(), i * d, d);
      for (int c = 0; c < components.shape().dim(0); c++) {
        double at = 0;
        for (int j = 0; j < d; j++) {
          at += (rows.data()[i * d + j] - mean.data()[j]) * (double) components.data()[c * d + j];
        }
        for (int j = 0; j < d; j++) {
          restored.data()[i * d + j] += (float) (at * components.data()[c * d + j]);
        }
      }
    }
    return restored;
  }

  private static double[] mean(Tensor data) {
    int n = data.shape().dim(0);
    int d = data.shape().dim(1);
    double[] mean = new double[d];
    for (int i = 0; i < n * d; i++) {
      mean[i % d] += data.data()[i] / (double) n;
    }
    return mean;
  }

  private static double[][] centred(Tensor data, double... mean) {
    int n = data.shape().dim(0);
    int d = data.shape().dim(1);
    double[][] rows = new double[n][d];
    for (int i = 0; i < n * d; i++) {
      rows[i / d][i % d] = data.data()[i] - mean[i % d];
    }
    return rows;
  }

  private static double[][] exact(double[][] rows, int k) {
    int d = rows[0].length;
    double[][] covariance = new double[d][d];
    for (double[] row : rows) {
      for (int i = 0; i < d; i++) {
        for (int j = 0; j < d; j++) {
          covariance[i][j] += row[i] * row[j] / (rows.length - 1);
        }
      }
    }
    return Arrays.copyOf(Eigen.of(covariance).vectors(), Math.min(k, d));
  }

  /** Multiplies some random vectors by the covariance again and again, kept apart each time. */
  private static double[][] iterated(double[][] rows, int k) {
    int d = rows[0].length;
    int width = Math.min(d, k + MORE);
    Rng rng = Seed.of(0).rng();
    double[][] q = new double[width][d];
    for (double[] v : q) {
      for (int i = 0; i < d; i++) {
        v[i] = rng.nextGaussian();
      }
    }
    for (int round = 0; round < ROUNDS; round++) {
      for (int c = 0; c < width; c++) {
        double[] next = new double[d];
        for (double[] row : rows) {
          add(next, row, dot(row, q[c]));
        }
        q[c] = next;
      }
      orthonormal(q);
    }
    for (double[] v : q) {
      orient(v);
    }
    return Arrays.copyOf(q, k);
  }

  private static void orthonormal(double[][] q) {
    for (int c = 0; c < q.length; c++) {
      for (int twice = 0; twice < 2; twice++) {
        for (int b = 0; b < c; b++) {
          add(q[c], q[b], -dot(q[c], q[b]));
        }
      }
      double size = Math.sqrt(dot(q[c], q[c]));
      for (int i = 0; i < q[c].length; i++) {
        q[c][i] /= size == 0 ? 1 : size;
      }
    }
  }

  private static void orient(double[] v) {
    int largest = 0;
    for (int i = 1; i < v.length; i++) {
      largest = Math.abs(v[i]) > Math.abs(v[largest]) ? i : largest;
    }
    double sign = v[largest] < 0 ? -1 : 1;
    for (int i = 0; i < v.length; i++) {
      v[i] *= sign;
    }
  }

  private static void add(double[] to, double[] v, double factor) {
    for (int i = 0; i < to.length; i++) {
      to[i] += factor * v[i];
    }
  }

  private static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }
}
