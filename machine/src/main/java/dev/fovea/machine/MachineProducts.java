package dev.fovea.machine;

import dev.fovea.engine.kernel.ByteProducts;
import dev.fovea.engine.kernel.Span;
import dev.fovea.machine.kernel.ByteInstructions;
import dev.fovea.machine.kernel.BytePanel;
import dev.fovea.machine.kernel.ByteProductKernels;
import dev.fovea.machine.memory.Code;
import dev.fovea.op.Quantized.Rounding;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Products of bytes with exact sums of 32 bits, by the instruction for them (AVX-512 VNNI), or by
 * that for numbers of 16 bits (AVX-512, AVX2).
 */
final class MachineProducts implements ByteProducts {
  /** Bytes of a block's rows that may be read for every panel: a part of an L2 cache. */
  private static final int BYTES = 65_536;

  private static final int MOST_ROWS = 96;

  /** Products of a column that are worth a panel's constants. */
  private static final int COLUMN = 6144;

  /** A product is no larger. */
  private static final float MOST_PRODUCT = 255 * 128;

  /** Products of one call, some 40 µs; see {@link MachineMicro#MOST}. */
  private static final long MOST = 1 << 23;

  private final ByteInstructions by;
  private final ByteProductKernels kernels;
  private final int tile;

  /** Creates them for a processor that has such instructions. */
  MachineProducts(ByteInstructions by) {
    this.by = by;
    this.kernels = new ByteProductKernels(by);
    this.tile = kernels.rows();
  }

  @Override
  public String name() {
    return switch (by) {
      case VNNI -> "machine code of VNNI";
      case WORDS_512 -> "machine code of 16 bits";
      case WORDS_256 -> "machine code of 16 bits, AVX2";
    };
  }

  @Override
  public int packedSize(int taps, int inner, int columns) {
    BytePanel panel = BytePanel.of(columns, by);
    int panels = Math.ceilDiv(columns, panel.columns());
    return Math.multiplyExact(panels, panel.size(taps, inner));
  }

  @Override
  public void pack(
      int taps, int inner, int columns, byte[] w, int wo, int step, byte[] packed, int po) {
    BytePanel panel = BytePanel.of(columns, by);
    Arrays.fill(packed, po, po + packedSize(taps, inner, columns), (byte) 0);
    ByteBuffer integers = ByteBuffer.wrap(packed).order(ByteOrder.LITTLE_ENDIAN);
    for (int j = 0; j < columns; j++) {
      int begin = po + j / panel.columns() * panel.size(taps, inner);
      int column = j % panel.columns();
      int sum = 0;
      for (int i = 0; i < taps * inner; i++) {
        byte weight = w[wo + i * step + j];
        int at = begin + panel.at(i / inner, inner, i % inner, column);
        packed[at] = weight;
        if (by.wide()) {
          packed[at + 1] = (byte) (weight >> Byte.SIZE); // its sign
        }
        sum += weight;
      }
      integers.putInt(begin + panel.place(column) * Integer.BYTES, sum);
    }
  }

  @Override
  public int rows(int taps, int inner) {
    int k = Math.max(1, taps * inner);
    int most = Math.max(MOST_ROWS, COLUMN / k);
    return Math.clamp(BYTES / k, tile, most) / tile * tile;
  }

  @Override
  public int scratch(Block b) {
    int n = BytePanel.of(b.columns(), by).columns();
    int row = b.rounding().isPresent() ? n / Float.BYTES : n;
    return aside(b) + (by.wide() ? b.m() * row : 0);
  }

