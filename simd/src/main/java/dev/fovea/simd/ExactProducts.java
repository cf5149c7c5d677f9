package dev.fovea.simd;

import dev.fovea.engine.kernel.ByteProducts;
import dev.fovea.engine.kernel.Span;

/**
 * Products of bytes by fused multiply-adds of floats, in which sums are exact up to 2²⁴; longer
 * sums are cut into pieces that are added up in whole numbers.
 *
 * <p>The Vector API has no instruction that multiplies bytes and adds to 32 bits: widened to 16 or
 * 32 bits it takes two and a half times as many instructions as this. A block's rows and the
 * weights of a panel of columns become floats once and are read many times. Into how many pieces
 * sums are cut follows from the magnitudes of the weights: it is found in packing and lies behind
 * them.
 */
record ExactProducts(Micros micros) implements ByteProducts {
  /** Magnitudes of weights up to which a sum with bytes is at most 2²⁴. */
  private static final int MOST_WEIGHTS = (1 << 24) / 255;

  /** Products whose sum is at most 2²⁴ whatever the weights. */
  private static final int EXACT = 512;

  /** The most products of a piece. */
  private static final int PIECE = 1024;

  /** Floats that the rows of a block may take: a part of an L2 cache. */
  private static final int FLOATS = 65_536;

  private static final int LEAST_ROWS = 4 * Micro.PRODUCT_ROWS;
  private static final int MOST_ROWS = 14 * Micro.PRODUCT_ROWS;

  /** Rows lie apart so that a whole vector may be written behind each. */
  private static final int BEHIND = 16;

  /** Tiles whose sums lie in an L1 cache until their results are made. */
  private static final int TILES = 4;

  /** Bytes behind packed weights. */
  private static final int TRAILER = 64;

  /** Where the parts of a block's scratch begin. */
  private record Places(int weights, int tile, int zeros, int sums, int width, int end) {
    static Places of(Block b, int nr) {
      int all = b.taps() * b.inner();
      int k = Math.min(PIECE, all);
      int weights = Ranges.roundUp(b.m() * (k + BEHIND), BEHIND);
      int tile = weights + k * nr;
      int zeros = tile + TILES * Micro.PRODUCT_ROWS * nr;
      int sums = zeros + nr;
      int width = Ranges.roundUp(b.columns(), nr);
      return new Places(
          weights, tile, zeros, sums, width, sums + (all <= EXACT ? 0 : b.m() * width));
    }

    /** Returns what a tile multiplies: rows a step apart that begin the scratch, and weights. */
    Products products(float[] own, int scratch, int step) {
      Span w = new Span(own, scratch + weights, tile - weights);
      Span b = new Span(own, scratch + zeros, sums - zeros);
      Span y = new Span(own, scratch + tile, zeros - tile);
      return Products.of(new Span(own, scratch, weights), step, w, b, y, sums - zeros);
    }
  }

  @Override
  public String name() {
    return "exact products";
  }

  private int weights(int k, int columns) {
    int nr = micros.forColumns(columns).columns();
    return Ranges.roundUp(Math.multiplyExact(k, Ranges.roundUp(columns, nr)), TRAILER);
  }

  @Override
  public int packedSize(int taps, int inner, int columns) {
    return Math.addExact(weights(Math.multiplyExact(taps, inner), columns), TRAILER);
  }

  @Override
  public void pack(
      int taps, int inner, int columns, byte[] w, int wo, int step, byte[] packed, int po) {
    int nr = micros.forColumns(columns).columns();
    int k = taps * inner;
    int to = po;
    for (int first = 0; first < columns; first += nr) {
      int used = Math.min(nr, columns - first);
      for (int i = 0; i < k; i++, to += nr) {
        System.arraycopy(w, wo + i * step + first, packed, to, used);
      }
    }
    int trailer = po + weights(k, columns);
    int pieces = pieces(k, columns, w, wo, step);
    packed[trailer] = (byte) pieces;
    packed[trailer + 1] = (byte) (pieces >> 8);
    packed[trailer + 2] = (byte) (pieces >> 16);
  }

