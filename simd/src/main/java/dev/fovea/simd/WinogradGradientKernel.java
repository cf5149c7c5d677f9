package dev.fovea.simd;

import dev.fovea.engine.kernel.Footprint;
import dev.fovea.engine.kernel.Operands;
import dev.fovea.engine.kernel.Span;
import dev.fovea.engine.kernel.TaskKernel;

/**
 * The weight gradient of a convolution with a 3×3 window and stride 1 by Winograd's minimal
 * filtering: dW = Gᵀ [Σ (A dY Aᵀ) ⊙ (Bᵀ X B)] G, summed over the tiles of all images.
 *
 * <p>The sum over tiles is one matrix product per position of a tile. Each sum runs over fixed
 * strips of tiles in their order, and partial sums of fixed shares of the strips are added in
 * theirs, so that the result does not depend on the number of threads.
 */
final class WinogradGradientKernel implements TaskKernel {
  /** Tiles that one call of a micro-kernel sums over: a panel of so many stays in L1. */
  private static final int DEPTH = 128;

  /** Floats of each position that are transformed back together. */
  private static final int BACK = 256;

  /**
   * Parts of the transforms that are tasks of their own where workers share a strip: in the order
   * of the products that read them, so that the same thread is likely to do both.
   */
  private static final TileRows[] HALVES = {TileRows.UPPER, TileRows.LOWER};

  private final WinogradSums g;
  private final WinogradTiles all;
  private final WinogradGradients gradients;
  private final Micro micro;
  private final TileMoves moves;

  WinogradGradientKernel(WinogradSums g) {
    this.g = g;
    this.all = g.all();
    this.gradients = WinogradGradients.of(all, g.columns());
    this.micro = g.micro();
    this.moves = TileMoves.of(micro.columns());
  }

  @Override
  public int phases() {
    return g.shared() && !g.once() ? 2 * g.strips() + 1 : 2;
  }

  @Override
  public int tasks(int phase) {
    if (phase == phases() - 1) {
      return g.once() ? g.blocks() * g.parts() : Math.min(64, units());
    }
    if (!g.shared()) {
      return g.shares();
    }
    return phase % 2 == 0
        ? HALVES.length * stripParts(g.tilesOf(phase / 2))
        : g.positions() * g.parts();
  }

  private int stripParts(int tiles) {
    return Ranges.clamp(tiles / 4, 1, 16);
  }

  /** Returns how many pieces of the result there are: rows of sums that are transformed at once. */
  private int units() {
    return g.blocks() * Ranges.ceilDiv(g.inner(), backRows());
  }

  private int backRows() {
    return Math.min(g.inner(), BACK / micro.columns());
  }

  @Override
  public Footprint footprint() {
    return Footprint.NONE.withWorkspace(workspace()).withScratch(scratch()).withZeros(all.zeros());
  }

  private int workspace() {
    int sums = Math.multiplyExact(g.shares(), g.sumSize());
    return g.shared() ? Math.addExact(sums, g.stripSize()) : sums;
  }

  private int scratch() {
    int sums = g.positions() * (g.once() ? onceStep() : BACK);
    int back = sums + (3 * all.tile().side() + 9) * BACK + backRows();
    return Math.max(back, stripAt() + (g.shared() ? 0 : g.stripSize()));
  }

  /** Returns how far positions of the sums that a task computes at once lie apart. */
  private int onceStep() {
    return Ranges.roundUp(g.rows() * micro.columns(), 16) + WinogradTiles.GAP;
  }

  /** Own memory: lines of the image, lines of the gradient, own strip. */
  private int gradientLinesAt() {
    return Ranges.roundUp(all.scratch(), 16);
  }

  private int stripAt() {
    return gradientLinesAt() + Ranges.roundUp(gradients.scratch(), 16);
  }

