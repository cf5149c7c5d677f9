package dev.fovea.optim;

import dev.fovea.op.BinaryFunction;
import dev.fovea.op.Contraction;
import dev.fovea.op.UnaryFunction;
import dev.fovea.op.Value;
import dev.fovea.tensor.Shape;
import java.util.Arrays;

/**
 * The iteration of Newton and Schulz that brings all singular values of a matrix near 1, with the
 * coefficients of Muon: fast near 0, and between 0.7 and 1.2 in the end; as plain loops on one
 * thread, and as ops for an engine.
 */
final class NewtonSchulz {
  private static final float A = 3.4445f;
  private static final float B = -4.7750f;
  private static final float C = 2.0315f;
  private static final double TINY = 1e-7;

  /** The iteration on the calling thread. */
  static final Orthogonalizer LOOPS =
      new Orthogonalizer() {
        @Override
        public float[] room(int rows, int columns) {
          return new float[rows * columns];
        }

        @Override
        public void apply(float[] x, int rows, int columns, int iterations) {
          float[] o = orthogonal(x.clone(), rows, columns, iterations);
          System.arraycopy(o, 0, x, 0, o.length);
        }
      };

  private NewtonSchulz() {}

  /** Returns the matrix that has the directions of {@code x}. */
  static Value orthogonal(Value x, int iterations) {
    // The product with itself is smaller the other way round.
    boolean tall = x.shape().dim(0) > x.shape().dim(1);
    Value length = x.map(UnaryFunction.SQUARE).sum().reshape(Shape.of(1, 1));
    Value some = length.map(UnaryFunction.SQRT);
    Value y = x.over(some.with(BinaryFunction.MAX, Value.constant((float) TINY)));
    for (int i = 0; i < iterations; i++) {
      Value a = Value.of(new Contraction.MatMul(tall, !tall), y, y);
      Value b = a.times(B).plus(a.matmul(a).times(C));
      y = y.times(A).plus(tall ? y.matmul(b) : b.matmul(y));
    }
    return y;
  }

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
    Arrays.fill(a, 0);
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
