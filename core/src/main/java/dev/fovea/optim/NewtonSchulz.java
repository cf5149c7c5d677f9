package dev.fovea.optim;

/**
 * The iteration of Newton and Schulz that brings all singular values of a matrix near 1, with the
 * coefficients of Muon: fast near 0, and between 0.7 and 1.2 in the end.
 */
final class NewtonSchulz {
  private static final float A = 3.4445f;
  private static final float B = -4.7750f;
  private static final float C = 2.0315f;
  private static final double TINY = 1e-7;

  private NewtonSchulz() {}

  /** Returns the matrix [rows, columns] that has the directions of {@code x}, which is used up. */
  static float[] orthogonal(float[] x, int rows, int columns, int iterations) {
    scale(x);
    // The product with itself is smaller the other way round.
    if (rows > columns) {
      float[] turned = iterate(transposed(x, rows, columns), columns, rows, iterations);
      return transposed(turned, columns, rows);
    }
    return iterate(x, rows, columns, iterations);
  }

  private static void scale(float[] x) {
    double sum = 0;
    for (float v : x) {
      sum += (double) v * v;
    }
    float factor = (float) (1 / (Math.sqrt(sum) + TINY));
    for (int i = 0; i < x.length; i++) {
      x[i] *= factor;
    }
  }

  private static float[] iterate(float[] start, int n, int m, int iterations) {
    float[] x = start;
    float[] next = new float[n * m];
    float[] a = new float[n * n];
    float[] b = new float[n * n];
    for (int i = 0; i < iterations; i++) {
      square(x, n, m, a);
      for (int k = 0; k < b.length; k++) {
        b[k] = B * a[k];
      }
      addProduct(a, a, n, n, C, b);
      for (int k = 0; k < next.length; k++) {
        next[k] = A * x[k];
      }
      addProduct(b, x, n, m, 1, next);
      float[] spare = x;
      x = next;
      next = spare;
    }
    return x;
  }

  /** a = x·xᵀ. */
  private static void square(float[] x, int n, int m, float[] a) {
    float[] turned = transposed(x, n, m);
    java.util.Arrays.fill(a, 0);
    for (int i = 0; i < n; i++) {
      for (int k = 0; k < m; k++) {
        addLine(x[i * m + k], turned, k * n, a, i * n, n);
      }
    }
  }

  /** y += factor · a·x, with a [n, n] and x [n, m]. */
  private static void addProduct(float[] a, float[] x, int n, int m, float factor, float[] y) {
    for (int i = 0; i < n; i++) {
      for (int k = 0; k < n; k++) {
        addLine(factor * a[i * n + k], x, k * m, y, i * m, m);
      }
    }
  }

  private static void addLine(float factor, float[] x, int xAt, float[] y, int yAt, int n) {
    for (int j = 0; j < n; j++) {
      y[yAt + j] += factor * x[xAt + j];
    }
  }

  private static float[] transposed(float[] x, int rows, int columns) {
    float[] y = new float[x.length];
    for (int r = 0; r < rows; r++) {
      for (int c = 0; c < columns; c++) {
        y[c * rows + r] = x[r * columns + c];
      }
    }
    return y;
  }
}
