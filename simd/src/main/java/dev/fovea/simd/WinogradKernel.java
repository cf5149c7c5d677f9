package dev.fovea.simd;

import dev.fovea.engine.kernel.Footprint;
import dev.fovea.engine.kernel.Operands;
import dev.fovea.engine.kernel.Span;
import dev.fovea.engine.kernel.TaskKernel;
import dev.fovea.op.Epilogue;

/**
 * Convolution with a 3×3 window and stride 1, and its transpose, by Winograd's minimal filtering: Y
 * = Aᵀ [(G g Gᵀ) ⊙ (Bᵀ d B)] A for each tile d of the image, summed over input channels.
 *
 * <p>The sums over channels are one matrix product [tiles, inner] · [inner, columns] per position
 * of a tile. Tiles that reach over the image's edge read zeros there. The bias is added to the
 * position of the point (1, 1), whose row of Aᵀ is all ones, so that it reaches every result once.
 */
final class WinogradKernel implements TaskKernel {
  /** Tiles that are transformed back together: their products stay in L1. */
  private static final int BACK = 4;

  private final Sliding s;
  private final WinogradTile tile;
  private final WinogradGeometry g;
  private final WinogradTiles all;
  private final WinogradWeights weights;
  private final Micro micro;
  private final TileMoves moves;
  private final Panels panels;
  private final Finish finish;
  private final boolean packed;
  private final int firstPhases;

  WinogradKernel(Sliding s, WinogradWeights weights, Epilogue epilogue, boolean packed) {
    this.s = s;
    this.weights = weights;
    this.tile = weights.tile();
    this.panels = weights.panels();
    this.micro = panels.micro();
    this.moves = TileMoves.of(micro.columns());
    this.g = WinogradGeometry.of(s, tile, panels);
    this.all = g.all();
    this.finish = new Finish(micro, epilogue);
    this.packed = packed;
    this.firstPhases = packed ? 0 : 1;
  }

  @Override
  public String algorithm() {
    return "winograd " + tile.size() + "×" + tile.size();
  }

  @Override
  public int phases() {
    return firstPhases + (g.shared() ? 2 * g.strips() : 1);
  }

  @Override
  public int tasks(int phase) {
    if (phase < firstPhases) {
      return weights.tasks();
    }
    if (!g.shared()) {
      return g.strips();
    }
    int local = phase - firstPhases;
    int tiles = g.tilesOf(local / 2);
    return local % 2 == 0 ? imageParts(tiles) : parts(tiles) * groups();
  }

  private int imageParts(int tiles) {
    return Ranges.clamp(tiles / 4, 1, 16);
  }

  private int parts(int tiles) {
    return Ranges.ceilDiv(tiles, g.part());
  }

  private int groups() {
    return Ranges.ceilDiv(panels.blocks(), g.group());
  }

  @Override
  public Footprint footprint() {
    Footprint f =
        Footprint.NONE
            .withWorkspace(imageAt() + (g.shared() ? g.imageSize() : 0))
            .withScratch(scratch())
            .withZeros(all.zeros());
    Epilogue e = finish.epilogue();
    return e.residual() ? f.over(e.residualInput()) : f;
  }

  private int scratch() {
    int own = productsAt() + tile.positions() * productStep();
    return packed ? own : Math.max(own, weights.scratch());
  }

  /** Returns where transformed tiles lie in the workspace: behind the weights. */
  private int imageAt() {
    return packed ? 0 : Ranges.roundUp(weights.size(), 16);
  }

  /** Own memory: offsets of rows, tiles' places, lines, own transformed tiles, products. */
  private int placesAt() {
    return 16;
  }

  private int linesAt() {
    return placesAt() + Ranges.roundUp(3 * g.part(), 16);
  }

  private int ownImageAt() {
    return linesAt() + all.scratch();
  }

  private int productsAt() {
    return ownImageAt() + (g.shared() ? 0 : g.imageSize());
  }

  private int productStep() {
    return g.group() * g.part() * micro.columns() + WinogradTiles.GAP;
  }

  @Override
  public void compute(int phase, int task, Operands operands, Span own) {
    Span shared = operands.workspace();
    if (phase < firstPhases) {
      Span w = operands.input(1);
      weights.transform(
          task, w.array(), w.offset(), shared.array(), shared.offset(), own.array(), own.offset());
      return;
    }
    if (!g.shared()) {
      int tiles = g.tilesOf(task);
      int first = task * g.strip();
      int image = own.offset() + ownImageAt();
      transform(operands.input(0), first, tiles, own.array(), image, own);
      for (int group = 0; group < groups(); group++) {
        multiply(operands, own.array(), image, first, tiles, group, own);
      }
      return;
    }
    int local = phase - firstPhases;
    int first = local / 2 * g.strip();
    int image = shared.offset() + imageAt();
    if (local % 2 == 0) {
      int tiles = g.tilesOf(local / 2);
      int from = Ranges.begin(task, imageParts(tiles), tiles);
      int to = Ranges.begin(task + 1, imageParts(tiles), tiles);
      int at = image + from * s.inner();
      transform(operands.input(0), first + from, to - from, shared.array(), at, own);
    } else {
      sharedProducts(operands, local / 2, task, image, own);
    }
  }

