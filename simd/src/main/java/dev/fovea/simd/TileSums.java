package dev.fovea.simd;

import dev.fovea.kernel.Operands;
import java.util.Arrays;

/**
 * Partial sums of a correlation in the workspace: tiles of rows × columns for each share of the
 * pixels, each group of channels and each block of columns.
 *
 * @param g the geometry of the sums
 * @param width the columns of a tile
 * @param blocks the number of blocks of columns
 * @param tiles the number of tiles of a block
 * @param shares the number of shares
 */
record TileSums(Correlation g, int width, int blocks, int tiles, int shares) {
  /** Floats that may be held. */
  private static final int MOST = 4 << 20;

  /** Below so many floats of one share one task adds them up. */
  private static final int FEW = 16_384;

  /** Where the sums of a row (tap, channel) lie: the tile and the row within it. */
  interface Rows {
    int tile(int tap, int channel);

    int within(int tap, int channel);
  }

  /** Returns the sums in as many shares as are wanted and may be held. */
  static TileSums of(Correlation g, int width, int blocks, int tiles, int wanted) {
    TileSums one = new TileSums(g, width, blocks, tiles, 1);
    int most = Math.max(1, MOST / Math.max(1, one.slab()));
    return new TileSums(g, width, blocks, tiles, Ranges.clamp(wanted, 1, most));
  }

  int tileSize() {
    return Micro.ROWS * width;
  }

  private int slab() {
    return Math.multiplyExact(g.groups() * blocks * tiles, tileSize());
  }

  int size() {
    return Math.multiplyExact(shares, slab());
  }

  /** Returns where a tile lies in the workspace. */
  int at(Operands operands, int share, int group, int block, int tile) {
    int index = ((share * g.groups() + group) * blocks + block) * tiles + tile;
    return operands.workspace().offset() + index * tileSize();
  }

  void clearTile(Operands operands, int share, int group, int block, int tile) {
    int at = at(operands, share, group, block, tile);
    Arrays.fill(operands.workspace().array(), at, at + tileSize(), 0);
  }

  /** Sets all tiles of blocks b0 to b1 to zero. */
  void clear(Operands operands, int share, int group, int b0, int b1) {
    int from = at(operands, share, group, b0, 0);
    int to = at(operands, share, group, b1, 0);
    Arrays.fill(operands.workspace().array(), from, to, 0);
  }

  /** Returns the number of tasks that add the shares up. */
  int tasks() {
    return slab() < FEW ? 1 : Math.min(32, all());
  }

  private int all() {
    return g.groups() * blocks * g.window().taps();
  }

  /** Adds the shares of a task's groups, blocks and taps in their order, and stores the results. */
  void gather(int task, Rows rows, Operands operands) {
    int end = Ranges.begin(task + 1, tasks(), all());
    for (int i = Ranges.begin(task, tasks(), all()); i < end; i++) {
      int tap = i % g.window().taps();
      int block = i / g.window().taps() % blocks;
      int group = i / g.window().taps() / blocks;
      for (int c = 0; c < g.inner(); c++) {
        gather(group, block, tap, c, rows, operands);
      }
    }
  }

  private void gather(int group, int block, int tap, int c, Rows rows, Operands operands) {
    float[] w = operands.workspace().array();
    float[] y = operands.output().array();
    int used = Math.min(width, g.columns() - block * width);
    int row = tap * g.inner() + c;
    int to = operands.output().offset() + group * g.outGroup() + block * width + row * g.outRow();
    int tile = rows.tile(tap, c);
    int within = rows.within(tap, c) * width;
    System.arraycopy(w, at(operands, 0, group, block, tile) + within, y, to, used);
    for (int share = 1; share < shares; share++) {
      int more = at(operands, share, group, block, tile) + within;
      for (int j = 0; j < used; j++) {
        y[to + j] += w[more + j];
      }
    }
  }
}
