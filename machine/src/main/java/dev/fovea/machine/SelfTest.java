package dev.fovea.machine;

import dev.fovea.engine.kernel.ByteProducts;
import dev.fovea.engine.kernel.ByteProducts.Block;
import dev.fovea.engine.kernel.Span;
import dev.fovea.machine.kernel.KernelSet;
import dev.fovea.op.Quantized.Rounding;
import dev.fovea.simd.Bfloat16;
import dev.fovea.simd.Bounds;
import dev.fovea.simd.ByteMicros;
import dev.fovea.simd.ByteWindows;
import dev.fovea.simd.FloatWindows;
import dev.fovea.simd.FloatWindows.Lines;
import dev.fovea.simd.Micro;
import dev.fovea.simd.PairMicros;
import dev.fovea.simd.PairRounding;
import dev.fovea.simd.Products;
import dev.fovea.simd.RowFormula;
import dev.fovea.simd.RowLoops;
import dev.fovea.simd.RowLoops.Extent;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A trial of micro-kernels against plain loops, bit for bit: one tile of each kind. */
final class SelfTest {
  private static final int K = 7;

  /** The calls of one kind. */
  private interface Kind {
    void run(Micro micro, int m, float[] c);
  }

  private final Micro micro;
  private final Micro plain;
  private final float[] x;
  private final float[] w;
  private final float[] offsets;
  private final int[] steps;

  private SelfTest(Micro micro, Micro plain, float[] x, float[] w) {
    this.micro = micro;
    this.plain = plain;
    this.x = x;
    this.w = w;
    this.offsets = new float[Micro.ROWS];
    this.steps = new int[K];
    for (int i = 0; i < Micro.ROWS; i++) {
      offsets[i] = Float.intBitsToFloat(i * K);
    }
    for (int i = 0; i < K; i++) {
      steps[i] = K - 1 - i;
    }
  }

  /** Returns numbers whose products are rounded. */
  private static float[] numbers(int n, int seed) {
    float[] f = new float[n];
    for (int i = 0; i < n; i++) {
      f[i] = (i * seed % 17 - 8) / 7f;
    }
    return f;
  }

  /** Returns whether kernels compute what plain loops do. */
  static boolean passes(Micro micro) {
    int n = micro.columns();
    float[] x = numbers(Micro.PRODUCT_ROWS * K, 3);
    float[] w = numbers(2 * Micro.PRODUCT_ROWS * n, 5);
    return passes(new SelfTest(micro, PlainMicro.ofFloats(n), x, w));
  }

  /** Returns whether pairs are made and multiplied as plain loops do it. */
  static boolean passes(PairMicros pairs) {
    return passes(pairs.rounding()) && passesPairs(pairs.two()) && passesPairs(pairs.one());
  }

  private static boolean passesPairs(Micro micro) {
    int n = micro.columns();
    float[] x = new float[Micro.PRODUCT_ROWS * K];
    float[] w = new float[2 * Micro.PRODUCT_ROWS * n];
    Bfloat16.neighbours(1, 2 * x.length, numbers(2 * x.length, 3), 0, 0, x, 0, 0);
    Bfloat16.neighbours(1, 2 * w.length, numbers(2 * w.length, 5), 0, 0, w, 0, 0);
    return passes(new SelfTest(micro, PlainMicro.ofPairs(n), x, w));
  }

  /** Tries three lines, and as many rows, of whole vectors and a rest. */
  private static boolean passes(PairRounding rounding) {
    int n = 69;
    float[] x = numbers(3 * n, 3);
    float[] neighbours = new float[3 * n];
    float[] lines = new float[3 * n];
    rounding.neighbours(3, n, x, 0, n, neighbours, 0, n);
    rounding.lines(3, n, x, 0, n, lines, 0, n);
    float[] plainNeighbours = new float[3 * n];
    float[] plainLines = new float[3 * n];
    Bfloat16.neighbours(3, n, x, 0, n, plainNeighbours, 0, n);
    Bfloat16.lines(3, n, x, 0, n, plainLines, 0, n);
    return Arrays.equals(neighbours, plainNeighbours) && Arrays.equals(lines, plainLines);
  }

