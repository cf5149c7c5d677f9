package dev.fovea.simd;

import dev.fovea.engine.kernel.Span;
import dev.fovea.simd.Sliding.Tap;
import java.util.Arrays;
import java.util.List;

/**
 * The tiles that Winograd's convolution cuts the images of a {@link Sliding} into, and the
 * transform of the input: Bᵀ d B of each. Tiles are numbered by image, row and column; those that
 * reach over the image's edge read zeros there.
 *
 * @param rows rows of tiles
 * @param cols columns of tiles
 * @param top the first input row of the first tile
 * @param left its first input column
 * @param run most neighbouring tiles of a row whose rows are transformed together
 */
record WinogradTiles(Sliding s, WinogradTile tile, int rows, int cols, int top, int left, int run) {
  /** Floats that part positions, lest a distance of whole pages puts all into one set of L1. */
  static final int GAP = 16;

  /** Floats of rows under transformation that stay in L1. */
  private static final int LINES = 8192;

  /** Floats in front of the lines, which hold the offsets of rows. */
  private static final int OFFSETS = 16;

  static WinogradTiles of(Sliding s, WinogradTile tile) {
    int m = tile.size();
    int cols = Ranges.ceilDiv(s.outWidth(), m);
    List<Tap> taps = s.grids().get(0).taps();
    return new WinogradTiles(
        s,
        tile,
        Ranges.ceilDiv(s.outHeight(), m),
        cols,
        taps.stream().mapToInt(Tap::dh).min().orElseThrow(),
        taps.stream().mapToInt(Tap::dw).min().orElseThrow(),
        Ranges.clamp((LINES / (tile.side() * s.inner()) - 2) / m, 1, Math.min(cols, 16)));
  }

  /** Returns the number of tiles of all images. */
  int count() {
    return Math.multiplyExact(s.n(), Math.multiplyExact(rows, cols));
  }

  /** Returns how many columns of the image a run of so many tiles reads. */
  private int width(int tiles) {
    return tile.size() * tiles + 2;
  }

  /** Returns how far rows under transformation lie apart. */
  private int lineStep() {
    return Ranges.roundUp(width(run) * s.inner(), 16) + GAP;
  }

  /** Returns the floats of a worker's own memory that the transform takes. */
  int scratch() {
    return OFFSETS + tile.side() * lineStep();
  }

  /** Returns how many zeros before the images stand for a row outside them. */
  int zeros() {
    boolean reaches = s.padded() || s.outHeight() % tile.size() != 0;
    return reaches ? Math.min(width(run), s.inWidth()) * s.inner() : 0;
  }

  /** Returns the output row that a tile begins at. */
  int row(int t) {
    return t / cols % rows * tile.size();
  }

  /** Returns the output column that a tile begins at. */
  int col(int t) {
    return t % cols * tile.size();
  }

  /** Returns the image of a tile. */
  int image(int t) {
    return t / cols / rows;
  }

  /** Returns how many tiles, of those from {@code t} before {@code end}, one run takes. */
  int runFrom(int t, int end, int most) {
    return Math.min(most, Math.min(cols - t % cols, end - t));
  }

  /**
   * Transforms tiles of {@code x}: position p of tile {@code first} + t begins at {@code v[at +
   * p·positionStep + t·tileStep]}.
   *
   * @param part the rows of positions that are wanted
   * @param own where {@link #scratch} floats of {@code f} are free
   */
  void transform(
      Span x,
      int first,
      int tiles,
      TileRows part,
      float[] v,
      int at,
      int positionStep,
      int tileStep,
      float[] f,
      int own) {
    int end = first + tiles;
    for (int t = first; t < end; ) {
      int n = runFrom(t, end, run);
      lines(x, t, n, part, f, own);
      columns(n, part, v, at + (t - first) * tileStep, positionStep, tileStep, f, own);
      t += n;
    }
  }

  /** Transforms the columns of a run of tiles into lines. */
  private void lines(Span x, int t, int n, TileRows part, float[] f, int own) {
    int c = s.inner();
    int width = width(n);
    int topRow = row(t) + top;
    int leftCol = col(t) + left;
    int from = Ranges.clamp(-leftCol, 0, width);
    int to = Math.max(from, Math.min(width, s.inWidth() - leftCol));
    for (int i = 0; i < tile.side(); i++) {
      int h = topRow + i;
      boolean inside = h >= 0 && h < s.inHeight();
      int offset = x.offset() + ((image(t) * s.inHeight() + h) * s.inWidth() + leftCol + from) * c;
      f[own + i] = Float.intBitsToFloat(inside ? offset : 0);
      int line = own + OFFSETS + i * lineStep();
      Arrays.fill(f, line, line + from * c, 0);
      Arrays.fill(f, line + to * c, line + width * c, 0);
    }
    int line = own + OFFSETS + from * c;
    tile.image((to - from) * c, part, x.array(), f, own, f, line, lineStep());
  }

  /** Transforms the rows of each tile of a run from the lines into its place. */
  private void columns(
      int n, TileRows part, float[] v, int at, int positionStep, int tileStep, float[] f, int own) {
    int c = s.inner();
    int side = tile.side();
    for (int t = 0; t < n; t++) {
      for (int i = part.begin(side); i < part.end(side); i++) {
        int line = own + OFFSETS + i * lineStep() + t * tile.size() * c;
        int to = at + t * tileStep + i * side * positionStep;
        tile.image(c, f, line, c, v, to, positionStep);
      }
    }
  }
}
