package dev.fovea.simd;

import dev.fovea.engine.kernel.Operands;
import java.util.Arrays;

/**
 * Partial sums of a correlation in the workspace: tiles of rows × columns for each share of the
 * pixels, each group of channels and each block of columns.
 *
 * @param g the geometry of the sums
 * @param width the columns of a tile
 * @param split how rows fall into tiles: the channels of each tap, or all pairs of tap and channel
 * @param shares the number of shares
 */
record TileSums(Correlation g, int width, Split split, int shares) {
  /** Floats that may be held. */
  private static final int MOST = 4 << 20;

  /** Below so many floats of one share one task adds them up. */
  private static final int FEW = 16_384;

  /** Returns the sums in as many shares as are wanted and may be held. */
  static TileSums of(Correlation g, int width, Split split, int wanted) {
    int most = Math.max(1, MOST / Math.max(1, new TileSums(g, width, split, 1).size()));
    return new TileSums(g, width, split, Ranges.clamp(wanted, 1, most));
  }

  /** Returns the sums of tiles whose rows are pairs of tap and channel, over so many strips. */
  static TileSums ofPairs(Correlation g, int width, int mostRows, int strips) {
    Split split = Split.of(g.window().taps() * g.inner(), mostRows);
    return of(g, width, split, g.flops() < Ranges.SMALL ? 1 : Math.min(16, strips));
  }

  /** A share of the pixels of a group, and blocks of columns from b0 to b1. */
  record Part(int share, int group, int b0, int b1) {}

  /** Returns the number of parts of all shares and groups, enough of them for the work. */
  int parts() {
    return shares * g.groups() * columnParts();
  }

  private int columnParts() {
    return Math.min(blocks(), Ranges.ceilDiv(g.usefulTasks(), shares * g.groups()));
  }

  /** Returns a part. */
  Part part(int index) {
    int parts = columnParts();
    int column = index % parts;
    int b0 = Ranges.begin(column, parts, blocks());
    int b1 = Ranges.begin(column + 1, parts, blocks());
    return new Part(index / parts / g.groups(), index / parts % g.groups(), b0, b1);
  }

  /** Returns the number of blocks of columns. */
  int blocks() {
    return Ranges.ceilDiv(g.columns(), width);
  }

  /** Returns the number of tiles of a block. */
  int tiles() {
    return pairs() ? split.blocks() : g.window().taps() * split.blocks();
  }

  private boolean pairs() {
    return split.extent() == g.window().taps() * g.inner();
  }

  int tileSize() {
    return split.size() * width;
  }

  /** Returns how many floats all shares take. */
  int size() {
    int slab = Math.multiplyExact(g.groups() * blocks() * tiles(), tileSize());
    return Math.multiplyExact(shares, slab);
  }

  /** Returns where a tile lies in the workspace. */
  int at(Operands operands, int share, int group, int block, int tile) {
    int index = ((share * g.groups() + group) * blocks() + block) * tiles() + tile;
    return operands.workspace().offset() + index * tileSize();
  }

  /** Sets some neighbouring tiles of a block to zero. */
  void clear(Operands operands, int share, int group, int block, int tile, int count) {
    int at = at(operands, share, group, block, tile);
    Arrays.fill(operands.workspace().array(), at, at + count * tileSize(), 0);
  }

  /** Sets the tiles of a part to zero. */
  void clear(Operands operands, Part p) {
    clear(operands, p.share, p.group, p.b0, 0, (p.b1 - p.b0) * tiles());
  }

  /** Returns the number of tasks that add the shares up. */
  int tasks() {
    return size() / shares < FEW ? 1 : Math.min(32, all());
  }

  private int all() {
    return g.groups() * blocks() * g.window().taps();
  }

  /** Adds the shares of a task's groups, blocks and taps in their order, and stores the results. */
  void gather(int task, Operands operands) {
    int end = Ranges.begin(task + 1, tasks(), all());
    for (int i = Ranges.begin(task, tasks(), all()); i < end; i++) {
      int tap = i % g.window().taps();
      int block = i / g.window().taps() % blocks();
      int group = i / g.window().taps() / blocks();
      for (int c = 0; c < g.inner(); c++) {
        gather(group, block, tap, c, operands);
      }
    }
  }

  private void gather(int group, int block, int tap, int channel, Operands operands) {
    float[] w = operands.workspace().array();
    float[] y = operands.output().array();
    int used = Math.min(width, g.columns() - block * width);
    int row = tap * g.inner() + channel;
    int to = operands.output().offset() + group * g.outGroup() + block * width + row * g.outRow();
    int number = pairs() ? row : channel;
    int tile = (pairs() ? 0 : tap * split.blocks()) + number / split.size();
    int within = (number - split.begin(number / split.size())) * width;
    System.arraycopy(w, at(operands, 0, group, block, tile) + within, y, to, used);
    for (int share = 1; share < shares; share++) {
      int more = at(operands, share, group, block, tile) + within;
      for (int j = 0; j < used; j++) {
        y[to + j] += w[more + j];
      }
    }
  }
}
