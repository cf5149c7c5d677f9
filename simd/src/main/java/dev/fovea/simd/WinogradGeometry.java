package dev.fovea.simd;

import dev.fovea.simd.Sliding.Tap;
import java.util.List;

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
  /** Floats that part positions, lest a distance of whole pages puts all into one set of L1. */
  static final int GAP = 16;

  /** Floats of transformed tiles a task keeps: half of an L2 cache of 1 MiB. */
  private static final int KEPT = 131_072;

  /** Floats of transformed weights above which they do not stay in a cache between tasks. */
  private static final int WEIGHTS = 1 << 20;

  /** Columns multiplied before results are transformed back. */
  private static final int COLUMNS = 64;

  /** Tiles of a strip that workers share. */
  private static final int SHARED = 96;

  /** Tiles of such a strip that one task multiplies. */
  private static final int PART = 48;

  /** Floats of rows under transformation that stay in L1. */
  private static final int LINES = 8192;

  static WinogradGeometry of(Sliding s, WinogradTile tile, Panels panels) {
    int m = tile.size();
    int rows = Ranges.ceilDiv(s.outHeight(), m);
    int cols = Ranges.ceilDiv(s.outWidth(), m);
    int tiles = Math.multiplyExact(s.n(), Math.multiplyExact(rows, cols));
    int run = Ranges.clamp((LINES / (tile.side() * s.inner()) - 2) / m, 1, Math.min(cols, 16));
    Cut cut = cut(s, tile, tiles, panels);
    List<Tap> taps = s.grids().get(0).taps();
    return new WinogradGeometry(
        s,
        tile,
        rows,
        cols,
        taps.stream().mapToInt(Tap::dh).min().orElseThrow(),
        taps.stream().mapToInt(Tap::dw).min().orElseThrow(),
        cut.strip(),
        cut.shared(),
        cut.part(),
        cut.group(),
        run);
  }

  private record Cut(int strip, boolean shared, int part, int group) {}

  private static Cut cut(Sliding s, WinogradTile tile, int tiles, Panels panels) {
    int blocks = panels.blocks();
    int group = Ranges.clamp(COLUMNS / panels.width(), 1, blocks);
    int fit = KEPT / (tile.positions() * s.inner()) / 12 * 12;
    int own = Ranges.clamp(fit, 12, tile == WinogradTile.FOUR ? 24 : 48);
    int strips = Ranges.ceilDiv(tiles, own);
    long weights = (long) tile.positions() * s.inner() * s.columns();
    if (weights <= WEIGHTS && strips >= 8) {
      int strip = Ranges.ceilDiv(tiles, strips);
      return new Cut(strip, false, strip, group);
    }
    int strip = Math.min(tiles, SHARED);
    int parts = Ranges.ceilDiv(strip, PART);
    int most = Math.max(1, blocks * parts / 8);
    return new Cut(strip, true, Ranges.ceilDiv(strip, parts), Math.min(group, most));
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
    int sign = s.rotated() ? -1 : 1;
    for (int i = 0; i < 9; i++) {
      if (!grid.taps()
          .get(i)
          .equals(new Tap(a.dh() + sign * (i / 3), a.dw() + sign * (i % 3), i))) {
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
