package dev.fovea.machine;

import dev.fovea.engine.kernel.Span;
import dev.fovea.machine.kernel.KernelSet;
import dev.fovea.machine.kernel.KernelSet.Bounded;
import dev.fovea.machine.kernel.TileShape;
import dev.fovea.machine.memory.Code;
import dev.fovea.simd.Bounds;
import dev.fovea.simd.Micro;
import dev.fovea.simd.Products;

/**
 * Micro-kernels in machine code. Sums that machine code would be at for too long at once are left
 * to the kernels of the Vector API.
 */
final class MachineMicro extends Micro {
  /**
   * Products of one call: some 50 µs, since a JVM that wants all threads to stop waits for the end
   * of a call.
   */
  static final int MOST = 1 << 21;

  private static final long BYTES = Float.BYTES;

  private final Micro rest;
  private final TileShape shape;
  private final int columns;
  private final KernelSet kernels;
  private final boolean wide;
  private final LeastWork least;
  private final boolean ahead;

  /**
   * Creates it with less than a least work left to the rest.
   *
   * @param ahead whether products have memory fetched that is wanted soon
   */
  MachineMicro(Micro rest, TileShape shape, LeastWork least, boolean ahead) {
    this(rest, shape, new KernelSet(shape, ahead), least, ahead);
  }

  private MachineMicro(
      Micro rest, TileShape shape, KernelSet kernels, LeastWork least, boolean ahead) {
    this.rest = rest;
    this.shape = shape;
    this.columns = shape.columns();
    this.kernels = kernels;
    this.wide = shape.hasWide();
    this.least = least;
    this.ahead = ahead;
  }

  /** Returns these kernels with nothing left to the rest that they can do. */
  MachineMicro always() {
    return new MachineMicro(rest, shape, kernels, LeastWork.ANY, ahead);
  }

  @Override
  public int columns() {
    return columns;
  }

  @Override
  public int maxRows() {
    return rest.maxRows();
  }

  @Override
  public int maxProductRows() {
    return rest.maxProductRows();
  }

  /** Seven rows of two panels need no second look at the first factor. */
  @Override
  public int productRows(int pixels, int blocks, int k) {
    boolean sevens =
        wide
            && blocks > 1
            && pixels % KernelSet.WIDE_ROWS == 0
            && 2 * KernelSet.WIDE_ROWS * k >= least.wide();
    return sevens ? KernelSet.WIDE_ROWS : maxProductRows();
  }

  @Override
  public boolean fetchesAhead() {
    return ahead;
  }

  @Override
  public int maxOuterRows() {
    return rest.maxOuterRows();
  }

  @Override
  public boolean takesPatches(int m) {
    return rest.takesPatches(m);
  }

  /** Returns whether a call for a tile does not take too long. */
  private boolean isBrief(int m, int k) {
    return (long) m * k * columns <= MOST;
  }

  /**
   * Returns whether so many products per column are worth the price of a call: as long as the rest
   * is not compiled any are.
   */
  private boolean isWorthACall(long products, int least, Kind kind, int m) {
    return products >= least || !rest.isCompiled(kind, m);
  }

  @Override
  public void rows(
      int m, int k, float[] x, int xo, float[] o, int oo, float[] w, int wo, float[] c, int co) {
    Code code = isWorthACall((long) m * k, least.rows(), Kind.ROWS, m) ? kernels.rows(m) : null;
    if (code == null) {
      rest.rows(m, k, x, xo, o, oo, w, wo, c, co);
      return;
    }
    Reach.checkRowsAt(xo, m, o, oo, k, x.length);
    Reach.check(wo, (long) k * columns, w.length);
    Reach.check(co, (long) m * columns, c.length);
    int most = MOST / (m * columns);
    for (int i = 0; i < k; i += most) {
      int n = Math.min(most, k - i);
      long panel = BYTES * (wo + i * columns);
      code.call(
          x, w, c, c, c, o, BYTES * (xo + i), panel, 0, 0, BYTES * co, BYTES * oo, n, 0, 0, 0, 0);
    }
  }

  @Override
  public void gather(
      int m, int k, float[] x, float[] o, int oo, int[] t, float[] w, int wo, float[] c, int co) {
    boolean worth = isWorthACall((long) m * k, least.gather(), Kind.GATHER, m);
    Code code = worth && isBrief(m, k) ? kernels.gather(m) : null;
    if (code == null) {
      rest.gather(m, k, x, o, oo, t, w, wo, c, co);
      return;
    }
    Reach.check(0, k, t.length);
    Reach.check(oo, m, o.length);
    Reach.check(wo, (long) k * columns, w.length);
    Reach.check(co, (long) m * columns, c.length);
    Reach.checkSteps(
        code.call(
            x,
            w,
            c,
            t,
            c,
            o,
            0,
            BYTES * wo,
            0,
            0,
            BYTES * co,
            BYTES * oo,
            k,
            Reach.leastStep(m, o, oo),
            greatestStep(m, x, o, oo),
            0,
            0));
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
    boolean worth = isWorthACall((long) m * k, least.patches(), Kind.GATHER, m);
    Code code = worth && isBrief(m, k) ? kernels.patches(m) : null;
    if (code == null) {
      rest.patches(m, k, x, o, oo, t, w, wo, bias, bo, floor, y, yo, ys);
      return;
    }
    Reach.check(0, k, t.length);
    Reach.check(oo, m, o.length);
    Reach.check(wo, (long) k * columns, w.length);
    Reach.check(bo, columns, bias.length);
    Reach.checkRows(yo, m, ys, columns, y.length);
    Reach.checkSteps(
        code.call(
            x,
            w,
            bias,
            t,
            y,
            o,
            0,
            BYTES * wo,
            BYTES * bo,
            0,
            BYTES * yo,
            BYTES * oo,
            k,
            Reach.leastStep(m, o, oo),
            greatestStep(m, x, o, oo),
            Float.floatToRawIntBits(floor),
            BYTES * ys));
  }

