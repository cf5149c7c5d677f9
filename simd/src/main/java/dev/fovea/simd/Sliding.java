package dev.fovea.simd;

import dev.fovea.op.Contraction.Conv2d;
import dev.fovea.op.Contraction.ConvTranspose2d;
import dev.fovea.op.Window2d;
import dev.fovea.tensor.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The geometry shared by a convolution, its transpose and the matrix product: which input pixels
 * each output pixel sums over.
 *
 * <p>Output pixels fall into grids; pixel (i, j) of a grid reads, for its tap t, the input pixel
 * (i·strideHeight + dh[t], j·strideWidth + dw[t]), zero outside. A convolution has one grid; a
 * transposed one has a grid per parity of its stride. Images may be a batch of matrices.
 *
 * @param groupIn distance between groups in the input
 * @param groupOut distance between groups in the output
 * @param inner inputs summed per tap
 * @param columns results per pixel and group
 */
record Sliding(
    int n,
    int inHeight,
    int inWidth,
    int inChannels,
    int outHeight,
    int outWidth,
    int outChannels,
    int groups,
    int groupIn,
    int groupOut,
    int inner,
    int columns,
    int strideHeight,
    int strideWidth,
    List<Grid> grids) {

  /**
   * A regular subset of the output's pixels with its taps.
   *
   * @param rows how many rows of pixels
   * @param cols how many columns
   * @param top the first output row
   * @param left the first output column
   * @param stepDown output rows from one to the next
   * @param stepRight output columns from one to the next
   * @param taps the taps
   */
  record Grid(int rows, int cols, int top, int left, int stepDown, int stepRight, List<Tap> taps) {}

  /** A place of the window: input offset and position among the weights. */
  record Tap(int dh, int dw, int weight) {}

  static Sliding of(Conv2d op, Shape x, Shape w, Shape y) {
    Window2d v = op.window();
    List<Tap> taps = new ArrayList<>();
    for (int i = 0; i < v.taps(); i++) {
      int dh = i / v.kernelWidth() * v.dilationHeight() - v.padTop();
      int dw = i % v.kernelWidth() * v.dilationWidth() - v.padLeft();
      taps.add(new Tap(dh, dw, i));
    }
    Grid grid = new Grid(y.dim(1), y.dim(2), 0, 0, 1, 1, List.copyOf(taps));
    int k = y.dim(3) / op.groups();
    return new Sliding(
        x.dim(0),
        x.dim(1),
        x.dim(2),
        x.dim(3),
        y.dim(1),
        y.dim(2),
        y.dim(3),
        op.groups(),
        w.dim(2),
        k,
        w.dim(2),
        k,
        v.strideHeight(),
        v.strideWidth(),
        List.of(grid));
  }

  static Sliding of(ConvTranspose2d op, Shape y, Shape w, Shape x) {
    Window2d v = op.window();
    List<Grid> grids = new ArrayList<>();
    for (int r = 0; r < v.strideHeight(); r++) {
      for (int c = 0; c < v.strideWidth(); c++) {
        int rows = Math.max(0, Ranges.ceilDiv(x.dim(1) - r, v.strideHeight()));
        int cols = Math.max(0, Ranges.ceilDiv(x.dim(2) - c, v.strideWidth()));
        if (rows > 0 && cols > 0) {
          grids.add(new Grid(rows, cols, r, c, v.strideHeight(), v.strideWidth(), parity(v, r, c)));
        }
      }
    }
    int k = y.dim(3) / op.groups();
    return new Sliding(
        y.dim(0),
        y.dim(1),
        y.dim(2),
        y.dim(3),
        x.dim(1),
        x.dim(2),
        x.dim(3),
        op.groups(),
        k,
        w.dim(2),
        k,
        w.dim(2),
        1,
        1,
        List.copyOf(grids));
  }

  /** Returns the taps that lead from rows ≡ r and columns ≡ c to whole pixels of the small side. */
  private static List<Tap> parity(Window2d v, int r, int c) {
    List<Tap> taps = new ArrayList<>();
    for (int i = 0; i < v.taps(); i++) {
      int dh = r + v.padTop() - i / v.kernelWidth() * v.dilationHeight();
      int dw = c + v.padLeft() - i % v.kernelWidth() * v.dilationWidth();
      if (Math.floorMod(dh, v.strideHeight()) == 0 && Math.floorMod(dw, v.strideWidth()) == 0) {
        taps.add(
            new Tap(Math.floorDiv(dh, v.strideHeight()), Math.floorDiv(dw, v.strideWidth()), i));
      }
    }
    return List.copyOf(taps);
  }

  /** Returns the geometry of {@code batch} products of [m, k] and [k, n]. */
  static Sliding product(int batch, int m, int k, int n) {
    Grid grid = new Grid(1, m, 0, 0, 1, 1, List.of(new Tap(0, 0, 0)));
    return new Sliding(1, 1, m, k, 1, m, n, batch, m * k, m * n, k, n, 1, 1, List.of(grid));
  }

  /** Returns the same with pairs of channels in the place of channels: even numbers of them. */
  Sliding ofPairs() {
    return new Sliding(
        n,
        inHeight,
        inWidth,
        inChannels / 2,
        outHeight,
        outWidth,
        outChannels,
        groups,
        groupIn / 2,
        groupOut,
        inner / 2,
        columns,
        strideHeight,
        strideWidth,
        grids);
  }

  /** Returns how many numbers the input has; those of a batch of products are its groups. */
  int inputs() {
    return Math.max(n * inHeight * inWidth * inChannels, groups * groupIn);
  }

  /** Returns whether later weights are read further up and left, as the transpose does. */
  boolean rotated() {
    List<Tap> taps = grids.get(0).taps();
    Tap last = taps.get(taps.size() - 1);
    return last.dh() < taps.get(0).dh() || last.dw() < taps.get(0).dw();
  }

  /**
   * Returns whether there is one grid whose taps are the first of the weights, in their order, so
   * that sums may run straight over a panel. A transposed convolution whose result has one row or
   * column has one grid too, but its stride leaves out some taps.
   */
  boolean sumsStraight() {
    List<Tap> taps = grids.get(0).taps();
    return grids.size() == 1
        && IntStream.range(0, taps.size()).allMatch(i -> taps.get(i).weight() == i);
  }

  /** Returns whether each output pixel reads the input pixel of its own place and no other. */
  boolean isPointwise() {
    return readsOnePixel()
        && strideHeight * strideWidth == 1
        && inHeight == outHeight
        && inWidth == outWidth;
  }

  /** Returns whether each output pixel (i, j) reads (i·strideHeight, j·strideWidth) alone. */
  boolean readsOnePixel() {
    Grid grid = grids.get(0);
    return grids.size() == 1
        && grid.taps().equals(List.of(new Tap(0, 0, 0)))
        && grid.rows() == outHeight
        && grid.cols() == outWidth
        && (outHeight - 1) * strideHeight < inHeight
        && (outWidth - 1) * strideWidth < inWidth;
  }

  /** Returns whether a tap of some pixel lies outside the image. */
  boolean padded() {
    return grids.stream().anyMatch(g -> g.taps().stream().anyMatch(t -> outside(g, t)));
  }

  private boolean outside(Grid g, Tap t) {
    return t.dh() < 0
        || t.dw() < 0
        || (g.rows() - 1) * strideHeight + t.dh() >= inHeight
        || (g.cols() - 1) * strideWidth + t.dw() >= inWidth;
  }
}
