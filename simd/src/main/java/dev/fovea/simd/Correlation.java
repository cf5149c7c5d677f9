package dev.fovea.simd;

import dev.fovea.op.Contraction.ConvWeightGradient;
import dev.fovea.op.Window2d;
import dev.fovea.tensor.Shape;

/**
 * The geometry of sums over pixels: result (tap, c, k) = Σ over pixels p of x(p·stride + tap, c) ·
 * d(p, k), for a convolution's weight gradient and for Aᵀ·B.
 *
 * @param height rows of x
 * @param width columns of x
 * @param xPixel distance between neighbouring pixels of x
 * @param dPixel distance between neighbouring pixels of d
 * @param dColumn distance between neighbouring columns k of d
 * @param rows rows of d
 * @param cols columns of pixels of d
 * @param inner c: channels of x per group
 * @param columns k: channels of d per group
 * @param xGroup distance between groups in x
 * @param dGroup distance between groups in d
 * @param outGroup distance between groups in the result
 * @param outRow distance between (tap, c) and (tap, c + 1) in the result
 * @param pairs whether neighbouring pixels are summed in pairs, so that lines of planes are even
 */
record Correlation(
    Window2d window,
    int n,
    int height,
    int width,
    int xPixel,
    int dPixel,
    int dColumn,
    int rows,
    int cols,
    int groups,
    int inner,
    int columns,
    int xGroup,
    int dGroup,
    int outGroup,
    int outRow,
    boolean pairs) {

  static Correlation of(ConvWeightGradient op, Shape x, Shape dy) {
    int c = x.dim(3) / op.groups();
    int k = dy.dim(3) / op.groups();
    if (op.groups() == 1 && op.window().equals(Window2d.of(1, 1))) {
      return product(1, c, x.elements() / Math.max(1, c), k, false);
    }
    return new Correlation(
        op.window(),
        x.dim(0),
        x.dim(1),
        x.dim(2),
        x.dim(3),
        dy.dim(3),
        1,
        dy.dim(1),
        dy.dim(2),
        op.groups(),
        c,
        k,
        c,
        k,
        k,
        dy.dim(3),
        false);
  }

  /** Returns the geometry of {@code batch} products [k, m]ᵀ · [k, n], or · [n, k]ᵀ. */
  static Correlation product(int batch, int m, int k, int n, boolean transposeB) {
    int pixel = transposeB ? 1 : n;
    int column = transposeB ? k : 1;
    int cols = row(k);
    return new Correlation(
        Window2d.of(1, 1),
        1,
        k / cols,
        cols,
        m,
        pixel,
        column,
        k / cols,
        cols,
        batch,
        m,
        n,
        k * m,
        k * n,
        m * n,
        n,
        false);
  }

  /** Returns this geometry with pixels in pairs. */
  Correlation ofPairs() {
    return new Correlation(
        window, n, height, width, xPixel, dPixel, dColumn, rows, cols, groups, inner, columns,
        xGroup, dGroup, outGroup, outRow, true);
  }

  /** Returns the row of the image that a row of a plane is. */
  int inputRow(int plane, int row) {
    int h = row * window.strideHeight() + plane / planesAcross();
    return h - window.padTop();
  }

  /** Returns the column of the image that a column of a plane is. */
  int inputCol(int plane, int col) {
    return col * window.strideWidth() + plane % planesAcross() - window.padLeft();
  }

  /** Returns the largest divisor of k that is at most 64: as many pixels as a row is given. */
  private static int row(int k) {
    int d = Math.min(k, 64);
    while (d > 1 && k % d != 0) {
      d--;
    }
    return Math.max(1, d);
  }

  /** Returns how many pixels of so many channels leave room in an L2 cache of 1 MiB. */
  private static int pixels(int inner, int columns) {
    return Ranges.clamp(98_304 / Math.max(1, inner + columns), 128, 1024);
  }

  /** Returns the number of planes that x falls into by the parity of its strides and is read in. */
  int planes() {
    return Math.min(window.strideHeight(), window.spanHeight()) * planesAcross();
  }

  /** Returns how many planes lie side by side: as many as the window reaches. */
  int planesAcross() {
    return Math.min(window.strideWidth(), window.spanWidth());
  }

  /** Returns the rows of a plane that {@code r} rows of d need. */
  int planeRows(int r) {
    return r - 1 + Ranges.ceilDiv(window.spanHeight(), window.strideHeight());
  }

  /** Returns the columns of a plane. */
  int planeCols() {
    int n = cols - 1 + Ranges.ceilDiv(window.spanWidth(), window.strideWidth());
    return pairs ? Ranges.roundUp(n, 2) : n;
  }

  /** Returns how far into its strip of x (planes of {@code r} rows of d) a tap begins. */
  int tapOffset(int tap, int r) {
    int h = tap / window.kernelWidth() * window.dilationHeight();
    int w = tap % window.kernelWidth() * window.dilationWidth();
    int plane = h % window.strideHeight() * planesAcross() + w % window.strideWidth();
    int row = plane * planeRows(r) + h / window.strideHeight();
    return row * planeCols() + w / window.strideWidth();
  }

  /** Returns into how many strips of at most {@code r} rows all images are cut. */
  int strips(int r) {
    return n * Ranges.ceilDiv(rows, r);
  }

  int stripPixels(int r) {
    return planes() * planeRows(r) * planeCols();
  }

  /** Returns how many pixels a strip should have: what a part needs of it lies in an L2 cache. */
  int stripTarget(Parts p) {
    int fit = pixels(planes() * inner / p.rows(), columns / p.columns());
    return pairs ? 2 * fit : fit;
  }

  /**
   * Into how many parts the channels of x and the columns of d are cut.
   *
   * @param rows parts of x's channels
   * @param columns parts of d's columns
   */
  record Parts(int rows, int columns) {
    /** Sums that lie in an L2 cache beside their pixels. */
    private static final int SUMS = 65_536;

    /** Pixels that are worth a share of their own. */
    private static final int SHARE = 256;

    /**
     * Returns parts whose sums fit, and enough of them for the work if the pixels are few; at most
     * as many as there are blocks.
     */
    static Parts of(Correlation g, int rowBlocks, int columnBlocks) {
      // Parts of pairs are rounded anew for each of the others: fewer are faster.
      int most = g.pairs && g.window.taps() > 1 ? 4 * SUMS : SUMS;
      long sums = (long) g.window.taps() * g.inner * g.columns;
      int shares = Math.max(1, g.n * g.rows * g.cols / SHARE) * g.groups;
      int enough = Ranges.ceilDiv(g.usefulTasks(), shares);
      int r = 1;
      int c = 1;
      while (((long) r * c * most < sums || r * c < enough) && r * c < rowBlocks * columnBlocks) {
        boolean down = g.planes() * g.inner / r >= g.columns / c;
        if (c == columnBlocks || (down && r < rowBlocks)) {
          r = Math.min(2 * r, rowBlocks);
        } else {
          c = Math.min(2 * c, columnBlocks);
        }
      }
      return new Parts(r, c);
    }
  }

  /** Returns for how many tasks there is work enough. */
  int usefulTasks() {
    return Ranges.clamp(flops() / 2_000_000, 1, 16);
  }

  long flops() {
    return 2L * n * rows * cols * window.taps() * inner * columns * groups;
  }
}