  @Override
  public void compute(int phase, int task, Operands operands, Span own) {
    Span shared = operands.workspace();
    if (phase == phases() - 1 && g.once()) {
      once(task, operands, own);
    } else if (phase == phases() - 1) {
      for (int i = Ranges.begin(task, tasks(phase), units());
          i < Ranges.begin(task + 1, tasks(phase), units());
          i++) {
        back(i, operands, own);
      }
    } else if (!g.shared()) {
      share(task, operands, own);
    } else if (phase % 2 == 0) {
      int strip = phase / 2;
      int parts = stripParts(g.tilesOf(strip));
      int from = Ranges.begin(task % parts, parts, g.tilesOf(strip));
      int to = Ranges.begin(task % parts + 1, parts, g.tilesOf(strip));
      TileRows half = HALVES[task / parts];
      transform(
          operands, strip, from, to, half, shared.array(), shared.offset() + g.sumSize(), own);
    } else {
      int b0 = Ranges.begin(task % g.parts(), g.parts(), g.blocks());
      int b1 = Ranges.begin(task % g.parts() + 1, g.parts(), g.blocks());
      int at = shared.offset() + g.sumSize();
      int tiles = g.tilesOf(phase / 2);
      multiply(task / g.parts(), b0, b1, tiles, shared.array(), at, operands, 0, phase == 1);
    }
  }

  /** Computes the sums of one share of the strips. */
  private void share(int share, Operands operands, Span own) {
    int begin = Ranges.begin(share, g.shares(), g.strips());
    int end = Ranges.begin(share + 1, g.shares(), g.strips());
    int at = own.offset() + stripAt();
    for (int strip = begin; strip < end; strip++) {
      int tiles = g.tilesOf(strip);
      transform(operands, strip, 0, tiles, TileRows.ALL, own.array(), at, own);
      for (int p = 0; p < g.positions(); p++) {
        boolean first = strip == begin;
        multiply(p, 0, g.blocks(), tiles, own.array(), at, operands, share, first);
      }
    }
  }

  /** Transforms the tiles {@code from} to {@code to} of a strip that lies at {@code v[at]}. */
  private void transform(
      Operands operands, int strip, int from, int to, TileRows part, float[] v, int at, Span own) {
    int first = strip * g.strip() + from;
    float[] f = own.array();
    int image = at + from * g.imageTile();
    int lines = own.offset();
    Span x = operands.input(0);
    all.transform(x, first, to - from, part, v, image, g.imageStep(), g.imageTile(), f, lines);
    int gradient = at + g.positions() * g.imageStep() + from * g.gradientTile();
    lines += gradientLinesAt();
    Span d = operands.input(1);
    gradients.transform(
        d, first, to - from, part, v, gradient, g.gradientStep(), g.gradientTile(), f, lines);
  }

  /** Adds a strip's products of one position and some blocks of columns to their sums. */
  private void multiply(
      int p,
      int b0,
      int b1,
      int tiles,
      float[] v,
      int at,
      Operands operands,
      int share,
      boolean first) {
    Span sums = operands.workspace();
    int to = sums.offset() + share * g.sumSize() + p * g.sumStep();
    int pieces = Ranges.ceilDiv(tiles, DEPTH);
    for (int i = 0; i < pieces; i++) {
      int t = Ranges.begin(i, pieces, tiles);
      int depth = Ranges.begin(i + 1, pieces, tiles) - t;
      for (int b = b0; b < b1; b++) {
        int c = to + b * g.inner() * micro.columns();
        product(p, b, t, depth, 0, g.inner(), v, at, sums.array(), c, first && i == 0);
      }
    }
  }

  /** Adds products of one position, block of columns and some tiles and rows to their sums. */
  private void product(
      int p,
      int block,
      int t,
      int depth,
      int row0,
      int rows,
      float[] v,
      int at,
      float[] sums,
      int to,
      boolean first) {
    int image = at + p * g.imageStep() + t * g.imageTile() + row0;
    int gradient = at + g.positions() * g.imageStep() + p * g.gradientStep();
    int w = gradient + t * g.gradientTile() + block * micro.columns();
    int pieces = Ranges.ceilDiv(rows, micro.maxOuterRows());
    for (int i = 0; i < pieces; i++) {
      int row = Ranges.begin(i, pieces, rows);
      int m = Ranges.begin(i + 1, pieces, rows) - row;
      int c = to + row * micro.columns();
      if (first) {
        moves.zero(m, sums, c);
      }
      micro.outer(m, depth, v, image + row, g.imageTile(), v, w, g.gradientTile(), sums, c);
    }
  }

