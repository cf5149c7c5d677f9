package dev.fovea.machine;

import dev.fovea.engine.kernel.Span;
import dev.fovea.machine.kernel.WindowKernels;
import dev.fovea.machine.kernel.WindowPanel;
import dev.fovea.machine.memory.Code;
import dev.fovea.op.Quantized.Rounding;
import dev.fovea.simd.ByteWindows;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Depthwise windows of bytes by the instruction for products of bytes (AVX-512 VNNI). */
final class MachineWindows implements ByteWindows {
  private static final int SIDE = 3;

  /** A sum of nine products is no larger. */
  private static final float MOST_SUM = 9 * 255 * 128;

  /** Results of one call: some 30 µs; see {@link MachineMicro#MOST}. */
  private static final int MOST = 1 << 18;

  private final WindowKernels kernels = new WindowKernels();

  /** The panels of numbers of channels that were asked for, since rows are computed often. */
  private final Map<Integer, List<WindowPanel>> panels = new ConcurrentHashMap<>();

  @Override
  public String name() {
    return "depthwise by machine code of VNNI";
  }

  private List<WindowPanel> panels(int channels) {
    return panels.computeIfAbsent(channels, WindowPanel::of);
  }

  @Override
  public int packedSize(int channels) {
    return panels(channels).stream().mapToInt(WindowPanel::size).reduce(0, Math::addExact);
  }

  @Override
  public void pack(int channels, byte[] w, int wo, byte[] packed, int po) {
    int at = po;
    for (WindowPanel panel : panels(channels)) {
      panel.pack(channels, w, wo, packed, at);
      at += panel.size();
    }
  }

  @Override
  public int scratch(Lines l) {
    return WindowPanel.CONSTANTS + Math.ceilDiv(l.width() * l.channels(), Float.BYTES);
  }

  @Override
  public void compute(
      Lines l,
      int rows,
      byte[] x,
      float[] own,
      int table,
      int scratch,
      byte[] w,
      int wo,
      Span multiplier,
      Span bias,
      byte[] y,
      int at) {
    check(l, rows, x, own, table, scratch, w, wo);
    Reach.check(at, (long) rows * l.columns() * l.channels(), y.length);
    boolean pads = pads(rows, own, table);
    if (pads) {
      int padding = scratch(l) - WindowPanel.CONSTANTS;
      int bits = ByteConstants.bytes(l.zero());
      ByteConstants.fill(own, scratch + WindowPanel.CONSTANTS, padding, bits);
    }
    int panelAt = wo;
    for (WindowPanel p : panels(l.channels())) {
      boolean fits = constants(l, p, own, scratch, w, panelAt, multiplier, bias);
      if (!fits || !panel(l, p, rows, x, own, table, scratch, w, panelAt, y, at)) {
        plain(l, p, rows, x, own, table, w, panelAt, multiplier, bias, y, at);
      }
      panelAt += p.size();
    }
  }

  private void check(
      Lines l, int rows, byte[] x, float[] own, int table, int scratch, byte[] w, int wo) {
    boolean left = l.padLeft() == 0 || l.padLeft() == 1;
    boolean right = l.padRight() <= 1 && l.columns() > 0 && l.width() > 0;
    boolean windows = l.stride() == 1 || l.stride() == 2;
    if (!left || !right || !windows || l.channels() < LEAST_CHANNELS) {
      throw new IndexOutOfBoundsException("there are no such windows: " + l);
    }
    Reach.check(table, (long) SIDE * rows, own.length);
    Reach.check(scratch, scratch(l), own.length);
    Reach.check(wo, packedSize(l.channels()), w.length);
    long line = (long) l.width() * l.channels();
    for (int i = 0; i < SIDE * rows; i++) {
      int place = Float.floatToRawIntBits(own[table + i]);
      Reach.check(Math.max(0, place), line, x.length);
    }
  }

  private static boolean pads(int rows, float[] own, int table) {
    for (int i = 0; i < SIDE * rows; i++) {
      if (Float.floatToRawIntBits(own[table + i]) < 0) {
        return true;
      }
    }
    return false;
  }

