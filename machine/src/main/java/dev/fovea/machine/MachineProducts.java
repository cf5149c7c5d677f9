package dev.fovea.machine;

import dev.fovea.engine.kernel.ByteProducts;
import dev.fovea.engine.kernel.Span;
import dev.fovea.machine.kernel.BytePanel;
import dev.fovea.machine.kernel.ByteProductKernels;
import dev.fovea.machine.memory.Code;
import dev.fovea.op.Quantized.Rounding;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/** Products of bytes by the instruction for them (AVX-512 VNNI), with exact sums of 32 bits. */
final class MachineProducts implements ByteProducts {
  private static final int TILE = ByteProductKernels.ROWS;

  /** Bytes of a block's rows that may be read for every panel: a part of an L2 cache. */
  private static final int BYTES = 65_536;

  private static final int MOST_ROWS = 16 * TILE;

  /** Products of one call, some 40 µs; see {@link MachineMicro#MOST}. */
  private static final long MOST = 1 << 23;

  private final ByteProductKernels kernels = new ByteProductKernels();

  @Override
  public String name() {
    return "machine code of VNNI";
  }

  @Override
  public int packedSize(int taps, int inner, int columns) {
    BytePanel panel = BytePanel.of(columns);
    int panels = Math.ceilDiv(columns, panel.columns());
    return Math.multiplyExact(panels, panel.size(taps, inner));
  }

  @Override
  public void pack(
      int taps, int inner, int columns, byte[] w, int wo, int step, byte[] packed, int po) {
    BytePanel panel = BytePanel.of(columns);
    Arrays.fill(packed, po, po + packedSize(taps, inner, columns), (byte) 0);
    ByteBuffer integers = ByteBuffer.wrap(packed).order(ByteOrder.LITTLE_ENDIAN);
    for (int j = 0; j < columns; j++) {
      int begin = po + j / panel.columns() * panel.size(taps, inner);
      int column = j % panel.columns();
      int sum = 0;
      for (int i = 0; i < taps * inner; i++) {
        byte weight = w[wo + i * step + j];
        packed[begin + panel.at(i / inner, inner, i % inner, column)] = weight;
        sum += weight;
      }
      integers.putInt(begin + column * Integer.BYTES, sum);
    }
  }

  @Override
  public int rows(int taps, int inner) {
    return Math.clamp(BYTES / Math.max(1, taps * inner), 1, MOST_ROWS / TILE) * TILE;
  }

  @Override
  public int scratch(Block b) {
    return BytePanel.CONSTANTS + Math.ceilDiv(BytePanel.read(b.inner()), Float.BYTES);
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
    check(b, x, own, table, scratch, y, at);
    constants(b, own, scratch);
    BytePanel panel = BytePanel.of(b.columns());
    int size = panel.size(b.taps(), b.inner());
    for (int first = 0; first < b.columns(); first += panel.columns()) {
      int used = Math.min(panel.columns(), b.columns() - first);
      int begin = wo + first / panel.columns() * size;
      Reach.check(begin, size, w.length);
      int column = b.column() + first;
      boolean biases = copy(bias, column, used, own, scratch + BytePanel.BIAS);
      boolean finite = copy(multiplier, column, used, own, scratch + BytePanel.MULTIPLIER);
      long mask = used == Long.SIZE ? -1L : (1L << used) - 1;
      own[scratch + BytePanel.MASK] = Float.intBitsToFloat((int) mask);
      own[scratch + BytePanel.MASK + 1] = Float.intBitsToFloat((int) (mask >>> Integer.SIZE));
      boolean fast = biases && finite && readsWithin(b, x, own, table);
      if (!fast || !panel(b, panel.vectors(), x, own, table, scratch, w, begin, y, at + first)) {
        plain(b, panel, used, x, own, table, scratch, w, begin, y, at + first);
      }
    }
  }

  private static void check(
      Block b, byte[] x, float[] own, int table, int scratch, Span y, int at) {
    Reach.check(table, (long) b.taps() * b.m(), own.length);
    int end = BytePanel.CONSTANTS + BytePanel.read(b.inner()) / Float.BYTES;
    Reach.check(scratch, end, own.length);
    int length = b.rounding().isPresent() ? y.bytes().length : y.array().length;
    Reach.checkRows((long) y.offset() + at, b.m(), b.step(), b.columns(), length);
    for (int i = 0; i < b.taps() * b.m(); i++) {
      int place = Float.floatToRawIntBits(own[table + i]);
      Reach.check(Math.max(0, place), b.inner(), x.length);
    }
  }

  /** Returns whether bytes that are read beside a row's last ones are there, too. */
  private static boolean readsWithin(Block b, byte[] x, float[] own, int table) {
    int greatest = 0;
    for (int i = 0; i < b.taps() * b.m(); i++) {
      greatest = Math.max(greatest, Float.floatToRawIntBits(own[table + i]));
    }
    return (long) greatest + BytePanel.read(b.inner()) <= x.length;
  }