  /** Returns how many pieces packed weights say that sums are to be cut into. */
  private static int pieces(byte[] packed, int trailer) {
    return Byte.toUnsignedInt(packed[trailer])
        | Byte.toUnsignedInt(packed[trailer + 1]) << 8
        | Byte.toUnsignedInt(packed[trailer + 2]) << 16;
  }

  /** Returns the least number of even pieces whose sums are exact. */
  private static int pieces(int k, int columns, byte[] w, int wo, int step) {
    int always = Ranges.ceilDiv(k, EXACT);
    for (int pieces = Ranges.ceilDiv(k, PIECE); pieces < always; pieces++) {
      boolean exact = true;
      for (int p = 0; exact && p < pieces; p++) {
        int begin = Ranges.begin(p, pieces, k);
        int end = Ranges.begin(p + 1, pieces, k);
        for (int j = 0; exact && j < columns; j++) {
          exact = magnitudes(begin, end, w, wo + j, step) <= MOST_WEIGHTS;
        }
      }
      if (exact) {
        return pieces;
      }
    }
    return always;
  }

  private static int magnitudes(int begin, int end, byte[] w, int at, int step) {
    int sum = 0;
    for (int i = begin; i < end; i++) {
      sum += Math.abs(w[at + i * step]);
    }
    return sum;
  }

  @Override
  public int rows(int taps, int inner) {
    int k = Math.min(PIECE, taps * inner);
    int rows = Ranges.clamp(FLOATS / (k + BEHIND), LEAST_ROWS, MOST_ROWS);
    return rows / Micro.PRODUCT_ROWS * Micro.PRODUCT_ROWS;
  }

  @Override
  public int scratch(Block b) {
    return Places.of(b, micros.forColumns(b.columns()).columns()).end();
  }

  @Override
  public void product(
      Block b,
      byte[] x,
      float[] own,
      int table,
      int scratch,
      byte[] w,
      int wo,
      Span multiplier,
      Span bias,
      Span y,
      int at) {
    Micro micro = micros.forColumns(b.columns());
    int nr = micro.columns();
    Places p = Places.of(b, nr);
    int k = b.taps() * b.inner();
    int pieces = pieces(w, wo + weights(k, b.columns()));
    ByteLoops.zero(own, scratch + p.zeros, nr);
    if (pieces > 1) {
      ByteLoops.zero(own, scratch + p.sums, b.m() * p.width);
    }
    for (int i = 0; i < pieces; i++) {
      int begin = Ranges.begin(i, pieces, k);
      int n = Ranges.begin(i + 1, pieces, k) - begin;
      Products in = p.products(own, scratch, widen(b, begin, begin + n, x, own, table, scratch));
      for (int first = 0; first < b.columns(); first += nr) {
        int panel = wo + first * k + begin * nr;
        if (isRow(b)) {
          ByteLoops.row(n, nr, own, scratch, w, panel, own, scratch + p.tile);
        } else {
          ByteLoops.widenSigned(w, panel, n * nr, own, scratch + p.weights);
        }
        if (pieces == 1) {
          panel(b, micro, p, n, in, first, own, scratch, multiplier, bias, y, at);
        } else {
          add(b, micro, p, n, in, first, own, scratch);
        }
      }
    }
    if (pieces > 1) {
      int sums = scratch + p.sums;
      ByteLoops.toFloats(own, sums, b.m() * p.width);
      finish(b, b.m(), 0, b.columns(), own, sums, p.width, multiplier, bias, y, at);
    }
  }

  /**
   * Writes the bytes from one place of each row to another as floats; returns the distance between
   * rows.
   */
  private static int widen(
      Block b, int begin, int end, byte[] x, float[] own, int table, int scratch) {
    if (b.taps() == 1 && end - begin == b.inner() && follow(b, own, table)) {
      ByteLoops.widen(x, offset(own, table), b.m() * b.inner(), b.zero(), own, scratch);
      return b.inner();
    }
    int step = end - begin + BEHIND;
    for (int r = 0; r < b.m(); r++) {
      widenRow(b, r, begin, end, x, own, table, scratch + r * step);
    }
    return step;
  }