  /**
   * Returns where, within the scratch, the results of a panel lie that are not stored as they are.
   */
  private static int aside(Block b) {
    return BytePanel.CONSTANTS + BytePanel.read(b.inner()) / Float.BYTES;
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
    BytePanel panel = BytePanel.of(b.columns(), by);
    boolean within = check(b, x, own, table, scratch, y, at);
    constants(b, panel, own, scratch);
    int size = panel.size(b.taps(), b.inner());
    for (int first = 0; first < b.columns(); first += panel.columns()) {
      int used = Math.min(panel.columns(), b.columns() - first);
      int begin = wo + first / panel.columns() * size;
      Reach.check(begin, size, w.length);
      int column = b.column() + first;
      int biases = scratch + BytePanel.BIAS;
      int multipliers = scratch + BytePanel.MULTIPLIER;
      int n = panel.columns();
      panel.spread(bias.array(), bias.offset() + column, used, own, biases);
      panel.spread(multiplier.array(), multiplier.offset() + column, used, own, multipliers);
      ByteConstants.begin(n, b.zero(), w, begin, own, scratch + BytePanel.BEGIN);
      mask(used, own, scratch + BytePanel.MASK);
      float most = MOST_PRODUCT * b.taps() * b.inner();
      boolean fast = within && ByteConstants.fit(n, most, own, biases, multipliers);
      if (!fast || !panel(b, panel, used, x, own, table, scratch, w, begin, y, at + first)) {
        plain(b, panel, used, x, own, table, scratch, w, begin, y, at + first);
      }
    }
  }

  /** Returns whether bytes that are read beside a row's last ones are there, too. */
  private boolean check(Block b, byte[] x, float[] own, int table, int scratch, Span y, int at) {
    int places = Math.multiplyExact(b.taps(), b.m());
    Reach.check(table, places, own.length);
    Reach.check(scratch, scratch(b), own.length);
    int length = b.rounding().isPresent() ? y.bytes().length : y.array().length;
    Reach.checkRows((long) y.offset() + at, b.m(), b.step(), b.columns(), length);
    int greatest = 0;
    for (int i = 0; i < places; i++) {
      greatest = Math.max(greatest, Float.floatToRawIntBits(own[table + i]));
    }
    Reach.check(greatest, b.inner(), x.length);
    return (long) greatest + BytePanel.read(b.inner()) <= x.length;
  }

  /** Writes what is the same for all panels of a block. */
  private static void constants(Block b, BytePanel panel, float[] own, int scratch) {
    if (b.rounding().isPresent()) {
      Rounding to = b.rounding().get();
      boolean four = panel.vectors() == 4;
      int least = four ? ByteConstants.bytes(to.least()) : ByteConstants.words(to.least());
      int greatest = four ? ByteConstants.bytes(to.greatest()) : ByteConstants.words(to.greatest());
      ByteConstants.fill(own, scratch + BytePanel.ZERO, 16, ByteConstants.words(to.zero()));
      ByteConstants.fill(own, scratch + BytePanel.LEAST, 16, least);
      ByteConstants.fill(own, scratch + BytePanel.GREATEST, 16, greatest);
      own[scratch + BytePanel.ZERO_INTEGER] = Float.intBitsToFloat(to.zero());
      own[scratch + BytePanel.LEAST_STEPS] = to.least() - to.zero();
      own[scratch + BytePanel.GREATEST_STEPS] = to.greatest() - to.zero();
    }
    own[scratch + BytePanel.EVEN] = Float.intBitsToFloat(ByteConstants.words(0xFF));
    ByteConstants.fill(own, scratch + BytePanel.EVEN_VECTOR, 8, ByteConstants.words(0xFF));
    ByteConstants.fill(own, scratch + BytePanel.EIGHT, 4, 0);
    own[scratch + BytePanel.EIGHT] = Float.intBitsToFloat(Byte.SIZE);
    int padding = BytePanel.read(b.inner()) / Float.BYTES;
    int at = scratch + BytePanel.CONSTANTS;
    ByteConstants.fill(own, at, padding, ByteConstants.bytes(b.zero()));
  }

  private static void mask(int used, float[] own, int at) {
    long mask = used == Long.SIZE ? -1L : (1L << used) - 1;
    own[at] = Float.intBitsToFloat((int) mask);
    own[at + 1] = Float.intBitsToFloat((int) (mask >>> Integer.SIZE));
  }

