package dev.fovea.simd;

import dev.fovea.kernel.Kernel;
import dev.fovea.kernel.Operands;
import dev.fovea.kernel.Span;
import dev.fovea.simd.StripPacker.Split;
import java.util.Arrays;

/**
 * The weight gradient of a convolution, and Aᵀ·B: a matrix product whose inner dimension is pixels.
 *
 * <p>Strips of rows are packed into the worker's memory, where the pixels of a strip follow each
 * other at one distance for every tap; the border is zeros. Each fixed share of the strips has a
 * partial sum of its own in the workspace; a second phase adds these in order, so that the result
 * does not depend on the number of threads.
 */
final class CorrelationKernel implements Kernel {
  private static final int MR = Micro.ROWS;

  /** Floats of partial sums that may be held. */
  private static final int PARTIALS = 4 << 20;

  /** Floats of x that a strip may take. */
  private static final int STRIP = 98_304;

  private static final int FEW_CHANNELS = 8;

  /** From so many pixels on, sums over one row of d after the other need no copy of it. */
  private static final int ROW = 32;

  private final Correlation g;
  private final Micro micro;
  private final StripPacker packer;
  private final boolean planar;
  private final boolean straight;
  private final Split split;
  private final int tiles;
  private final int blocks;
  private final int stripRows;
  private final int strips;
  private final int shares;
  private final int columnParts;
  private final int rowParts;

  CorrelationKernel(Correlation g) {
    this.g = g;
    this.micro = Micros.forColumns(g.columns());
    this.packer = new StripPacker(g);
    this.planar = g.inner() < FEW_CHANNELS;
    boolean whole = g.dColumn() == 1 && g.columns() % micro.columns() == 0;
    boolean wide = micro.columns() == Micros.widest().columns();
    this.straight = planar && whole && wide && g.cols() >= ROW;
    int taps = g.window().taps();
    this.split = Split.of(planar ? taps * g.inner() : g.inner(), micro.maxRows());
    this.tiles = planar ? split.blocks() : taps * split.blocks();
    this.blocks = Ranges.ceilDiv(g.columns(), micro.columns());
    this.stripRows = Ranges.clamp(g.stripTarget() / g.planeCols(), 1, g.rows());
    this.strips = g.n() * Ranges.ceilDiv(g.rows(), stripRows);
    int perBlock = g.blockSize(stripRows);
    int fit = planar ? 1 : Ranges.ceilDiv(split.blocks(), Math.max(1, STRIP / perBlock));
    boolean small = g.flops() < Ranges.SMALL;
    this.shares = small ? 1 : Ranges.clamp(PARTIALS / Math.max(1, slab()), 1, Math.min(16, strips));
    int narrow = g.panelSize(stripRows, micro.columns()) * blocks / STRIP + 1;
    int useful = Ranges.clamp(g.flops() / 2_000_000, 1, 16);
    int wanted = Ranges.ceilDiv(useful, shares * g.groups() * fit);
    this.columnParts = small ? 1 : Math.min(blocks, Math.max(narrow, wanted));
    wanted = Ranges.ceilDiv(useful, shares * g.groups() * columnParts);
    this.rowParts = planar || small ? fit : Math.min(split.blocks(), Math.max(fit, wanted));
  }

  private int slab() {
    return Math.multiplyExact(g.groups() * blocks * tiles, tileSize());
  }

  private int tileSize() {
    return MR * micro.columns();
  }

  @Override
  public int phases() {
    return 2;
  }

  @Override
  public int tasks(int phase) {
    if (phase == 0) {
      return g.flops() < Ranges.SMALL ? 1 : sums();
    }
    return slab() < 16_384 ? 1 : Math.min(32, g.groups() * blocks * g.window().taps());
  }

  private int sums() {
    return shares * g.groups() * columnParts * rowParts;
  }

  @Override
  public int workspace() {
    return Math.multiplyExact(shares, slab());
  }

