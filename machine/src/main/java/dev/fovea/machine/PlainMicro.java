package dev.fovea.machine;

import dev.fovea.engine.kernel.Span;
import dev.fovea.simd.Bfloat16;
import dev.fovea.simd.Micro;
import dev.fovea.simd.Products;

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
  public void product(Products p, int m, int k, int xo, int wo, int bo, int yo) {
    float[] y = p.y().array();
    for (int i = 0; i < m; i++) {
      for (int j = 0; j < columns; j++) {
        int at = yo + i * p.ys() + j;
        float bias = number(p.b(), bo + j);
        float sum = p.r() == null ? bias : number(p.r(), at) + bias;
        for (int n = 0; n < k; n++) {
          float x = number(p.x(), xo + i * p.xs() + n);
          sum = multiplyAdd.add(x, number(p.w(), wo + n * columns + j), sum);
        }
        y[p.y().offset() + at] = p.bounds().raises() ? Math.max(sum, 0) : sum;
      }
    }
  }

  private static float number(Span s, int at) {
    return s.array()[s.offset() + at];
  }
}
