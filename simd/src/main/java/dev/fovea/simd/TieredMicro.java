package dev.fovea.simd;

/**
 * Micro-kernels that are compiled beside the work: until the one for all rows of a tile is, a tile
 * is computed by those for fewer rows.
 *
 * <p>A row's sums do not depend on the rows beside it, so that every way to divide a tile gives the
 * same bits.
 */
final class TieredMicro extends Micro {
  private final Micro kernels;
  private final int columns;
  private final CompiledRows rows;
  private final CompiledRows gather;
  private final CompiledRows planar;
  private final CompiledRows outer;
  private final CompiledRows product;
  private final CompiledRows productAdd;
  private final CompiledRows patches;

  TieredMicro(Micro kernels, Compilation compilation) {
    this(kernels, compilation, CompiledRows.SLOW);
  }

  /** Creates it with another limit of work that slow code does. */
  TieredMicro(Micro kernels, Compilation compilation, int limit) {
    this.kernels = kernels;
    this.columns = kernels.columns();
    MicroTrial t = new MicroTrial(kernels);
    this.rows = new CompiledRows(t::rows, compilation, limit);
    this.gather = new CompiledRows(t::gather, compilation, limit);
    this.planar = new CompiledRows(t::planar, compilation, limit);
    this.outer = new CompiledRows(t::outer, compilation, limit);
    this.product = new CompiledRows(t::product, compilation, limit);
    this.productAdd = new CompiledRows(t::productAdd, compilation, limit);
    this.patches = new CompiledRows(t::patches, compilation, limit);
  }

  @Override
  public int columns() {
    return columns;
  }

  @Override
  public int maxRows() {
    return kernels.maxRows();
  }

  @Override
  public int maxProductRows() {
    return kernels.maxProductRows();
  }

  @Override
  public int maxOuterRows() {
    return kernels.maxOuterRows();
  }

  @Override
  public void expect(boolean much, Kind kind) {
    if (much) {
      switch (kind) {
        case ROWS -> rows.expect();
        case GATHER -> {
          gather.expect();
          patches.expectOnly();
        }
        case PRODUCT -> {
          product.expect();
          productAdd.expect();
        }
      }
    }
  }

  @Override
  public boolean isCompiled(Kind kind, int m) {
    return switch (kind) {
      case ROWS -> rows.isCompiledSoon(m);
      case GATHER -> gather.isCompiledSoon(m);
      case PRODUCT -> product.isCompiledSoon(m) && productAdd.isCompiledSoon(m);
    };
  }

  @Override
  public boolean takesPatches(int m) {
    return patches.isReady(m);
  }

  @Override
  public void rows(
      int m, int k, float[] x, int xo, float[] o, int oo, float[] w, int wo, float[] c, int co) {
    if (rows.has(m)) {
      kernels.rows(m, k, x, xo, o, oo, w, wo, c, co);
      return;
    }
    for (int r = 0; r < m; ) {
      int n = rows.next(m - r, k);
      kernels.rows(n, k, x, xo, o, oo + r, w, wo, c, co + r * columns);
      r += n;
    }
  }

  @Override
  public void gather(
      int m, int k, float[] x, float[] o, int oo, int[] t, float[] w, int wo, float[] c, int co) {
    if (gather.has(m)) {
      kernels.gather(m, k, x, o, oo, t, w, wo, c, co);
      return;
    }
    for (int r = 0; r < m; ) {
      int n = gather.next(m - r, k);
      kernels.gather(n, k, x, o, oo + r, t, w, wo, c, co + r * columns);
      r += n;
    }
  }

  @Override
  public void planar(
      int m, int k, float[] x, int xo, float[] w, int wo, int[] t, float[] c, int co, int cs) {
    if (planar.has(m)) {
      kernels.planar(m, k, x, xo, w, wo, t, c, co, cs);
      return;
    }
    for (int r = 0; r < m; ) {
      int n = planar.next(m - r, k);
      kernels.planar(n, k, x, xo + r, w, wo, t, c, co + r * cs, cs);
      r += n;
    }
  }

  @Override
  public void outer(
      int m, int k, float[] x, int xo, int xs, float[] w, int wo, int ws, float[] c, int co) {
    if (outer.has(m)) {
      kernels.outer(m, k, x, xo, xs, w, wo, ws, c, co);
      return;
    }
    for (int r = 0; r < m; ) {
      int n = outer.next(m - r, k);
      kernels.outer(n, k, x, xo + r, xs, w, wo, ws, c, co + r * columns);
      r += n;
    }
  }

  @Override
  public void product(Products p, int m, int k, int xo, int wo, int bo, int yo) {
    CompiledRows compiled = p.r() == null ? product : productAdd;
    if (compiled.has(m)) {
      kernels.product(p, m, k, xo, wo, bo, yo);
      return;
    }
    for (int r = 0; r < m; ) {
      int n = compiled.next(m - r, k);
      kernels.product(p, n, k, xo + r * p.xs(), wo, bo, yo + r * p.ys());
      r += n;
    }
  }
}
