package dev.fovea.machine;

import dev.fovea.simd.Bfloat16;
import dev.fovea.simd.Micro;
import java.util.Arrays;

/**
 * The micro-kernels as plain loops, the specification: each sum is a chain of fused multiply-adds
 * in the order of the products.
 */
final class PlainMicro extends Micro {
  /** Adds a product, or those of a pair, to a sum. */
  interface MultiplyAdd {
    float add(float x, float w, float sum);
  }

  private final int columns;
  private final MultiplyAdd multiplyAdd;

  PlainMicro(int columns, MultiplyAdd multiplyAdd) {
    this.columns = columns;
    this.multiplyAdd = multiplyAdd;
  }

  /** Returns those of floats. */
  static PlainMicro ofFloats(int columns) {
    return new PlainMicro(columns, Math::fma);
  }

  /** Returns those of pairs of bfloat16. */
  static PlainMicro ofPairs(int columns) {
    return new PlainMicro(columns, Bfloat16::addProducts);
  }

  @Override
  public int columns() {
    return columns;
  }

  @Override
  public int maxRows() {
    return ROWS;
  }

  @Override
  public int maxProductRows() {
    return PRODUCT_ROWS;
  }

  @Override
  public int maxOuterRows() {
    return ROWS;
  }

  @Override
  public void rows(
      int m, int k, float[] x, int xo, float[] o, int oo, float[] w, int wo, float[] c, int co) {
    for (int i = 0; i < k; i++) {
      for (int r = 0; r < m; r++) {
        float number = x[xo + Float.floatToRawIntBits(o[oo + r]) + i];
        addProducts(number, w, wo + i * columns, c, co + r * columns);
      }
    }
  }

  private void addProducts(float number, float[] w, int wo, float[] c, int co) {
    for (int j = 0; j < columns; j++) {
      c[co + j] = multiplyAdd.add(number, w[wo + j], c[co + j]);
    }
  }

  @Override
  public void gather(
      int m, int k, float[] x, float[] o, int oo, int[] t, float[] w, int wo, float[] c, int co) {
    for (int i = 0; i < k; i++) {
      for (int r = 0; r < m; r++) {
        float number = x[Float.floatToRawIntBits(o[oo + r]) + t[i]];
        addProducts(number, w, wo + i * columns, c, co + r * columns);
      }
    }
  }

  @Override
  public void patches(
      int m,
      int k,
      float[] x,
      float[] o,
      int oo,
      int[] t,
      float[] w,
      int wo,
      float[] bias,
      int bo,
      float floor,
      float[] y,
      int yo,
      int ys) {
    for (int r = 0; r < m; r++) {
      int to = yo + r * ys;
      System.arraycopy(bias, bo, y, to, columns);
      gather(1, k, x, o, oo + r, t, w, wo, y, to);
      for (int j = to; j < to + columns; j++) {
        y[j] = y[j] < floor ? floor : y[j];
      }
    }
  }

  @Override
  public void planar(
      int m, int k, float[] x, int xo, float[] w, int wo, int[] t, float[] c, int co, int cs) {
    for (int i = 0; i < k; i++) {
      for (int r = 0; r < m; r++) {
        addProducts(x[xo + i * ROWS + r], w, wo + t[i], c, co + r * cs);
      }
    }
  }

  @Override
  public void outer(
      int m, int k, float[] x, int xo, int xs, float[] w, int wo, int ws, float[] c, int co) {
    float[] sums = new float[m * columns];
    for (int i = 0; i < k; i++) {
      for (int r = 0; r < m; r++) {
        addProducts(x[xo + i * xs + r], w, wo + i * ws, sums, r * columns);
      }
    }
    for (int i = 0; i < sums.length; i++) {
      c[co + i] += sums[i];
    }
  }

  @Override
  public void product(
      int m,
      int k,
      float[] x,
      int xo,
      int xs,
      float[] w,
      int wo,
      float[] b,
      int bo,
      boolean relu,
      float[] y,
      int yo,
      int ys) {
    float[] zeros = new float[(m - 1) * ys + columns];
    Arrays.fill(zeros, -0f); // adds nothing to anything, not even to a zero
    productAdd(m, k, x, xo, xs, w, wo, b, bo, relu, zeros, 0, y, yo, ys);
  }

  @Override
  public void productAdd(
      int m,
      int k,
      float[] x,
      int xo,
      int xs,
      float[] w,
      int wo,
      float[] b,
      int bo,
      boolean relu,
      float[] r,
      int ro,
      float[] y,
      int yo,
      int ys) {
    for (int i = 0; i < m; i++) {
      for (int j = 0; j < columns; j++) {
        float sum = r[ro + i * ys + j] + b[bo + j];
        for (int n = 0; n < k; n++) {
          sum = multiplyAdd.add(x[xo + i * xs + n], w[wo + n * columns + j], sum);
        }
        y[yo + i * ys + j] = relu ? Math.max(sum, 0) : sum;
      }
    }
  }
}