  @Override
  public int scratch() {
    int x =
        planar
            ? g.stripPixels(stripRows) * g.inner()
            : g.blockSize(stripRows) * Ranges.ceilDiv(split.blocks(), rowParts);
    return table() + Ranges.roundUp(x, 16) + 16 + gradientSize();
  }

  private int gradientSize() {
    if (straight) {
      return 0;
    }
    return g.panelSize(stripRows, micro.columns()) * Ranges.ceilDiv(blocks, columnParts);
  }

  private int table() {
    return planar ? Ranges.roundUp(tiles * MR, 16) : 0;
  }

  @Override
  public void run(int phase, int task, Operands operands, Span own) {
    if (phase == 1) {
      int all = g.groups() * blocks * g.window().taps();
      int end = Ranges.begin(task + 1, tasks(1), all);
      for (int i = Ranges.begin(task, tasks(1), all); i < end; i++) {
        gather(i, operands);
      }
    } else if (tasks(0) == 1) {
      for (int i = 0; i < sums(); i++) {
        sum(i, operands, own);
      }
    } else {
      sum(task, operands, own);
    }
  }

  /** Where the partial sums of a share and group, then block, then tile lie. */
  private int tileAt(Operands operands, int share, int group, int block, int tile) {
    int index = ((share * g.groups() + group) * blocks + block) * tiles + tile;
    return operands.workspace().offset() + index * tileSize();
  }

  private void sum(int task, Operands operands, Span own) {
    int columnPart = task % columnParts;
    int rowPart = task / columnParts % rowParts;
    int group = task / columnParts / rowParts % g.groups();
    int share = task / columnParts / rowParts / g.groups();
    int b0 = Ranges.begin(columnPart, columnParts, blocks);
    int b1 = Ranges.begin(columnPart + 1, columnParts, blocks);
    int c0 = Ranges.begin(rowPart, rowParts, split.blocks());
    int c1 = Ranges.begin(rowPart + 1, rowParts, split.blocks());
    clear(operands, share, group, b0, b1, c0, c1);
    int located = 0;
    int end = Ranges.begin(share + 1, shares, strips);
    for (int i = Ranges.begin(share, shares, strips); i < end; i++) {
      int r = rowsOf(i);
      if (planar && r != located) {
        locate(r, own.array(), own.offset());
        located = r;
      }
      strip(i, share, group, b0, b1, c0, c1, operands, own);
    }
  }

  private void clear(Operands operands, int share, int group, int b0, int b1, int c0, int c1) {
    float[] w = operands.workspace().array();
    for (int b = b0; b < b1; b++) {
      for (int t = 0; t < tiles; t++) {
        int c = t % split.blocks();
        if (c >= c0 && c < c1) {
          int at = tileAt(operands, share, group, b, t);
          Arrays.fill(w, at, at + tileSize(), 0);
        }
      }
    }
  }

  private void strip(
      int strip,
      int share,
      int group,
      int b0,
      int b1,
      int c0,
      int c1,
      Operands operands,
      Span own) {
    int perImage = strips / g.n();
    int image = strip / perImage;
    int row0 = strip % perImage * stripRows;
    int r = rowsOf(strip);
    Span x = shifted(operands.input(0), group * g.xGroup());
    Span d = shifted(operands.input(1), group * g.dGroup());
    float[] f = own.array();
    int xs = own.offset() + table();
    int ds = own.offset() + scratch() - gradientSize();
    if (straight) {
      packer.channels(x, image, row0, r, f, xs);
      straight(share, group, image * g.rows() + row0, r, b0, b1, d, operands, own);
      return;
    }
    packer.gradient(d, image, row0, r, b0, b1, micro, f, ds);
    int k = (r - 1) * g.planeCols() + g.cols();
    int wide = g.panelSize(r, micro.columns());
    if (planar) {
      packer.channels(x, image, row0, r, f, xs);
    } else {
      packer.blocks(x, image, row0, r, c0, c1, split, f, xs);
    }
    for (int b = b0; b < b1; b++) {
      int first = tileAt(operands, share, group, b, 0);
      float[] sums = operands.workspace().array();
      if (planar) {
        rows(k, f, xs, own.offset(), ds + (b - b0) * wide, sums, first);
      } else {
        panels(k, r, c0, c1, f, xs, ds + (b - b0) * wide, sums, first);
      }
    }
  }

