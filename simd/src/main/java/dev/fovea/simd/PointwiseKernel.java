package dev.fovea.simd;

import dev.fovea.engine.kernel.Footprint;
import dev.fovea.engine.kernel.Operands;
import dev.fovea.engine.kernel.Span;
import dev.fovea.engine.kernel.TaskKernel;
import dev.fovea.op.Epilogue;
import java.util.Arrays;
import java.util.Optional;

/**
 * Convolution 1×1 and matrix product: each output pixel reads a single input pixel.
 *
 * <p>The sums of a tile begin in registers with bias and residual and are stored from there, so
 * that nothing but results fills the store buffer while memory fetches their lines. A tile's blocks
 * of columns follow each other, as the result lies in memory, while their panels stay in the L2
 * cache. Functions that are no bounds, such as a sigmoid, are applied to a tile's results after
 * that.
 */
final class PointwiseKernel implements TaskKernel {
  /** Floats of panels that may be swept at once: half of an L2 cache of 1 MiB. */
  private static final int PANELS = 131_072;

  /** Floats of panels to sweep at once where those of the next sweep are fetched meanwhile. */
  private static final int PANELS_AHEAD = 32_768;

  /** Tiles of a sweep, each of which fetches a part of the next sweep's panels. */
  private static final int FETCHING = 4;

  /** Tiles whose inputs are read again for each sweep. */
  private static final int TILES = 16;

  /** About how many tasks there should be. */
  private static final int TASKS = 16;

  private static final int MOST_INNER = 4096;

  /**
   * Rows at a multiple of this many floats share a place in the L1 cache, which has few ways.
   * Processors for which memory is fetched ahead have more.
   */
  private static final int ALIAS = 1024;

  private static final int WAYS = 8;
  private static final int MR = Micro.PRODUCT_ROWS;

  private final Sliding s;
  private final Panels panels;
  private final Epilogue epilogue;
  private final Bounds bounds;

  /** Whether results are activated where they are stored: products know bounds alone. */
  private final boolean activatesStored;

  private final Finish finish;
  private final boolean packed;
  private final int nr;
  private final int tiles;
  private final int tileRows;
  private final int chunks;
  private final int blockParts;
  private final TaskOrder order;
  private final int blocksAtOnce;
  private final boolean ahead;

  /**
   * Whether rows are copied first: they are rounded, have a stride, or would share places in the L1
   * cache.
   */
  private final boolean copied;

  PointwiseKernel(Sliding s, Panels panels, Epilogue epilogue, boolean packed) {
    this.s = s;
    this.panels = panels;
    this.epilogue = epilogue;
    Optional<Bounds> known = Bounds.of(epilogue.activation());
    this.bounds = known.orElse(Bounds.NONE);
    this.activatesStored = known.isEmpty();
    this.finish = new Finish(panels.micro(), epilogue);
    this.packed = packed;
    Micro micro = panels.micro();
    this.nr = micro.columns();
    this.ahead = micro.fetchesAhead();
    int pixels = pixels();
    this.tiles = tiles(pixels, micro.productRows(pixels, panels.blocks(), panels.lines()));
    this.tileRows = Ranges.ceilDiv(pixels, tiles);
    boolean small = 2L * pixels * s.inner() * s.columns() * s.groups() < Ranges.SMALL;
    int even = Math.max(ahead ? 2 * FETCHING : 4, Ranges.ceilDiv(tiles * s.groups(), 24));
    this.chunks = small ? 1 : Ranges.ceilDiv(tiles, Math.min(TILES, even));
    // What is fetched ahead wants rows of results whole rather than parts alike.
    int all = chunks * s.groups();
    int wanted = ahead ? Math.max(1, TASKS / all) : Ranges.ceilDiv(TASKS, all);
    this.blockParts = small ? 1 : Math.min(panels.blocks(), wanted);
    long numbers = (long) pixels * (s.inChannels() + s.outChannels());
    this.order = TaskOrder.of(chunks, blockParts, panels.size(), numbers);
    int swept = ahead && s.isPointwise() ? PANELS_AHEAD : PANELS;
    this.blocksAtOnce = Math.max(1, swept / Math.max(1, panels.lines() * nr));
    boolean alias = !ahead && s.inChannels() % ALIAS == 0 && tileRows > WAYS;
    this.copied = rounds() || !s.isPointwise() || (alias && panels.blocks() > blockParts);
  }

  /** Returns whether a geometry is for this kernel. */
  static boolean suits(Sliding s) {
    return s.readsOnePixel() && s.inner() >= 1 && s.inner() <= MOST_INNER;
  }

  /**
   * Returns the number of tiles of at most so many rows that computes fewest rows twice; a tile
   * costs about half a row more than its rows.
   */
  private static int tiles(int pixels, int mostRows) {
    int best = Math.max(1, Ranges.ceilDiv(pixels, mostRows));
    int most = Ranges.ceilDiv(pixels, Math.max(1, mostRows * 2 / 3));
    for (int t = best + 1; t <= most; t++) {
      if (cost(pixels, t) < cost(pixels, best)) {
        best = t;
      }
    }
    return best;
  }

