package dev.fovea.simd;

import dev.fovea.engine.kernel.ByteProducts;
import dev.fovea.engine.kernel.Span;
import dev.fovea.op.Quantized.Rounding;

/**
 * Products of bytes by fused multiply-adds of floats, in which sums of up to {@value #EXACT}
 * products are exact; longer sums are added up in whole numbers.
 *
 * <p>The Vector API has no instruction that multiplies bytes and adds to 32 bits: widened to 16 or
 * 32 bits it takes two and a half times as many instructions as this. A block's rows and the
 * weights of a panel of columns become floats once and are read many times.
 */
record ExactProducts(Micros micros) implements ByteProducts {
  /** 255 · 128 · 512 is below 2²⁴. */
  private static final int EXACT = 512;

  /** Floats that the rows of a block may take: half of an L1 cache and a part of the L2 cache. */
  private static final int FLOATS = 32_768;

  private static final int LEAST_ROWS = 4 * Micro.PRODUCT_ROWS;
  private static final int MOST_ROWS = 14 * Micro.PRODUCT_ROWS;

  /** Rows lie apart so that a whole vector may be written behind each. */
  private static final int BEHIND = 16;

  /** How the scratch of a block is divided. */
  private record Places(int step, int weights, int tile, int line, int sums, int end) {
    static Places of(Block b, Micro micro) {
      int k = Math.min(EXACT, b.taps() * b.inner());
      int nr = micro.columns();
      int step = k + BEHIND;
      int weights = Ranges.roundUp(b.m() * step, BEHIND);
      int tile = weights + k * nr;
      int line = tile + Micro.PRODUCT_ROWS * nr;
      int sums = line + nr;
      boolean once = b.taps() * b.inner() <= EXACT;
      return new Places(
          step, weights, tile, line, sums, sums + (once ? 0 : b.m() * columns(b, nr)));
    }

    private static int columns(Block b, int nr) {
      return Ranges.roundUp(b.columns(), nr);
    }
  }

  @Override
  public String name() {
    return "exact products";
  }

  @Override
  public int packedSize(int taps, int inner, int columns) {
    int nr = micros.forColumns(columns).columns();
    return Math.multiplyExact(Math.multiplyExact(taps, inner), Ranges.roundUp(columns, nr));
  }

  @Override
  public void pack(
      int taps, int inner, int columns, byte[] w, int wo, int step, byte[] packed, int po) {
    int nr = micros.forColumns(columns).columns();
    int to = po;
    for (int first = 0; first < columns; first += nr) {
      int used = Math.min(nr, columns - first);
      for (int i = 0; i < taps * inner; i++, to += nr) {
        System.arraycopy(w, wo + i * step + first, packed, to, used);
      }
    }
  }

  @Override
  public int rows(int taps, int inner) {
    int k = Math.min(EXACT, taps * inner);
    int rows = Ranges.clamp(FLOATS / (k + BEHIND), LEAST_ROWS, MOST_ROWS);
    return rows / Micro.PRODUCT_ROWS * Micro.PRODUCT_ROWS;
  }

  @Override
  public int scratch(Block b) {
    return Places.of(b, micros.forColumns(b.columns())).end();
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
    Places p = Places.of(b, micro);
    int k = b.taps() * b.inner();
    int nr = micro.columns();
    ByteLoops.zero(own, scratch + p.line, nr);
    if (k > EXACT) {
      ByteLoops.zero(own, scratch + p.sums, p.end - p.sums);
    }
    for (int begin = 0; begin < k; begin += EXACT) {
      int end = Math.min(k, begin + EXACT);
      widen(b, begin, end, x, own, table, scratch, p.step);
      for (int first = 0; first < b.columns(); first += nr) {
        int panel = wo + first * k + begin * nr;
        ByteLoops.widenSigned(w, panel, (end - begin) * nr, own, scratch + p.weights);
        panel(b, micro, p, end - begin, first, own, scratch, multiplier, bias, y, at);
      }
    }
    if (k > EXACT) {
      finish(b, micro, p, own, scratch, multiplier, bias, y, at);
    }
  }

