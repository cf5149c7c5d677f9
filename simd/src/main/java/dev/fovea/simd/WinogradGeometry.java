package dev.fovea.simd;

import dev.fovea.simd.Sliding.Tap;

/**
 * How the tiles of Winograd's convolution are cut into tasks.
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
 */
record WinogradGeometry(WinogradTiles all, int strip, boolean shared, int part, int group) {
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

  static WinogradGeometry of(Sliding s, WinogradTile tile, Panels panels) {
    WinogradTiles all = WinogradTiles.of(s, tile);
    int tiles = all.count();
    int blocks = panels.blocks();
    int group = Ranges.clamp(COLUMNS / panels.width(), 1, blocks);
    int fit = KEPT / (tile.positions() * s.inner()) / 12 * 12;
    int own = Ranges.clamp(fit, 12, tile == WinogradTile.FOUR ? 24 : 48);
    int strips = Ranges.ceilDiv(tiles, own);
    long weights = (long) tile.positions() * s.inner() * s.columns();
    if (weights <= WEIGHTS && strips >= 8) {
      int strip = Ranges.ceilDiv(tiles, strips);
      return new WinogradGeometry(all, strip, false, strip, group);
    }
    int strip = Math.min(tiles, SHARED);
    int parts = Ranges.ceilDiv(strip, PART);
    int most = Math.max(1, blocks * parts / 8);
    return new WinogradGeometry(
        all, strip, true, Ranges.ceilDiv(strip, parts), Math.min(group, most));
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
    return s.inner() % Species.FLOATS.length() == 0;
  }

  private int tiles() {
    return all.count();
  }

  int strips() {
    return Ranges.ceilDiv(tiles(), strip);
  }

  int tilesOf(int strip) {
    return Math.min(this.strip, tiles() - strip * this.strip);
  }

  /** Returns how far positions of transformed tiles lie apart. */
  int imageStep() {
    return Ranges.roundUp(strip * all.s().inner(), 16) + WinogradTiles.GAP;
  }

  int imageSize() {
    return all.tile().positions() * imageStep();
  }
}