  /** Returns the greatest step that leads no row out of x. */
  private static long greatestStep(int m, float[] x, float[] o, int oo) {
    return x.length - 1L - Reach.greatest(m, o, oo);
  }

  @Override
  public void planar(
      int m, int k, float[] x, int xo, float[] w, int wo, int[] t, float[] c, int co, int cs) {
    Code code = (long) m * k >= least.planar() && isBrief(m, k) ? kernels.planar(m) : null;
    if (code == null) {
      rest.planar(m, k, x, xo, w, wo, t, c, co, cs);
      return;
    }
    Reach.checkRows(xo, k, ROWS, m, x.length);
    Reach.check(0, k, t.length);
    Reach.checkRows(co, m, cs, columns, c.length);
    Reach.checkSteps(
        code.call(
            x,
            w,
            c,
            t,
            c,
            c,
            BYTES * xo,
            BYTES * wo,
            0,
            0,
            BYTES * co,
            0,
            k,
            -wo,
            (long) w.length - columns - wo,
            BYTES * cs,
            0));
  }

  @Override
  public void outer(
      int m, int k, float[] x, int xo, int xs, float[] w, int wo, int ws, float[] c, int co) {
    Code code = (long) m * k >= least.outer() && isBrief(m, k) ? kernels.outer(m) : null;
    if (code == null) {
      rest.outer(m, k, x, xo, xs, w, wo, ws, c, co);
      return;
    }
    Reach.checkRows(xo, k, xs, m, x.length);
    Reach.checkRows(wo, k, ws, columns, w.length);
    Reach.check(co, (long) m * columns, c.length);
    code.call(
        x,
        w,
        c,
        c,
        c,
        c,
        BYTES * xo,
        BYTES * wo,
        0,
        0,
        BYTES * co,
        0,
        k,
        BYTES * xs,
        BYTES * ws,
        0,
        0);
  }

  @Override
  public void product(Products p, int m, int k, int xo, int wo, int bo, int yo) {
    Bounded bounded = p.bounds().raises() ? Bounded.BELOW : Bounded.NOT;
    if (!computes(bounded, p, 1, m, k, xo, wo, bo, yo, p.w())) {
      rest.product(p, m, k, xo, wo, bo, yo);
    }
  }

  @Override
  public void products(
      Products p, int blocks, int m, int k, int xo, int wo, int bo, int yo, Span soon) {
    if (!computes(bounded(p.bounds()), p, blocks, m, k, xo, wo, bo, yo, soon)) {
      rest.products(p, blocks, m, k, xo, wo, bo, yo, soon);
    }
  }

  /** Computes products unless they are left to the rest; returns whether it did. */
  private boolean computes(
      Bounded bounded,
      Products p,
      int blocks,
      int m,
      int k,
      int xo,
      int wo,
      int bo,
      int yo,
      Span soon) {
    boolean few = wide && m <= KernelSet.WIDE_ROWS && blocks > 1;
    boolean paired = few && 2L * m * k >= least.wide();
    long products = (paired ? 2L : 1) * m * k;
    boolean worth = isWorthACall(products, least.product(), Kind.PRODUCT, m);
    boolean fits = worth && isBrief(m, k);
    boolean adds = p.r() != null;
    Code single = fits ? kernels.product(m, adds, bounded) : null;
    Code pairs = fits && paired ? kernels.wideProduct(m, adds, bounded) : single;
    if (single == null || pairs == null) {
      return false;
    }
    Span added = p.r() == null ? p.y() : p.r();
    int x = p.x().offset() + xo;
    int w = p.w().offset() + wo;
    int b = p.b().offset() + bo;
    int r = added.offset() + yo;
    int y = p.y().offset() + yo;
    Reach.checkRows(x, m, p.xs(), k, p.x().array().length);
    Reach.check(w, (long) blocks * k * columns, p.w().array().length);
    Reach.checkRows(b, blocks, p.bs(), columns, p.b().array().length);
    Reach.checkRows(y, m, p.ys(), (long) blocks * columns, p.y().array().length);
    Reach.checkRows(r, m, p.ys(), (long) blocks * columns, added.array().length);
    int most = Math.max(2, MOST / Math.max(1, m * k * columns));
    for (int j = 0; j < blocks; ) {
      int n = Math.min(most, blocks - j);
      boolean both = paired && n > 1;
      int calls = both ? n / 2 : n;
      (both ? pairs : single)
          .call(
              p.x().array(),
              p.w().array(),
              p.b().array(),
              added.array(),
              p.y().array(),
              soon.array(),
              BYTES * x,
              BYTES * (w + (long) j * k * columns),
              BYTES * (b + j * p.bs()),
              BYTES * (r + j * columns),
              BYTES * (y + j * columns),
              BYTES * (soon.offset() + (long) j * (k / 4) * columns),
              BYTES * p.xs(),
              BYTES * p.ys(),
              k | (long) Float.floatToRawIntBits(p.bounds().most()) << Integer.SIZE,
              calls,
              BYTES * p.bs());
      j += both ? 2 * calls : calls;
    }
    return true;
  }

  private static Bounded bounded(Bounds b) {
    if (b.lowers()) {
      return Bounded.ON_BOTH_SIDES;
    }
    return b.raises() ? Bounded.BELOW : Bounded.NOT;
  }
}