  /** Returns whether each row of one tap lies behind the one before. */
  private static boolean follow(Block b, float[] own, int table) {
    int first = offset(own, table);
    boolean follow = first >= 0;
    for (int r = 1; follow && r < b.m(); r++) {
      follow = offset(own, table + r) == first + r * b.inner();
    }
    return follow;
  }

  private static int offset(float[] own, int at) {
    return Float.floatToRawIntBits(own[at]);
  }

  private static void widenRow(
      Block b, int r, int begin, int end, byte[] x, float[] own, int table, int to) {
    int inner = b.inner();
    int tap = begin / inner;
    while (tap * inner < end) {
      int from = Math.max(begin, tap * inner);
      int offset = offset(own, table + tap * b.m() + r);
      int next = tap + 1;
      // Taps whose bytes follow each other are one run.
      while (offset >= 0
          && next < b.taps()
          && offset(own, table + next * b.m() + r) == offset + (next - tap) * inner) {
        next++;
      }
      int n = Math.min(end, next * inner) - from;
      if (offset < 0) {
        ByteLoops.zero(own, to + from - begin, n);
      } else {
        ByteLoops.widen(x, offset + from - tap * inner, n, b.zero(), own, to + from - begin);
      }
      tap = next;
    }
  }

  /** Computes the results of a panel of columns. */
  private static void panel(
      Block b,
      Micro micro,
      Places p,
      int k,
      Products in,
      int first,
      float[] own,
      int scratch,
      Span multiplier,
      Span bias,
      Span y,
      int at) {
    int nr = micro.columns();
    int used = Math.min(nr, b.columns() - first);
    int tile = scratch + p.tile;
    int tiles = Ranges.ceilDiv(b.m(), micro.maxProductRows());
    for (int t = 0; t < tiles; t += TILES) {
      int begin = Ranges.begin(t, tiles, b.m());
      int end = Ranges.begin(Math.min(t + TILES, tiles), tiles, b.m());
      for (int i = t; !isRow(b) && i < Math.min(t + TILES, tiles); i++) {
        int r = Ranges.begin(i, tiles, b.m());
        int m = Ranges.begin(i + 1, tiles, b.m()) - r;
        micro.product(in, m, k, r * in.xs(), 0, 0, (r - begin) * nr);
      }
      int m = end - begin;
      finish(b, m, first, used, own, tile, nr, multiplier, bias, y, at + begin * b.step());
    }
  }

  /** Adds a piece of the sums of a panel of columns to those of the others. */
  private static void add(
      Block b, Micro micro, Places p, int k, Products in, int first, float[] own, int scratch) {
    int nr = micro.columns();
    int tiles = Ranges.ceilDiv(b.m(), micro.maxProductRows());
    for (int t = 0; t < tiles; t++) {
      int r = Ranges.begin(t, tiles, b.m());
      int m = Ranges.begin(t + 1, tiles, b.m()) - r;
      if (!isRow(b)) {
        micro.product(in, m, k, r * in.xs(), 0, 0, 0);
      }
      for (int i = 0; i < m; i++) {
        int sums = scratch + p.sums + (r + i) * p.width + first;
        ByteLoops.accumulate(own, scratch + p.tile + i * nr, nr, own, sums);
      }
    }
  }

  /** Returns whether a block is one row: its sums are taken from the bytes of the weights. */
  private static boolean isRow(Block b) {
    return b.m() == 1 && ByteLoops.WIDE;
  }

  /** Makes results of m rows of sums of n columns. */
  private static void finish(
      Block b,
      int m,
      int first,
      int n,
      float[] sums,
      int so,
      int step,
      Span multiplier,
      Span bias,
      Span y,
      int at) {
    Results r = new Results(m, n, sums, so, step);
    int to = y.offset() + at + first;
    r.store(b.rounding(), bias, multiplier, b.column() + first, y, to, b.step());
  }
}