  /** Writes a panel's constants, and returns whether all numbers of steps will be small. */
  private static boolean constants(
      Lines l,
      WindowPanel p,
      float[] own,
      int scratch,
      byte[] w,
      int wo,
      Span multiplier,
      Span bias) {
    int floats = p.width().floats();
    int from = p.channel();
    p.spread(bias.array(), bias.offset() + from, own, scratch + WindowPanel.BIAS * floats);
    int to = scratch + WindowPanel.MULTIPLIER * floats;
    p.spread(multiplier.array(), multiplier.offset() + from, own, to);
    ByteConstants.begin(p.channels(), l.zero(), w, wo + p.sumsAt(), own, scratch);
    Rounding r = l.rounding();
    int zero = scratch + WindowPanel.ZERO * floats;
    ByteConstants.fill(own, zero, floats, ByteConstants.words(r.zero()));
    ByteConstants.fill(own, zero + floats, floats, ByteConstants.bytes(r.least()));
    ByteConstants.fill(own, zero + 2 * floats, floats, ByteConstants.bytes(r.greatest()));
    ByteConstants.fill(own, zero + 3 * floats, 1, ByteConstants.bytes(l.zero()));
    return ByteConstants.fit(p.channels(), MOST_SUM, own, scratch + WindowPanel.BIAS * floats, to);
  }

  /** Computes the rows of a panel; returns false if there is no memory for its code. */
  private boolean panel(
      Lines l,
      WindowPanel p,
      int rows,
      byte[] x,
      float[] own,
      int table,
      int scratch,
      byte[] w,
      int wo,
      byte[] y,
      int at) {
    boolean padsRight = l.padRight() == 1;
    Code code = kernels.of(p.width(), l.stride(), l.padLeft() == 1, padsRight);
    if (code == null) {
      return false;
    }
    int line = l.columns() * l.channels();
    int most = Math.max(1, MOST / (l.columns() * p.channels()));
    MemorySegment o = MemorySegment.ofArray(own);
    for (int r = 0; r < rows; r += most) {
      code.call(
          MemorySegment.ofArray(x),
          MemorySegment.ofArray(w),
          o,
          o,
          MemorySegment.ofArray(y),
          o,
          p.channel(),
          wo,
          (long) Float.BYTES * scratch,
          (long) Float.BYTES * (scratch + WindowPanel.CONSTANTS),
          at + (long) r * line + p.channel(),
          (long) Float.BYTES * (table + SIDE * r),
          Math.min(most, rows - r),
          l.channels(),
          l.columns() - (padsRight ? 1 : 0),
          line,
          0);
    }
    return true;
  }

  /** Does the same one by one, with numbers that are large or not finite too. */
  private static void plain(
      Lines l,
      WindowPanel p,
      int rows,
      byte[] x,
      float[] own,
      int table,
      byte[] w,
      int wo,
      Span multiplier,
      Span bias,
      byte[] y,
      int at) {
    for (int r = 0; r < rows; r++) {
      for (int j = 0; j < l.columns(); j++) {
        for (int i = 0; i < p.channels(); i++) {
          int c = p.channel() + i;
          float b = bias.array()[bias.offset() + c];
          float k = multiplier.array()[multiplier.offset() + c];
          float steps = (sum(l, p, i, j, x, own, table + SIDE * r, w, wo) + b) * k;
          int to = at + (r * l.columns() + j) * l.channels() + c;
          y[to] = (byte) l.rounding().round(steps);
        }
      }
    }
  }

  private static int sum(
      Lines l, WindowPanel p, int i, int j, byte[] x, float[] own, int places, byte[] w, int wo) {
    int sum = 0;
    for (int t = 0; t < SIDE * SIDE; t++) {
      int place = Float.floatToRawIntBits(own[places + t / SIDE]);
      int column = j * l.stride() - l.padLeft() + t % SIDE;
      if (place >= 0 && column >= 0 && column < l.width()) {
        int q = Byte.toUnsignedInt(x[place + column * l.channels() + p.channel() + i]);
        sum += (q - l.zero()) * w[wo + p.at(t, i)];
      }
    }
    return sum;
  }
}