  /** Computes all sums of some rows of a block of columns, transforms and stores them. */
  private void once(int task, Operands operands, Span own) {
    int block = task / g.parts();
    int from = Ranges.begin(task % g.parts(), g.parts(), g.inner());
    int rows = Ranges.begin(task % g.parts() + 1, g.parts(), g.inner()) - from;
    Span v = operands.workspace();
    float[] f = own.array();
    int tiles = g.tilesOf(0);
    for (int p = 0; p < g.positions(); p++) {
      int to = own.offset() + p * onceStep();
      int pieces = Ranges.ceilDiv(tiles, DEPTH);
      for (int i = 0; i < pieces; i++) {
        int t = Ranges.begin(i, pieces, tiles);
        int depth = Ranges.begin(i + 1, pieces, tiles) - t;
        product(p, block, t, depth, from, rows, v.array(), v.offset(), f, to, i == 0);
      }
    }
    int lines = own.offset() + g.positions() * onceStep();
    for (int row = 0; row < rows; row += backRows()) {
      int some = Math.min(backRows(), rows - row);
      int nr = micro.columns();
      int at = own.offset() + row * nr;
      int taps = taps(some * nr, f, at, onceStep(), f, lines);
      store(block, from + row, some, operands, own, taps);
    }
  }

  /** Adds the shares' sums of some rows of a block of columns, transforms and stores them. */
  private void back(int unit, Operands operands, Span own) {
    int nr = micro.columns();
    int block = unit % g.blocks();
    int row = unit / g.blocks() * backRows();
    int rows = Math.min(backRows(), g.inner() - row);
    int n = rows * nr;
    float[] f = own.array();
    Span shared = operands.workspace();
    int from = shared.offset() + (block * g.inner() + row) * nr;
    int lines = own.offset() + g.positions() * BACK;
    int taps;
    if (g.shares() == 1) {
      taps = taps(n, shared.array(), from, g.sumStep(), f, lines);
    } else {
      for (int p = 0; p < g.positions(); p++) {
        add(n, shared.array(), from + p * g.sumStep(), f, own.offset() + p * BACK);
      }
      taps = taps(n, f, own.offset(), BACK, f, lines);
    }
    store(block, row, rows, operands, own, taps);
  }

  private void add(int n, float[] sums, int from, float[] f, int to) {
    System.arraycopy(sums, from, f, to, n);
    for (int share = 1; share < g.shares(); share++) {
      int more = from + share * g.sumSize();
      for (int i = 0; i < n; i++) {
        f[to + i] += sums[more + i];
      }
    }
  }

  /** Transforms sums by 3·side lines at {@code lines} to nine taps; returns where these lie. */
  private int taps(int n, float[] sums, int from, int step, float[] f, int lines) {
    int side = all.tile().side();
    int taps = lines + 3 * side * BACK;
    for (int col = 0; col < side; col++) {
      int to = lines + col * BACK;
      all.tile().taps(n, sums, from + col * step, side * step, f, to, side * BACK);
    }
    for (int row = 0; row < 3; row++) {
      int at = lines + row * side * BACK;
      all.tile().taps(n, f, at, BACK, f, taps + 3 * row * BACK, BACK);
    }
    return taps;
  }

  private void store(int block, int row, int rows, Operands operands, Span own, int taps) {
    float[] f = own.array();
    int nr = micro.columns();
    int table = taps + 9 * BACK;
    for (int r = 0; r < rows; r++) {
      f[table + r] = Float.intBitsToFloat(r * g.columns());
    }
    Span y = operands.output();
    int used = Math.min(nr, g.columns() - block * nr);
    for (int tap = 0; tap < 9; tap++) {
      int to = y.offset() + (tap * g.inner() + row) * g.columns() + block * nr;
      moves.store(rows, used, f, taps + tap * BACK, 0, f, table, y.array(), to);
    }
  }
}