  /** Writes what is the same for all panels of a block. */
  private static void constants(Block b, float[] own, int scratch) {
    own[scratch + BytePanel.MINUS_ZERO] = Float.intBitsToFloat(-b.zero());
    if (b.rounding().isPresent()) {
      Rounding to = b.rounding().get();
      own[scratch + BytePanel.ZERO] = Float.intBitsToFloat(to.zero());
      own[scratch + BytePanel.LEAST] = to.least() - to.zero();
      own[scratch + BytePanel.GREATEST] = to.greatest() - to.zero();
    }
    int padding = scratch + BytePanel.CONSTANTS;
    float four = Float.intBitsToFloat(b.zero() * 0x0101_0101);
    Arrays.fill(own, padding, padding + BytePanel.read(b.inner()) / Float.BYTES, four);
  }

  /** Copies numbers of columns, and returns whether all are finite. */
  private static boolean copy(Span from, int column, int n, float[] own, int to) {
    boolean finite = true;
    for (int j = 0; j < n; j++) {
      float f = from.array()[from.offset() + column + j];
      finite &= Math.abs(f) <= Float.MAX_VALUE;
      own[to + j] = f;
    }
    return finite;
  }

  /** Computes a block of a panel by machine code; returns false if there is no memory for it. */
  private boolean panel(
      Block b,
      int vectors,
      byte[] x,
      float[] own,
      int table,
      int scratch,
      byte[] w,
      int wo,
      Span y,
      int at) {
    boolean rounds = b.rounding().isPresent();
    Code whole = kernels.of(TILE, vectors, rounds);
    Code rest = b.m() % TILE == 0 ? whole : kernels.of(b.m() % TILE, vectors, rounds);
    if (whole == null || rest == null) {
      return false;
    }
    long products = (long) TILE * b.taps() * BytePanel.read(b.inner()) * vectors * 16;
    int most = Math.clamp(MOST / products, 1, Integer.MAX_VALUE);
    int tiles = b.m() / TILE;
    for (int i = 0; i < tiles; i += most) {
      int n = Math.min(most, tiles - i);
      call(whole, b, n, i * TILE, x, own, table, scratch, w, wo, y, at);
    }
    if (b.m() % TILE > 0) {
      call(rest, b, 1, tiles * TILE, x, own, table, scratch, w, wo, y, at);
    }
    return true;
  }

  private static void call(
      Code code,
      Block b,
      int tiles,
      int row,
      byte[] x,
      float[] own,
      int table,
      int scratch,
      byte[] w,
      int wo,
      Span y,
      int at) {
    boolean rounds = b.rounding().isPresent();
    int bytes = rounds ? 1 : Float.BYTES;
    MemorySegment o = MemorySegment.ofArray(own);
    code.call(
        MemorySegment.ofArray(x),
        MemorySegment.ofArray(w),
        o,
        o,
        rounds ? MemorySegment.ofArray(y.bytes()) : MemorySegment.ofArray(y.array()),
        o,
        0,
        wo,
        (long) Float.BYTES * scratch,
        (long) Float.BYTES * (scratch + BytePanel.CONSTANTS),
        (long) bytes * (y.offset() + at + row * b.step()),
        (long) Float.BYTES * (table + row),
        tiles,
        (long) Integer.BYTES * b.m() * b.taps(),
        (long) Integer.BYTES * b.m(),
        BytePanel.read(b.inner()),
        (long) bytes * b.step());
  }

  /** Does the same one by one, with numbers that are not finite too. */
  private static void plain(
      Block b,
      BytePanel panel,
      int used,
      byte[] x,
      float[] own,
      int table,
      int scratch,
      byte[] w,
      int wo,
      Span y,
      int at) {
    for (int r = 0; r < b.m(); r++) {
      for (int j = 0; j < used; j++) {
        int sum = 0;
        for (int t = 0; t < b.taps(); t++) {
          int place = Float.floatToRawIntBits(own[table + t * b.m() + r]);
          for (int i = 0; place >= 0 && i < b.inner(); i++) {
            int q = Byte.toUnsignedInt(x[place + i]) - b.zero();
            sum += q * w[wo + panel.at(t, b.inner(), i, j)];
          }
        }
        float biased = sum + own[scratch + BytePanel.BIAS + j];
        float steps = biased * own[scratch + BytePanel.MULTIPLIER + j];
        int to = y.offset() + at + r * b.step() + j;
        if (b.rounding().isPresent()) {
          y.bytes()[to] = (byte) b.rounding().get().round(steps);
        } else {
          y.array()[to] = steps;
        }
      }
    }
  }
}
