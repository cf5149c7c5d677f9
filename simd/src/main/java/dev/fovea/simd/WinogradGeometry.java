package dev.fovea.simd;

import dev.fovea.simd.Sliding.Tap;

/**
 * The tiles of Winograd's convolution on the images of a {@link Sliding} and how they are cut.
 *
 * <p>Where strips are many and the weights moderate, a task does a strip: it transforms its tiles
 * into memory of its own, which stays in its L2 cache, multiplies and transforms back. Else all
 * workers transform a larger strip into shared memory first and then share the blocks of columns
 * out, so that weights that do not fit into a cache are read once per strip, not once per task.
 *
 * @param strip tiles per strip
 * @param shared whether workers share the transformed tiles of a strip
 * @param part tiles of a strip that one task multiplies
 * @param group blocks of columns that are multiplied before results are transformed back
 * @param run most neighbouring tiles of a row whose rows are transformed together
 */
record WinogradGeometry(
    Sliding s,
    WinogradTile tile,
    int tileRows,
    int tileCols,
    int top,
    int left,
    int strip,
    boolean shared,
    int part,
    int group,
    int run) {
  /** Lines of 64 bytes that part positions, lest they fall into the same sets of a cache. */
  static final int GAP = 16;

  /** Floats of transformed tiles a task keeps: half of an L2 cache of 1 MiB. */
  private static final int KEPT = 131_072;

  /** Floats of transformed weights above which they do not stay in a cache between tasks. */
  private static final int WEIGHTS = 1 << 20;

  /** Columns multiplied before results are transformed back. */
  private static final int COLUMNS = 64;

  /** Floats of rows under transformation that stay in L1. */
  private static final int LINES = 8192;

  static WinogradGeometry of(Sliding s, WinogradTile tile, Panels panels) {
    int m = tile.size();
    int rows = Ranges.ceilDiv(s.outHeight(), m);
    int cols = Ranges.ceilDiv(s.outWidth(), m);
    int tiles = Math.multiplyExact(s.n(), rows * cols);
    int top = s.grids().get(0).taps().stream().mapToInt(Tap::dh).min().orElseThrow();
    int left = s.grids().get(0).taps().stream().mapToInt(Tap::dw).min().orElseThrow();
    int p = tile.positions();
    int fit = KEPT / (p * s.inner()) / 12 * 12;
    int strip = Ranges.clamp(fit, 12, 864 / p);
    long weights = (long) p * s.inner() * s.columns();
    boolean shared = weights > WEIGHTS || Ranges.ceilDiv(tiles, strip) < 8;
    int group = Math.max(1, COLUMNS / panels.width());
    int part = strip;
    if (shared) {
      part = 48;
      strip = Math.min(tiles, 96);
      part = Ranges.ceilDiv(strip, Ranges.ceilDiv(strip, part));
      int parts = Ranges.ceilDiv(strip, part);
      group = Math.min(group, Math.max(1, panels.blocks() * parts / 8));
    } else {
      strip = Ranges.ceilDiv(tiles, Ranges.ceilDiv(tiles, strip));
      part = strip;
    }
    int run = Ranges.clamp((LINES / (tile.side() * s.inner()) - 2) / m, 1, Math.min(cols, 16));
    return new WinogradGeometry(
        s, tile, rows, cols, top, left, strip, shared, part, Math.min(group, panels.blocks()), run);
  }

  /** Returns whether Winograd's convolution can compute this. */
  static boolean suits(Sliding s) {
    if (s.groups() != 1 || s.grids().size() != 1 || s.strideHeight() != 1 || s.strideWidth() != 1) {
      return false;
    }
    var grid = s.grids().get(0);
    if (grid.stepDown() != 1 || grid.stepRight() != 1 || grid.taps().size() != 9) {
      return false;
    }
    Tap a = grid.taps().get(0);
    for (int i = 0; i < 9; i++) {
      Tap t = grid.taps().get(i);
      int sign = grid.taps().get(8).dh() > a.dh() ? 1 : -1;
      if (t.weight() != i
          || t.dh() != a.dh() + sign * (i / 3)
          || t.dw() != a.dw() + sign * (i % 3)) {
        return false;
      }
    }
    return s.inner() % Species.FULL.length() == 0;
  }

  int tiles() {
    return s.n() * tileRows * tileCols;
  }

  int strips() {
    return Ranges.ceilDiv(tiles(), strip);
  }

  int tilesOf(int strip) {
    return Math.min(this.strip, tiles() - strip * this.strip);
  }

  /** Returns how far positions of transformed tiles lie apart. */
  int imageStep() {
    return Ranges.roundUp(strip * s.inner(), 16) + GAP;
  }

  int imageSize() {
    return tile.positions() * imageStep();
  }

  /** Returns how many columns of the image a run of so many tiles reads. */
  int width(int tiles) {
    return tile.size() * tiles + 2;
  }

  /** Returns how far rows under transformation lie apart. */
  int lineStep() {
    return Ranges.roundUp(width(run) * s.inner(), 16) + GAP;
  }

  int lineSize() {
    return tile.side() * lineStep();
  }

  /** Returns how many zeros stand for a row outside the image. */
  int zeros() {
    return Math.min(width(run), s.inWidth()) * s.inner();
  }
}