  private void sharedProducts(Operands operands, int strip, int task, int image, Span own) {
    int tiles = g.tilesOf(strip);
    int part = task % parts(tiles);
    int from = Ranges.begin(part, parts(tiles), tiles);
    int to = Ranges.begin(part + 1, parts(tiles), tiles);
    int first = strip * g.strip() + from;
    int at = image + from * s.inner();
    int group = task / parts(tiles);
    multiply(operands, operands.workspace().array(), at, first, to - from, group, own);
  }

  /** Transforms tiles into {@code v} as [position][tile][channel]. */
  private void transform(Span x, int first, int tiles, float[] v, int at, Span own) {
    int lines = own.offset() + linesAt();
    all.transform(
        x, first, tiles, TileRows.ALL, v, at, g.imageStep(), s.inner(), own.array(), lines);
  }

  /** Multiplies tiles by a group of blocks of columns, transforms back and stores. */
  private void multiply(
      Operands operands, float[] v, int at, int first, int tiles, int group, Span own) {
    float[] f = own.array();
    for (int i = 0; i < Micro.ROWS; i++) {
      f[own.offset() + i] = Float.intBitsToFloat(i * s.inner());
    }
    locate(first, tiles, f, own.offset() + placesAt());
    int b0 = group * g.group();
    int b1 = Math.min(panels.blocks(), b0 + g.group());
    int products = own.offset() + productsAt();
    int blockSize = g.part() * micro.columns();
    for (int p = 0; p < tile.positions(); p++) {
      for (int b = b0; b < b1; b++) {
        int to = products + p * productStep() + (b - b0) * blockSize;
        product(operands, p, b, tiles, v, at + p * g.imageStep(), to, own);
      }
    }
    for (int b = b0; b < b1; b++) {
      back(operands, b, tiles, products + (b - b0) * blockSize, own);
    }
  }

  private void product(
      Operands operands, int p, int block, int tiles, float[] v, int at, int to, Span own) {
    float[] f = own.array();
    Span w = packed ? operands.input(1) : operands.workspace();
    int panel = w.offset() + weights.at(block, p);
    int nr = micro.columns();
    int all = Ranges.ceilDiv(tiles, micro.maxRows());
    for (int i = 0; i < all; i++) {
      int t = Ranges.begin(i, all, tiles);
      int m = Ranges.begin(i + 1, all, tiles) - t;
      int c = to + t * nr;
      if (p == tile.side() + 1) {
        finish.start(operands, m, block * nr, panels.used(block), f, c);
      } else {
        moves.zero(m, f, c);
      }
      int x = at + t * s.inner();
      micro.rows(m, s.inner(), v, x, f, own.offset(), w.array(), panel, f, c);
    }
  }

  /**
   * Writes the output offset of each tile, how many rows of it lie inside, and how many columns.
   */
  private void locate(int first, int tiles, float[] f, int at) {
    int m = tile.size();
    for (int t = 0; t < tiles; t++) {
      int col = all.col(first + t);
      int row = all.row(first + t);
      int image = all.image(first + t);
      int pixel = (image * s.outHeight() + row) * s.outWidth() + col;
      f[at + t] = Float.intBitsToFloat(pixel * s.outChannels());
      f[at + g.part() + t] = Math.min(m, s.outHeight() - row);
      f[at + 2 * g.part() + t] = Math.min(m, s.outWidth() - col);
    }
  }

  private void back(Operands operands, int block, int tiles, int products, Span own) {
    float[] f = own.array();
    int side = tile.side();
    int step = productStep();
    int nr = micro.columns();
    for (int t = 0; t < tiles; t += BACK) {
      int count = Math.min(BACK, tiles - t);
      int n = count * nr;
      int at = products + t * nr;
      for (int col = 0; col < side; col++) {
        tile.result(n, f, at + col * step, side * step);
      }
      for (int row = 0; row < tile.size(); row++) {
        tile.result(n, f, at + row * side * step, step);
      }
      for (int row = 0; row < tile.size(); row++) {
        for (int col = 0; col < tile.size(); col++) {
          int results = at + (row * side + col) * step;
          store(operands, block, row, col, count, results, own, t);
        }
      }
    }
  }

  /** Stores one pixel of each of {@code count} tiles, those that lie inside the image. */
  private void store(
      Operands operands, int block, int row, int col, int count, int results, Span own, int t0) {
    float[] f = own.array();
    int nr = micro.columns();
    int places = own.offset() + placesAt() + t0;
    int shift = (row * s.outWidth() + col) * s.outChannels() + block * nr;
    int t = 0;
    while (t < count) {
      int from = t;
      while (t < count && inside(f, places + t, row, col)) {
        t++;
      }
      if (t > from) {
        int used = panels.used(block);
        finish.store(operands, t - from, shift, used, f, results + from * nr, f, places + from);
      }
      t++;
    }
  }

  private boolean inside(float[] f, int place, int row, int col) {
    return row < f[place + g.part()] && col < f[place + 2 * g.part()];
  }
}
