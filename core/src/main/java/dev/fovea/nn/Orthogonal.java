package dev.fovea.nn;

import dev.fovea.tensor.Rng;
import dev.fovea.tensor.Shape;

/**
 * Weights whose columns, or rows where these are fewer, are of one length and at right angles: a
 * Gaussian matrix [all axes but the last, last] by the Gram-Schmidt process, each vector twice.
 * Saxe, McClelland and Ganguli, 2014.
 *
 * @param gain the length of the vectors
 */
record Orthogonal(double gain) implements Initializer {
  @Override
  public void fill(Shape shape, float[] values, int offset, Rng rng) {
    int columns = shape.rank() == 0 ? 1 : shape.dim(-1);
    int rows = shape.elements() / columns;
    int n = Math.min(rows, columns);
    int length = Math.max(rows, columns);
    double[][] vectors = new double[n][length];
    for (int i = 0; i < n; i++) {
      draw(vectors, i, rng);
    }
    for (int r = 0; r < rows; r++) {
      for (int c = 0; c < columns; c++) {
        double v = rows < columns ? vectors[r][c] : vectors[c][r];
        values[offset + r * columns + c] = (float) (gain * v);
      }
    }
  }

  /** Draws vector i and takes off it what lies along those before. */
  private static void draw(double[][] vectors, int i, Rng rng) {
    double[] v = vectors[i];
    for (int k = 0; k < v.length; k++) {
      v[k] = rng.nextGaussian(1);
    }
    for (int twice = 0; twice < 2; twice++) {
      for (int j = 0; j < i; j++) {
        add(v, vectors[j], -dot(v, vectors[j]));
      }
    }
    double length = Math.sqrt(dot(v, v));
    for (int k = 0; k < v.length; k++) {
      v[k] /= length;
    }
  }

  private static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int k = 0; k < a.length; k++) {
      sum += a[k] * b[k];
    }
    return sum;
  }

  private static void add(double[] a, double[] b, double factor) {
    for (int k = 0; k < a.length; k++) {
      a[k] += factor * b[k];
    }
  }
}