  /** Adds the sums over r rows of d, which is read where it is. */
  private void straight(
      int share, int group, int row0, int r, int b0, int b1, Span d, Operands operands, Span own) {
    float[] f = own.array();
    float[] sums = operands.workspace().array();
    int table = own.offset();
    for (int row = 0; row < r; row++) {
      int xo = table + table() + row * g.planeCols();
      int from = d.offset() + (row0 + row) * g.cols() * g.dPixel();
      for (int b = b0; b < b1; b++) {
        int first = tileAt(operands, share, group, b, 0);
        int d0 = from + b * micro.columns();
        for (int t = 0; t < tiles; t++) {
          int o = table + t * MR;
          int to = first + t * tileSize();
          PatchLoops.sums(split.size(), g.cols(), f, xo, f, o, d.array(), d0, g.dPixel(), sums, to);
        }
      }
    }
  }

  private int rowsOf(int strip) {
    return Math.min(stripRows, g.rows() - strip % (strips / g.n()) * stripRows);
  }

  private static Span shifted(Span s, int by) {
    return by == 0 ? s : new Span(s.array(), s.offset() + by, s.length() - by);
  }

  /** Writes the offsets of the rows (tap, channel) of all tiles. */
  private void locate(int r, float[] f, int table) {
    for (int t = 0; t < tiles; t++) {
      for (int i = 0; i < split.size(); i++) {
        int row = split.begin(t) + i;
        int channel = row % g.inner() * g.stripPixels(r);
        int at = channel + g.tapOffset(row / g.inner(), r);
        f[table + t * MR + i] = Float.intBitsToFloat(at);
      }
    }
  }

  private void rows(int k, float[] f, int xs, int table, int ds, float[] sums, int first) {
    for (int t = 0; t < tiles; t++) {
      int to = first + t * tileSize();
      micro.rows(split.size(), k, f, xs, f, table + t * MR, f, ds, sums, to);
    }
  }

  private void panels(
      int k, int r, int c0, int c1, float[] f, int xs, int ds, float[] sums, int first) {
    int size = g.blockSize(r);
    for (int tap = 0; tap < g.window().taps(); tap++) {
      int offset = xs + g.tapOffset(tap, r) * MR;
      for (int c = c0; c < c1; c++) {
        int to = first + (tap * split.blocks() + c) * tileSize();
        micro.panel(split.size(), k, f, offset + (c - c0) * size, f, ds, sums, to);
      }
    }
  }

  /** Adds the partial sums of one group, block and tap, and stores them. */
  private void gather(int index, Operands operands) {
    int tap = index % g.window().taps();
    int block = index / g.window().taps() % blocks;
    int group = index / g.window().taps() / blocks;
    int nr = micro.columns();
    int used = Math.min(nr, g.columns() - block * nr);
    float[] w = operands.workspace().array();
    float[] y = operands.output().array();
    int out = operands.output().offset() + group * g.outGroup() + block * nr;
    for (int c = 0; c < g.inner(); c++) {
      int row = tap * g.inner() + c;
      int tile = planar ? row / split.size() : tap * split.blocks() + c / split.size();
      int within = (planar ? row : c) - split.begin(planar ? tile : c / split.size());
      int to = out + row * g.outRow();
      int from = tileAt(operands, 0, group, block, tile) + within * nr;
      System.arraycopy(w, from, y, to, used);
      for (int share = 1; share < shares; share++) {
        int more = tileAt(operands, share, group, block, tile) + within * nr;
        for (int j = 0; j < used; j++) {
          y[to + j] += w[more + j];
        }
      }
    }
  }
}