  private static long cost(int pixels, int tiles) {
    return tiles * (2L * Ranges.ceilDiv(pixels, tiles) + 1);
  }

  private int pixels() {
    return s.n() * s.outHeight() * s.outWidth();
  }

  @Override
  public String algorithm() {
    return rounds() ? "pointwise bf16" : "pointwise";
  }

  @Override
  public int phases() {
    return packed ? 1 : 2;
  }

  @Override
  public int tasks(int phase) {
    return isPacking(phase) ? panels.tasks() : order.tasks() * s.groups();
  }

  private boolean isPacking(int phase) {
    return !packed && phase == 0;
  }

  @Override
  public Footprint footprint() {
    int workspace = packed ? 0 : panels.size();
    Footprint f = Footprint.NONE.withWorkspace(workspace).withScratch(scratch());
    return epilogue.residual() ? f.over(epilogue.residualInput()) : f;
  }

  /**
   * A line of bias, a table of offsets, a tile for the last, partial block of columns, and rows
   * where they have to be moved apart.
   */
  private int scratch() {
    return copiesAt() + (copied ? MR * rowStep() : 0);
  }

  private int copiesAt() {
    return sums() + MR * nr;
  }

  /** Returns where the sums of a tile lie that is computed aside. */
  private int sums() {
    return nr + 16;
  }

  /** Returns the distance between the input's rows of a tile. */
  private int rowStep() {
    return copied ? panels.lines() + 16 : s.inChannels();
  }

  @Override
  public void compute(int phase, int task, Operands operands, Span own) {
    if (isPacking(phase)) {
      Span b = operands.input(1);
      Span to = operands.workspace();
      panels.pack(task, b.array(), b.offset(), to.array(), to.offset());
    } else if (pixels() > 0) {
      Arrays.fill(own.array(), own.offset(), own.offset() + nr, 0);
      int chunk = order.chunk(task % order.tasks());
      int group = task / order.tasks();
      Products in = products(operands, own);
      Products aside = Products.of(in.x(), in.xs(), in.w(), own, own.after(sums()), nr);
      int b1 = firstBlock(task) + blocksOf(task);
      for (int b = firstBlock(task); b < b1; b += blocksAtOnce) {
        int end = Math.min(b1, b + blocksAtOnce);
        int next = end < b1 ? panels.at(group, end) : panelsAfter(task);
        sweep(new Sweep(in, aside, group, chunk, b, end, next), operands, own);
      }
    }
  }

  /** Returns what all tiles of a task read, and where their results go. */
  private Products products(Operands operands, Span own) {
    Span x = copied ? own.after(copiesAt()) : operands.input(0);
    // Without a bias the line of zeros that the task began with, for all blocks.
    Span b = epilogue.bias() ? operands.input(epilogue.biasInput()) : own;
    Products in =
        Products.of(x, rowStep(), weights(operands), b, operands.output(), s.outChannels());
    return in.withBiasStep(epilogue.bias() ? nr : 0)
        .within(bounds)
        .plus(epilogue.residual() ? operands.input(epilogue.residualInput()) : null);
  }

  private int firstBlock(int task) {
    return Ranges.begin(order.part(task % order.tasks()), blockParts, panels.blocks());
  }

  private int blocksOf(int task) {
    int part = order.part(task % order.tasks());
    return Ranges.begin(part + 1, blockParts, panels.blocks()) - firstBlock(task);
  }

  /** Returns where the panels of the next task begin; −1 if they are those of this one. */
  private int panelsAfter(int task) {
    int next = task + 1;
    if (next >= order.tasks() * s.groups()) {
      return -1;
    }
    int at = panels.at(next / order.tasks(), firstBlock(next));
    return at == panels.at(task / order.tasks(), firstBlock(task)) ? -1 : at;
  }

  /**
   * Some tiles by some blocks of columns.
   *
   * @param in what they read, and where results go
   * @param aside the same without what follows sums, which go to the worker's memory
   * @param next where the panels of the next sweep begin; −1 if it has none of its own
   */
  private record Sweep(
      Products in, Products aside, int group, int chunk, int begin, int end, int next) {}

  private void sweep(Sweep w, Operands operands, Span own) {
    int group = w.group;
    int begin = w.begin;
    int end = w.end;
    int first = Ranges.begin(w.chunk, chunks, tiles);
    int last = Ranges.begin(w.chunk + 1, chunks, tiles);
    for (int t = first; t < last; t++) {
      // All tiles have the same number of rows; the last computes some of its neighbour's again.
      int pixel = Math.min(t * tileRows, pixels() - tileRows);
      int skip = t * tileRows - pixel;
      if (copied) {
        copyRows(group, pixel, operands.input(0), own);
      }
      int whole = skip == 0 ? wholeBlocks(begin, end) : 0;
      if (whole > 0) {
        Span soon = soon(w, t - first, pixel, operands);
        int from = rowsOffset(group, pixel);
        int to = pixel * s.outChannels() + column(group, begin);
        int bias = epilogue.bias() ? bias(group, begin) : 0;
        panels
            .micro()
            .products(
                w.in,
                whole,
                tileRows,
                panels.lines(),
                from,
                panels.at(group, begin),
                bias,
                to,
                soon);
        activate(operands.output(), to, whole * nr);
      }
      for (int b = begin + whole; b < end; b++) {
        partialTile(w, b, pixel, skip, operands, own);
      }
    }
  }