  /** Writes the bytes from one place of each row to another as floats. */
  private static void widen(
      Block b, int begin, int end, byte[] x, float[] own, int table, int scratch, int step) {
    for (int r = 0; r < b.m(); r++) {
      int to = scratch + r * step;
      int tap = begin / b.inner();
      while (tap * b.inner() < end) {
        int from = Math.max(begin, tap * b.inner());
        int offset = Float.floatToRawIntBits(own[table + tap * b.m() + r]);
        int next = neighbours(b, tap, r, offset, own, table);
        int n = Math.min(end, next * b.inner()) - from;
        if (offset < 0) {
          ByteLoops.zero(own, to + from - begin, n);
        } else {
          int at = offset + from - tap * b.inner();
          ByteLoops.widen(x, at, n, b.zero(), own, to + from - begin);
        }
        tap = next;
      }
    }
  }

  /** Returns the first tap behind those whose bytes follow each other from one on. */
  private static int neighbours(Block b, int tap, int r, int offset, float[] own, int table) {
    int next = tap + 1;
    while (offset >= 0
        && next < b.taps()
        && Float.floatToRawIntBits(own[table + next * b.m() + r])
            == offset + (next - tap) * b.inner()) {
      next++;
    }
    return next;
  }

  /** Multiplies all rows by a panel of columns. */
  private static void panel(
      Block b,
      Micro micro,
      Places p,
      int k,
      int first,
      float[] own,
      int scratch,
      Span multiplier,
      Span bias,
      Span y,
      int at) {
    int nr = micro.columns();
    int tiles = Ranges.ceilDiv(b.m(), micro.maxProductRows());
    int used = Math.min(nr, b.columns() - first);
    boolean once = b.taps() * b.inner() <= EXACT;
    for (int t = 0; t < tiles; t++) {
      int r = Ranges.begin(t, tiles, b.m());
      int m = Ranges.begin(t + 1, tiles, b.m()) - r;
      int rows = scratch + r * p.step;
      int tile = scratch + p.tile;
      int zeros = scratch + p.line;
      int weights = scratch + p.weights;
      micro.product(m, k, own, rows, p.step, own, weights, own, zeros, false, own, tile, nr);
      for (int i = 0; i < m; i++) {
        if (once) {
          row(b, own, tile + i * nr, first, used, multiplier, bias, y, at + (r + i) * b.step());
        } else {
          int sums = scratch + p.sums + (r + i) * Places.columns(b, nr) + first;
          ByteLoops.accumulate(own, tile + i * nr, used, own, sums);
        }
      }
    }
  }

  /** Makes results of sums of 32 bits. */
  private static void finish(
      Block b,
      Micro micro,
      Places p,
      float[] own,
      int scratch,
      Span multiplier,
      Span bias,
      Span y,
      int at) {
    int columns = Places.columns(b, micro.columns());
    for (int r = 0; r < b.m(); r++) {
      int sums = scratch + p.sums + r * columns;
      ByteLoops.toFloats(own, sums, b.columns());
      row(b, own, sums, 0, b.columns(), multiplier, bias, y, at + r * b.step());
    }
  }

  /** Makes n results of a row of sums. */
  private static void row(
      Block b, float[] sums, int so, int first, int n, Span multiplier, Span bias, Span y, int at) {
    int column = b.column() + first;
    int mo = multiplier.offset() + column;
    int bo = bias.offset() + column;
    int yo = y.offset() + at + first;
    if (b.rounding().isPresent()) {
      Rounding to = b.rounding().get();
      ByteLoops.round(sums, so, n, bias.array(), bo, multiplier.array(), mo, to, y.bytes(), yo);
    } else {
      ByteLoops.scale(sums, so, n, bias.array(), bo, multiplier.array(), mo, y.array(), yo);
    }
  }
}
