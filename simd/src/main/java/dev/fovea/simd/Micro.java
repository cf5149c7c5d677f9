package dev.fovea.simd;

import dev.fovea.engine.kernel.Span;

/**
 * The innermost loops of every contraction: m rows × {@link #columns} columns of sums of products.
 *
 * <p>A tile of accumulators is {@code m} rows of {@code columns()} floats at {@code c[co]}; each
 * kernel loads it, adds k products to each sum and stores it. The other factor is a panel {@code
 * w[wo + i · columns() + j]}. Row offsets travel as the raw bits of floats ({@link
 * Float#floatToRawIntBits}), since a worker's own memory holds floats.
 */
public abstract class Micro {
  /** The stride of row-offset tables and of transposed panels: the most rows a tile can have. */
  public static final int ROWS = 12;

  /** The most rows of a {@link #product}. */
  public static final int PRODUCT_ROWS = 14;

  /** For those who extend it. */
  protected Micro() {}

  /** Returns the number of columns of a tile and of a panel. */
  public abstract int columns();

  /** Returns the most rows whose accumulators stay in registers. */
  public abstract int maxRows();

  /** Returns the most rows of a {@link #product} whose sums stay in registers. */
  public abstract int maxProductRows();

  /**
   * Returns how many rows of a {@link #products} are computed fastest at once.
   *
   * @param pixels all rows
   * @param blocks blocks of columns of a row
   * @param k products of a sum
   */
  public int productRows(int pixels, int blocks, int k) {
    return maxProductRows();
  }

  /** Returns whether {@link #products} has memory fetched that is wanted soon. */
  public boolean fetchesAhead() {
    return false;
  }

  /** Returns the most rows of an {@link #outer} whose sums stay in registers. */
  public abstract int maxOuterRows();

  /** A kind of loop that may have much to do at once. */
  public enum Kind {
    /** {@link Micro#rows}. */
    ROWS,
    /** {@link Micro#gather} and {@link Micro#patches}. */
    GATHER,
    /** {@link Micro#product}. */
    PRODUCT
  }

  /** Says that a kind of loop will soon have much to do, if so. */
  public void expect(boolean much, Kind kind) {}

  /**
   * Returns whether a kind of loop for m rows is as fast as it can be; if not, it will be compiled
   * once a first prediction is likely to have ended.
   */
  public boolean isCompiled(Kind kind, int m) {
    return true;
  }

  /** Returns whether {@link #patches} of m rows is better than {@link #gather}. */
  public boolean takesPatches(int m) {
    return true;
  }

  /** Adds Σ x[xo + o(r) + i] · w[i, :] to row r. */
  public abstract void rows(
      int m, int k, float[] x, int xo, float[] o, int oo, float[] w, int wo, float[] c, int co);

  /** Adds Σ x[o(r) + t[i]] · w[i, :] to row r. */
  public abstract void gather(
      int m, int k, float[] x, float[] o, int oo, int[] t, float[] w, int wo, float[] c, int co);

  /**
   * Stores max(bias + Σ x[o(r) + t[i]] · w[i, :], floor) as row r of y, rows {@code ys} apart: a
   * whole tile of {@link #maxRows} rows.
   */
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
    if (m == ROWS) {
      PatchLoops.twelve(k, x, o, oo, t, w, wo, bias, bo, floor, y, yo, ys);
    } else {
      PatchLoops.six(k, x, o, oo, t, w, wo, bias, bo, floor, y, yo, ys);
    }
  }

  /** Adds Σ x[xo + 12·i + r] · w[wo + t[i], :] to row r; rows of sums are {@code cs} apart. */
  public abstract void planar(
      int m, int k, float[] x, int xo, float[] w, int wo, int[] t, float[] c, int co, int cs);

  /**
   * Adds Σ x[xo + xs·i + r] · w[wo + ws·i, :] to row r: a sum of outer products. It begins at zero,
   * so that rounding errors of a long sum that is cut into pieces grow with the pieces' length.
   */
  public abstract void outer(
      int m, int k, float[] x, int xo, int xs, float[] w, int wo, int ws, float[] c, int co);

  /**
   * Stores a tile of m rows of one block of columns, whose sums never leave the registers: row r is
   * {@code bias + Σ x[xo + r · xs + i] · w[i, :]} over i < k, plus the residual if there is one,
   * and at least 0 if the bounds say so. A limit above is left to {@link #products}.
   *
   * @param xo where the tile's first row begins, counted from where x does; so are wo, bo and yo
   * @param yo where its first result lies, and the first residual
   */
  public abstract void product(Products p, int m, int k, int xo, int wo, int bo, int yo);

  /**
   * Does as {@link #product} for neighbouring blocks of columns and keeps results within the
   * bounds: block j reads the panel that begins {@code j · k · columns()} floats behind the first
   * and the bias {@code j · bs} floats behind the first. May have memory fetched meanwhile that is
   * wanted soon: a quarter of what the panels take.
   */
  public void products(
      Products p, int blocks, int m, int k, int xo, int wo, int bo, int yo, Span soon) {
    for (int j = 0; j < blocks; j++) {
      product(p, m, k, xo, wo + j * k * columns(), bo + j * p.bs(), yo + j * columns());
    }
    p.bounds().lower(m, p.y().array(), p.y().offset() + yo, p.ys(), blocks * columns());
  }
}