  /** Computes a block of a panel by machine code; returns false if there is no memory for it. */
  private boolean panel(
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
    boolean rounds = b.rounding().isPresent();
    int n = panel.columns();
    if (by.wide() && !(rounds && used == n)) {
      int to = scratch + aside(b);
      int bytes = rounds ? 1 : Float.BYTES;
      Rows rows = new Rows(MemorySegment.ofArray(own), (long) Float.BYTES * to, (long) bytes * n);
      boolean computed = tiles(b, panel, true, x, own, table, scratch, w, wo, rows);
      if (computed) {
        store(b, panel, used, own, to, y, at);
      }
      return computed;
    }
    Rows rows = rows(b, y, at);
    return tiles(b, panel, used == n, x, own, table, scratch, w, wo, rows);
  }

  /**
   * Where rows of results lie.
   *
   * @param memory the memory
   * @param begin the byte where the first begins
   * @param step the bytes from a row to the next
   */
  private record Rows(MemorySegment memory, long begin, long step) {}

  private static Rows rows(Block b, Span y, int at) {
    int begin = y.offset() + at;
    long step = b.step();
    return b.rounding().isPresent()
        ? new Rows(MemorySegment.ofArray(y.bytes()), begin, step)
        : new Rows(
            MemorySegment.ofArray(y.array()), (long) Float.BYTES * begin, Float.BYTES * step);
  }

  /** Computes tile after tile of a panel; returns false if there is no memory for code. */
  private boolean tiles(
      Block b,
      BytePanel panel,
      boolean all,
      byte[] x,
      float[] own,
      int table,
      int scratch,
      byte[] w,
      int wo,
      Rows y) {
    boolean rounds = b.rounding().isPresent();
    Code full = kernels.of(tile, panel.vectors(), rounds, all);
    int left = b.m() % tile;
    Code rest = left == 0 ? full : kernels.of(left, panel.vectors(), rounds, all);
    if (full == null || rest == null) {
      return false;
    }
    long products = (long) tile * b.taps() * BytePanel.read(b.inner()) * panel.columns();
    int most = Math.clamp(MOST / products, 1, Integer.MAX_VALUE);
    int tiles = b.m() / tile;
    for (int i = 0; i < tiles; i += most) {
      int n = Math.min(most, tiles - i);
      call(full, b, n, i * tile, x, own, table, scratch, w, wo, y);
    }
    if (left > 0) {
      call(rest, b, 1, tiles * tile, x, own, table, scratch, w, wo, y);
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
      Rows y) {
    MemorySegment o = MemorySegment.ofArray(own);
    code.call(
        MemorySegment.ofArray(x),
        MemorySegment.ofArray(w),
        o,
        o,
        y.memory(),
        o,
        0,
        wo,
        (long) Float.BYTES * scratch,
        (long) Float.BYTES * (scratch + BytePanel.CONSTANTS),
        y.begin() + row * y.step(),
        (long) Float.BYTES * (table + row),
        tiles,
        (long) Integer.BYTES * b.m() * b.taps(),
        (long) Integer.BYTES * b.m(),
        BytePanel.read(b.inner()),
        y.step());
  }

  /** Stores the columns that there are of results that lie aside, a whole panel in each row. */
  private static void store(
      Block b, BytePanel panel, int used, float[] own, int from, Span y, int at) {
    int n = panel.columns();
    for (int r = 0; r < b.m(); r++) {
      int to = y.offset() + at + r * b.step();
      for (int j = 0; j < used; j++) {
        if (b.rounding().isPresent()) {
          int four = Float.floatToRawIntBits(own[from + (r * n + j) / Float.BYTES]);
          y.bytes()[to + j] = (byte) (four >> (Byte.SIZE * (j % Float.BYTES)));
        } else {
          y.array()[to + j] = own[from + r * n + panel.place(j)];
        }
      }
    }
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
        float biased = sum + own[scratch + BytePanel.BIAS + panel.place(j)];
        float steps = biased * own[scratch + BytePanel.MULTIPLIER + panel.place(j)];
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
