package dev.fovea.machine;

import dev.fovea.simd.Micro;
import java.util.Arrays;

/** A trial of micro-kernels against plain loops, bit for bit: one tile of each kind. */
final class SelfTest {
  private static final int K = 7;

  /** The calls of one kind. */
  private interface Kind {
    void run(Micro micro, int m, float[] c);
  }

  private final Micro micro;
  private final Micro plain;
  private final float[] x;
  private final float[] w;
  private final float[] offsets;
  private final int[] steps;

  private SelfTest(Micro micro) {
    this.micro = micro;
    this.plain = new PlainMicro(micro.columns());
    this.x = numbers(Micro.PRODUCT_ROWS * K, 3);
    this.w = numbers(2 * Micro.PRODUCT_ROWS * micro.columns(), 5);
    this.offsets = new float[Micro.ROWS];
    this.steps = new int[K];
    for (int i = 0; i < Micro.ROWS; i++) {
      offsets[i] = Float.intBitsToFloat(i * K);
    }
    for (int i = 0; i < K; i++) {
      steps[i] = K - 1 - i;
    }
  }

  /** Returns numbers whose products are rounded. */
  private static float[] numbers(int n, int seed) {
    float[] f = new float[n];
    for (int i = 0; i < n; i++) {
      f[i] = (i * seed % 17 - 8) / 7f;
    }
    return f;
  }

  /** Returns whether kernels compute what plain loops do. */
  static boolean passes(Micro micro) {
    SelfTest t = new SelfTest(micro);
    int columns = micro.columns();
    return t.agrees(micro.maxRows(), (k, m, c) -> k.rows(m, K, t.x, 0, t.offsets, 0, t.w, 0, c, 0))
        && t.agrees(
            micro.maxRows(), (k, m, c) -> k.gather(m, K, t.x, t.offsets, 0, t.steps, t.w, 0, c, 0))
        && t.agrees(
            micro.maxOuterRows(),
            (k, m, c) -> k.outer(m, K, t.x, 0, Micro.ROWS, t.w, 0, columns, c, 0))
        && t.agrees(
            micro.maxRows(), (k, m, c) -> k.planar(m, K, t.x, 0, t.w, 0, t.steps, c, 0, columns))
        && t.agrees(micro.maxProductRows(), t::products)
        && t.agrees(Math.min(micro.maxProductRows(), 7), t::products);
  }

  private void products(Micro k, int m, float[] c) {
    int columns = k.columns();
    k.products(2, m, K, x, 0, K, w, 0, w, 0, columns, true, w, 0, c, 0, 2 * columns);
  }

  private boolean agrees(int m, Kind kind) {
    float[] expected = numbers(2 * m * micro.columns(), 11);
    float[] computed = expected.clone();
    kind.run(plain, m, expected);
    kind.run(micro, m, computed);
    return Arrays.equals(expected, computed);
  }
}