  private static boolean passes(SelfTest t) {
    Micro micro = t.micro;
    int columns = micro.columns();
    return t.agrees(micro.maxRows(), (k, m, c) -> k.rows(m, K, t.x, 0, t.offsets, 0, t.w, 0, c, 0))
        && t.agrees(
            micro.maxRows(), (k, m, c) -> k.gather(m, K, t.x, t.offsets, 0, t.steps, t.w, 0, c, 0))
        && t.agrees(
            micro.maxOuterRows(),
            (k, m, c) -> k.outer(m, K, t.x, 0, Micro.ROWS, t.w, 0, columns, c, 0))
        && t.agrees(
            micro.maxRows(), (k, m, c) -> k.planar(m, K, t.x, 0, t.w, 0, t.steps, c, 0, columns))
        && t.agrees(
            micro.maxRows(),
            (k, m, c) ->
                k.patches(m, K, t.x, t.offsets, 0, t.steps, t.w, 0, t.w, 0, 0, c, 0, columns))
        && t.passesProducts(micro.maxProductRows())
        && t.passesProducts(Math.min(micro.maxProductRows(), KernelSet.WIDE_ROWS));
  }

  /** Returns whether windows of floats are those of plain loops: 17 columns of either stride. */
  static boolean passes(FloatWindows windows, int lanes) {
    Bounds clipped = new Bounds(0, 3);
    return agrees(windows, new Lines(lanes + 1, 1, true, 17, false, lanes + 1, clipped))
        && agrees(windows, new Lines(lanes + 1, 2, false, 17, true, lanes + 1, Bounds.NONE));
  }

  /** Tries rows of windows the lowest row of which lies outside of the image. */
  private static boolean agrees(FloatWindows windows, Lines l) {
    int line = (l.columns() * l.stride() + 2) * l.step();
    int rows = l.rows() - 1;
    float[] x = numbers(rows * line, 3);
    int weights = FloatWindows.MOST_ROWS;
    float[] own = new float[weights + 10 * l.pitch()];
    System.arraycopy(numbers(10 * l.pitch(), 5), 0, own, weights, 10 * l.pitch());
    for (int k = 0; k <= rows; k++) {
      int place = k == rows ? FloatWindows.OUTSIDE : k * line + l.step();
      own[k] = Float.intBitsToFloat(place);
    }
    float[] y = new float[l.columns() * l.channels()];
    float[] z = new float[y.length];
    windows.loops(l).compute(x, own, 0, weights, y, 0, z, 0);
    float[] first = new float[y.length];
    float[] second = new float[y.length];
    PlainWindows.row(l, x, own, 0, weights, first, 0);
    if (l.stride() == 1) {
      PlainWindows.row(l, x, own, 1, weights, second, 0);
    }
    return Arrays.equals(y, first) && Arrays.equals(z, second);
  }

  /** Returns whether each formula over two rows of two vectors gives what plain loops do. */
  static boolean passes(RowLoops loops, int lanes) {
    boolean right = true;
    int n = 2 * lanes;
    for (RowFormula f : RowFormula.values()) {
      int[] places = new int[f.inputs() + f.outputs()];
      for (int i = 0; i < places.length; i++) {
        places[i] = (i < f.inputs() ? i : i - f.inputs()) * 2 * n;
      }
      float[] x = numbers(2 * n * f.inputs(), 3);
      float[] other = numbers(2 * n, 5);
      float[] y = new float[2 * n * f.outputs()];
      if (loops.takes(f, n)) {
        loops.apply(f, new Extent(n, 2, n, n, n), places, x, other, 0, y);
        right &= agrees(f, x, other, y);
      }
    }
    return right;
  }

  private static boolean agrees(RowFormula f, float[] x, float[] other, float[] y) {
    boolean right = true;
    for (int c = 0; c < other.length; c++) {
      float[] in = new float[f.inputs() + 1];
      for (int i = 0; i < f.inputs(); i++) {
        in[i] = x[i * other.length + c];
      }
      in[f.inputs()] = f == RowFormula.PRODUCT ? other[c] : in[0];
      float[] expected = PlainRows.apply(f, in);
      for (int i = 0; i < f.outputs(); i++) {
        right &= y[i * other.length + c] == expected[i];
      }
    }
    return right;
  }

  /** Returns whether what computes on bytes gives what plain loops do. */
  static boolean passes(ByteMicros bytes) {
    return passes(bytes.products()) && bytes.windows().stream().allMatch(SelfTest::passes);
  }

  /** Tries windows of strides 1 and 2 that reach over all sides, for panels of each width. */
  private static boolean passes(ByteWindows windows) {
    Rounding to = new Rounding(9, 4, 250);
    return passes(windows, new ByteWindows.Lines(4, 4, 112, 1, 1, 131, to))
        && passes(windows, new ByteWindows.Lines(5, 3, 112, 2, 1, 131, to));
  }