  /** Activates the results of a tile, n of each row, where the products left them. */
  private void activate(Span y, int at, int n) {
    if (!activatesStored) {
      return;
    }
    int step = s.outChannels();
    int first = y.offset() + at;
    if (n == step) {
      Activations.finish(epilogue, y.array(), first, tileRows * n);
      return;
    }
    for (int i = 0; i < tileRows; i++) {
      Activations.finish(epilogue, y.array(), first + i * step, n);
    }
  }

  /**
   * Returns what is wanted soon after a tile, the i-th of its sweep: panels, else the next results'
   * place.
   */
  private Span soon(Sweep w, int i, int pixel, Operands operands) {
    if (ahead && i < FETCHING && w.next >= 0) {
      int part = (w.end - w.begin) * panels.lines() * nr / FETCHING;
      return weights(operands).after(w.next + i * part);
    }
    int next = Math.min(pixel + tileRows, pixels() - 1);
    return operands.output().after(next * s.outChannels() + column(w.group, w.begin));
  }

  private Span weights(Operands operands) {
    return packed ? operands.input(1) : operands.workspace();
  }

  /** Returns how many blocks there are without the last one if that is a partial one. */
  private int wholeBlocks(int begin, int end) {
    return end - begin - (panels.used(end - 1) < nr ? 1 : 0);
  }

  private boolean rounds() {
    return panels.rounding().isPresent();
  }

  /** Copies the input's rows of a tile to where they do not share places in the L1 cache. */
  private void copyRows(int group, int pixel, Span x, Span own) {
    int base = x.offset() + group * s.groupIn();
    if (rounds()) {
      roundRows(panels.rounding().get(), base, pixel, x.array(), own);
      return;
    }
    for (int i = 0; i < tileRows; i++) {
      int from = base + source(pixel + i) * s.inChannels();
      int to = own.offset() + copiesAt() + i * rowStep();
      System.arraycopy(x.array(), from, own.array(), to, s.inner());
    }
  }

  private void roundRows(PairRounding by, int base, int pixel, float[] x, Span own) {
    int to = own.offset() + copiesAt();
    int step = s.inChannels();
    if (s.isPointwise()) {
      by.neighbours(tileRows, s.inner(), x, base + pixel * step, step, own.array(), to, rowStep());
      return;
    }
    for (int i = 0; i < tileRows; i++) {
      int from = base + source(pixel + i) * step;
      by.neighbours(1, s.inner(), x, from, 0, own.array(), to + i * rowStep(), 0);
    }
  }

  /** Returns where the rows of a tile begin in what is read. */
  private int rowsOffset(int group, int pixel) {
    return copied ? 0 : group * s.groupIn() + pixel * s.inChannels();
  }

  /** Returns the input pixel that an output pixel reads. */
  private int source(int pixel) {
    if (s.isPointwise()) {
      return pixel;
    }
    int col = pixel % s.outWidth() * s.strideWidth();
    int row = pixel / s.outWidth() % s.outHeight() * s.strideHeight();
    int image = pixel / s.outWidth() / s.outHeight();
    return (image * s.inHeight() + row) * s.inWidth() + col;
  }

  /** Returns where a block's column of the result lies within a pixel. */
  private int column(int group, int block) {
    return group * s.groupOut() + block * nr;
  }

  private int bias(int group, int block) {
    int first = s.outChannels() > s.columns() ? group * s.columns() : 0;
    return first + block * nr;
  }

  /** Computes a tile aside and stores the columns that there are, of the rows from one on. */
  private void partialTile(Sweep w, int block, int pixel, int skip, Operands operands, Span own) {
    float[] f = own.array();
    int line = own.offset();
    int table = line + nr;
    int group = w.group;
    int used = panels.used(block);
    if (epilogue.bias()) {
      Arrays.fill(f, line, line + nr, 0);
      Span bias = operands.input(epilogue.biasInput());
      System.arraycopy(bias.array(), bias.offset() + bias(group, block), f, line, used);
    }
    for (int i = 0; i < tileRows; i++) {
      f[table + i] = Float.intBitsToFloat((pixel + i) * s.outChannels());
    }
    int row = rowsOffset(group, pixel);
    int panel = panels.at(group, block);
    panels.micro().product(w.aside, tileRows, panels.lines(), row, panel, 0, 0);
    int from = line + sums() + skip * nr;
    finish.store(operands, tileRows - skip, column(group, block), used, f, from, f, table + skip);
  }
}
