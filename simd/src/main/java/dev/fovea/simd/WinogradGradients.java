package dev.fovea.simd;

import dev.fovea.engine.kernel.Span;
import java.util.Arrays;

/**
 * The transform of the result's gradient for the weight gradient by Winograd's convolution: A dY Aᵀ
 * of each tile; pixels beyond the image's edge count as zeros.
 *
 * @param all the tiles
 * @param channels channels of the gradient
 * @param run most neighbouring tiles of a row whose rows are transformed together
 */
record WinogradGradients(WinogradTiles all, int channels, int run) {
  /** Floats of rows under transformation that stay in L1. */
  private static final int LINES = 8192;

  static WinogradGradients of(WinogradTiles all, int channels) {
    int tile = all.tile().side() * all.tile().size() * channels;
    return new WinogradGradients(all, channels, Ranges.clamp(LINES / tile, 1, all.cols()));
  }

  private int lineStep() {
    return Ranges.roundUp(run * all.tile().size() * channels, 16) + WinogradTiles.GAP;
  }

  /** Returns the floats of a worker's own memory that the transform takes. */
  int scratch() {
    return (all.tile().side() + all.tile().size()) * lineStep();
  }

  /**
   * Transforms tiles of {@code d}: position p of tile {@code first} + t begins at {@code u[at +
   * p·positionStep + t·tileStep]}.
   *
   * @param part the rows of positions that are wanted
   * @param own where {@link #scratch} floats of {@code f} are free
   */
  void transform(
      Span d,
      int first,
      int tiles,
      TileRows part,
      float[] u,
      int at,
      int positionStep,
      int tileStep,
      float[] f,
      int own) {
    int end = first + tiles;
    for (int t = first; t < end; ) {
      int n = all.runFrom(t, end, run);
      lines(d, t, n, part, f, own);
      columns(n, part, u, at + (t - first) * tileStep, positionStep, tileStep, f, own);
      t += n;
    }
  }

  /** Transforms the columns of a run of tiles into lines. */
  private void lines(Span d, int t, int n, TileRows part, float[] f, int own) {
    WinogradTile tile = all.tile();
    Sliding s = all.s();
    int pitch = s.outWidth() * channels;
    int from = d.offset() + (all.image(t) * s.outHeight() + all.row(t)) * pitch;
    from += all.col(t) * channels;
    int width = n * tile.size() * channels;
    int inside = Math.min(width, pitch - all.col(t) * channels);
    for (int i = 0; i < tile.side(); i++) {
      int line = own + i * lineStep();
      Arrays.fill(f, line + inside, line + width, 0);
    }
    int rows = Math.min(tile.size(), s.outHeight() - all.row(t));
    if (rows == tile.size()) {
      tile.gradient(inside, part, d.array(), from, pitch, f, own, lineStep());
      return;
    }
    int copy = own + tile.side() * lineStep();
    for (int i = 0; i < tile.size(); i++) {
      int to = copy + i * lineStep();
      if (i < rows) {
        System.arraycopy(d.array(), from + i * pitch, f, to, inside);
      } else {
        Arrays.fill(f, to, to + inside, 0);
      }
    }
    tile.gradient(inside, part, f, copy, lineStep(), f, own, lineStep());
  }

  /** Transforms the rows of each tile of a run from the lines into its place. */
  private void columns(
      int n, TileRows part, float[] u, int at, int positionStep, int tileStep, float[] f, int own) {
    WinogradTile tile = all.tile();
    for (int t = 0; t < n; t++) {
      for (int i = part.begin(tile.side()); i < part.end(tile.side()); i++) {
        int line = own + i * lineStep() + t * tile.size() * channels;
        int to = at + t * tileStep + i * tile.side() * positionStep;
        tile.gradient(channels, TileRows.ALL, f, line, channels, u, to, positionStep);
      }
    }
  }
}