  /** Tries a row of the windows of an image of two lines, the first of which is padding. */
  private static boolean passes(ByteWindows windows, ByteWindows.Lines l) {
    int n = l.channels();
    byte[] x = bytes(2 * l.width() * n, 37);
    byte[] w = bytes(9 * n, 53);
    byte[] packed = new byte[windows.packedSize(n)];
    windows.pack(n, w, 0, packed, 0);
    float[] own = new float[3 + windows.scratch(l)];
    own[0] = Float.intBitsToFloat(-1);
    own[2] = Float.intBitsToFloat(l.width() * n);
    Span numbers = Span.of(numbers(n, 7));
    byte[] y = new byte[l.columns() * n];
    windows.compute(l, 1, x, own, 0, 3, packed, 0, numbers, numbers, y, 0);
    boolean right = true;
    for (int i = 0; i < y.length; i++) {
      float number = numbers.array()[i % n];
      int sum = 0;
      for (int t = 3; t < 9; t++) {
        int column = i / n * l.stride() - l.padLeft() + t % 3;
        int q = (t / 3 - 1) * l.width() + column;
        boolean inside = column >= 0 && column < l.width();
        int real = inside ? Byte.toUnsignedInt(x[q * n + i % n]) - l.zero() : 0;
        sum += real * w[t * n + i % n];
      }
      right &= y[i] == (byte) l.rounding().round((sum + number) * number);
    }
    return right;
  }

  /** Returns whether products of bytes are those of plain loops, for panels of each width. */
  private static boolean passes(ByteProducts products) {
    boolean right = true;
    for (int columns : new int[] {5, 21, 64}) {
      right &= passes(products, columns, Optional.of(new Rounding(7, 0, 255)));
      right &= passes(products, columns, Optional.empty());
    }
    return right;
  }

  /** Tries a block of 7 rows, 2 taps and 5 channels. */
  private static boolean passes(ByteProducts products, int columns, Optional<Rounding> rounding) {
    int rows = 7;
    int inner = 5;
    Block b = new Block(rows, 2, inner, 0, columns, 3, rounding, columns);
    byte[] x = bytes(2 * rows * inner + 3, 37);
    byte[] w = bytes(2 * inner * columns, 53);
    byte[] packed = new byte[products.packedSize(2, inner, columns)];
    products.pack(2, inner, columns, w, 0, columns, packed, 0);
    float[] own = new float[2 * rows + products.scratch(b)];
    for (int i = 0; i < 2 * rows; i++) {
      own[i] = Float.intBitsToFloat(i % 5 == 4 ? -1 : i * inner);
    }
    Span numbers = Span.of(numbers(columns, 7));
    byte[] y = new byte[rows * columns];
    float[] f = new float[rows * columns];
    Span to = rounding.isPresent() ? new Span(y, 0, y.length) : Span.of(f);
    products.product(b, x, own, 0, 2 * rows, packed, 0, numbers, numbers, to, 0);
    boolean right = true;
    for (int i = 0; i < y.length; i++) {
      float number = numbers.array()[i % columns];
      float steps = (sum(b, x, own, w, i) + number) * number;
      right &= rounding.isPresent() ? y[i] == (byte) rounding.get().round(steps) : f[i] == steps;
    }
    return right;
  }

  private static int sum(Block b, byte[] x, float[] table, byte[] w, int result) {
    int row = result / b.columns();
    int sum = 0;
    for (int j = 0; j < b.taps() * b.inner(); j++) {
      int place = Float.floatToRawIntBits(table[j / b.inner() * b.m() + row]);
      int q = place < 0 ? 0 : Byte.toUnsignedInt(x[place + j % b.inner()]) - b.zero();
      sum += q * w[j * b.columns() + result % b.columns()];
    }
    return sum;
  }

  private static byte[] bytes(int n, int step) {
    byte[] b = new byte[n];
    for (int i = 0; i < n; i++) {
      b[i] = (byte) (i * step);
    }
    return b;
  }

  /** Tries products of two panels within all kinds of bounds, with a residual and without. */
  private boolean passesProducts(int rows) {
    int n = micro.columns();
    Span panels = Span.of(w);
    boolean right = true;
    for (Bounds in : new Bounds[] {Bounds.NONE, Bounds.RELU, new Bounds(0, 0.5f)}) {
      for (@Nullable Span r : new Span[] {panels, null}) {
        right &=
            agrees(
                rows,
                (k, m, c) -> {
                  Products p = Products.of(Span.of(x), K, panels, panels, Span.of(c), 2 * n);
                  Products all = p.withBiasStep(n).within(in).plus(r);
                  k.products(all, 2, m, K, 0, 0, 0, 0, panels);
                });
      }
    }
    return right;
  }

  private boolean agrees(int m, Kind kind) {
    float[] expected = numbers(2 * m * micro.columns(), 11);
    float[] computed = expected.clone();
    kind.run(plain, m, expected);
    kind.run(micro, m, computed);
    return Arrays.equals(expected, computed);
  }
}
