package dev.fovea.simd;

import dev.fovea.engine.kernel.Span;
import dev.fovea.simd.Compilation.Trial;
import org.jspecify.annotations.Nullable;

/** Calls of micro-kernels on memory of their own, to have them compiled. */
final class MicroTrial {
  /** The most products that a call adds. */
  static final int MOST = 24;

  private final Micro kernels;
  private final int columns;

  MicroTrial(Micro kernels) {
    this.kernels = kernels;
    this.columns = kernels.columns();
  }

  /** Returns zeros for one factor: their raw bits are row offsets of 0 as well. */
  private static float[] factor() {
    return new float[Micro.PRODUCT_ROWS * (MOST + 1)];
  }

  private float[] panel() {
    return new float[columns * MOST];
  }

  private float[] sums() {
    return new float[columns * Micro.PRODUCT_ROWS];
  }

  Trial rows(int m) {
    float[] x = factor();
    float[] w = panel();
    float[] c = sums();
    return k -> kernels.rows(m, k, x, 0, x, 0, w, 0, c, 0);
  }

  Trial gather(int m) {
    float[] x = factor();
    float[] w = panel();
    float[] c = sums();
    int[] t = new int[MOST];
    return k -> kernels.gather(m, k, x, x, 0, t, w, 0, c, 0);
  }

  Trial planar(int m) {
    float[] x = factor();
    float[] w = panel();
    float[] c = sums();
    int[] t = new int[MOST];
    return k -> kernels.planar(m, k, x, 0, w, 0, t, c, 0, columns);
  }

  Trial outer(int m) {
    float[] x = factor();
    float[] w = panel();
    float[] c = sums();
    return k -> kernels.outer(m, k, x, 0, Micro.ROWS, w, 0, columns, c, 0);
  }

  // With and without max(·, 0) in turn, or C2 would leave the other out.

  Trial product(int m) {
    return product(m, null);
  }

  Trial productAdd(int m) {
    return product(m, Span.of(sums()));
  }

  private Trial product(int m, @Nullable Span added) {
    Span panel = Span.of(panel());
    Span sums = Span.of(sums());
    Products plain = Products.of(Span.of(factor()), 0, panel, panel, sums, columns).plus(added);
    Products relu = plain.within(Bounds.RELU);
    boolean[] raised = {false};
    return k -> {
      raised[0] = !raised[0];
      kernels.product(raised[0] ? relu : plain, m, k, 0, 0, 0, 0);
    };
  }

  /** Of the loop for twelve rows, or the one for six. */
  Trial patches(int m) {
    float[] x = factor();
    float[] w = new float[Micros.VECTORS.widest().columns() * MOST];
    float[] c = new float[Micros.VECTORS.widest().columns() * Micro.ROWS];
    int[] t = new int[MOST];
    int step = Micros.VECTORS.widest().columns();
    return m > 6
        ? k -> PatchLoops.twelve(k, x, x, 0, t, w, 0, w, 0, 0, c, 0, step)
        : k -> PatchLoops.six(k, x, x, 0, t, w, 0, w, 0, 0, c, 0, step);
  }
}
