package dev.fovea.zoo;

import dev.fovea.data.Dataset;
import dev.fovea.tensor.Eigen;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;

/**
 * Convolution filters that whiten patches of pictures: their responses to those patches are
 * uncorrelated with variance 1 (Krizhevsky, 2009; as a first layer: Page, 2019).
 *
 * <p>With the eigenvalues λ and unit eigenvectors v of the patches' second moments E[p·pᵀ], the
 * filters are v/√(λ + ε) and −v/√(λ + ε), by decreasing λ.
 */
public final class Whitening {
  private static final double EPSILON = 5e-4;

  private Whitening() {}

  /**
   * Returns the filters as the weights [k, k, C, 2·k·k·C] of a convolution.
   *
   * @param pictures samples [H, W, C] as a network gets them
   * @param window the kernel size k
   * @param count the number of samples to take patches from, from the first on
   * @throws FoveaException if the samples are no pictures of at least k × k, or there is none
   */
  public static Tensor filters(Dataset pictures, int window, int count) {
    Shape shape = pictures.inputShape();
    if (shape.rank() != 3 || window < 1 || Math.min(shape.dim(0), shape.dim(1)) < window) {
      throw new FoveaException(
          "whitening: pictures [H, W, C] of at least %s×%s expected, samples are %s"
              .formatted(window, window, shape));
    }
    double[][] moments = moments(pictures, window, Math.min(count, pictures.size()));
    return Tensor.of(
        Shape.of(window, window, shape.dim(2), 2 * moments.length), filters(Eigen.of(moments)));
  }

  /** Returns E[p·pᵀ] over all patches p in the order y, x, channel. */
  private static double[][] moments(Dataset pictures, int window, int count) {
    Shape shape = pictures.inputShape();
    int row = shape.dim(1) * shape.dim(2);
    int part = window * shape.dim(2);
    double[][] sums = new double[window * part][window * part];
    double[] patch = new double[window * part];
    long patches = 0;
    for (int i = 0; i < count; i++) {
      float[] x = pictures.input(i, Seed.of(0)).data();
      for (int top = 0; top <= shape.dim(0) - window; top++) {
        for (int left = 0; left <= row - part; left += shape.dim(2)) {
          for (int j = 0; j < patch.length; j++) {
            patch[j] = x[(top + j / part) * row + left + j % part];
          }
          add(sums, patch);
          patches++;
        }
      }
    }
    if (patches == 0) {
      throw new FoveaException("whitening: there are no pictures");
    }
    return divided(sums, patches);
  }

  private static void add(double[][] sums, double[] patch) {
    for (int i = 0; i < patch.length; i++) {
      for (int j = 0; j <= i; j++) {
        sums[i][j] += patch[i] * patch[j];
      }
    }
  }

  private static double[][] divided(double[][] lower, long by) {
    for (int i = 0; i < lower.length; i++) {
      for (int j = 0; j <= i; j++) {
        lower[i][j] /= by;
        lower[j][i] = lower[i][j];
      }
    }
    return lower;
  }

  /** Returns the filters: numbers of a patch along rows, filters along columns. */
  private static float[] filters(Eigen patches) {
    int n = patches.values().length;
    float[] weights = new float[n * 2 * n];
    for (int f = 0; f < n; f++) {
      double scale = 1 / Math.sqrt(Math.max(0, patches.values()[f]) + EPSILON);
      for (int i = 0; i < n; i++) {
        weights[i * 2 * n + f] = (float) (patches.vectors()[f][i] * scale);
        weights[i * 2 * n + n + f] = (float) (-patches.vectors()[f][i] * scale);
      }
    }
    return weights;
  }
}
