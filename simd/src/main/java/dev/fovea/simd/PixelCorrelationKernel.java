package dev.fovea.simd;

import dev.fovea.engine.kernel.Footprint;
import dev.fovea.engine.kernel.Operands;
import dev.fovea.engine.kernel.Span;
import dev.fovea.simd.TileSums.Part;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * The weight gradient of a convolution of few channels to few filters, which would leave lanes of a
 * vector over filters empty: vectors run over pixels.
 *
 * <p>Strips of rows of x and of d are brought into planes of one channel each in the worker's
 * memory, rows of d with zeros up to the length of x's, so that a strip is one run of pixels. Sums
 * are vectors until the end of a share; then their lanes are added in their order.
 */
final class PixelCorrelationKernel extends SumsKernel {
  private static final VectorSpecies<Float> S = Species.FLOATS;
  private static final int L = S.length();

  /** Pixels of a strip. */
  private static final int STRIP = 1024;

  /** Filters of a tile. */
  private static final int FILTERS = Transposes.PLANES;

  /** Pairs of tap and channel of a tile: 15 sums, 3 vectors of d and one of x in 32 registers. */
  private static final int PAIRS = 5;

  /** Floats of a tile's sums. */
  private static final int TILE = FILTERS * PAIRS * L;

  /** Fewer columns of d lose too much to the zeros behind each row. */
  private static final int ROW = 16;

  private final Correlation g;
  private final StripPacker packer;
  private final TileSums sums;
  private final int pairs;
  private final int across;
  private final int blocks;
  private final int stripRows;
  private final int strips;
  private final int plane;

  private PixelCorrelationKernel(Correlation g, int stripRows, TileSums sums) {
    super(g, sums);
    this.g = g;
    this.sums = sums;
    this.packer = new StripPacker(g);
    this.pairs = g.window().taps() * g.inner();
    this.across = Ranges.ceilDiv(pairs, PAIRS);
    this.blocks = Ranges.ceilDiv(g.columns(), FILTERS);
    this.stripRows = stripRows;
    this.strips = g.strips(stripRows);
    this.plane = Ranges.roundUp(stripRows * g.planeCols(), L);
  }

  static PixelCorrelationKernel of(Correlation g) {
    int stripRows = Ranges.clamp(STRIP / g.planeCols(), 1, g.rows());
    TileSums sums = TileSums.ofPairs(g, g.columns(), Micro.ROWS, g.strips(stripRows));
    return new PixelCorrelationKernel(g, stripRows, sums);
  }

  /** Returns whether filters leave at least a quarter of a vector empty, and tiles are full. */
  static boolean suits(Correlation g) {
    return Species.MANY_REGISTERS
        && g.dColumn() == 1
        && g.columns() >= FILTERS
        && 4 * g.columns() <= 3 * L
        && g.window().taps() * g.inner() >= PAIRS
        && g.cols() >= ROW;
  }

  @Override
  int parts() {
    return sums.parts();
  }

  @Override
  public Footprint footprint() {
    return super.footprint().withScratch(scratch());
  }

  /** Sums, planes of d, planes of x and what a last vector reads behind them. */
  private int scratch() {
    return sumSize() + blocks * FILTERS * plane + g.stripPixels(stripRows) * g.inner() + L;
  }

  private int sumSize() {
    return blocks * across * TILE;
  }

  @Override
  void sum(int index, Operands operands, Span own) {
    Part p = sums.part(index);
    float[] f = own.array();
    int d = own.offset() + sumSize();
    int x = d + blocks * FILTERS * plane;
    Arrays.fill(f, own.offset(), own.offset() + scratch(), 0);
    int end = Ranges.begin(p.share() + 1, sums.shares(), strips);
    for (int i = Ranges.begin(p.share(), sums.shares(), strips); i < end; i++) {
      int image = i / (strips / g.n());
      int row0 = i % (strips / g.n()) * stripRows;
      int r = Math.min(stripRows, g.rows() - row0);
      packer.channels(operands.input(0).after(p.group() * g.xGroup()), image, row0, r, f, x);
      planes(operands.input(1).after(p.group() * g.dGroup()), image, row0, r, f, d);
      tiles(r, f, own.offset(), d, x);
    }
    store(operands, p, f, own.offset());
  }

  /** Brings r rows of d into planes, three for each tile; what is behind a row stays zero. */
  private void planes(Span d, int image, int row0, int r, float[] f, int to) {
    if (r < stripRows) {
      Arrays.fill(f, to, to + blocks * FILTERS * plane, 0);
    }
    int first = d.offset() + (image * g.rows() + row0) * g.cols() * g.dPixel();
    for (int row = 0; row < r; row++) {
      int from = first + row * g.cols() * g.dPixel();
      int line = to + row * g.planeCols();
      for (int b = 0; b < blocks; b++) {
        int block = line + b * FILTERS * plane;
        Transposes.split(d.array(), from + firstFilter(b), g.dPixel(), f, block, plane, g.cols());
      }
    }
  }

  /** Adds the sums over a strip. */
  private void tiles(int r, float[] f, int sum, int d, int x) {
    int n = (r - 1) * g.planeCols() + g.cols();
    for (int b = 0; b < blocks; b++) {
      for (int t = 0; t < across; t++) {
        int pair = firstPair(t);
        tile(
            n,
            f,
            d + b * FILTERS * plane,
            plane,
            pixel(x, pair, r),
            pixel(x, pair + 1, r),
            pixel(x, pair + 2, r),
            pixel(x, pair + 3, r),
            pixel(x, pair + 4, r),
            sum + (b * across + t) * TILE);
      }
    }
  }

  // A last tile that would not be full computes some of its neighbour's sums once more.

  private int firstFilter(int block) {
    return Math.min(block * FILTERS, g.columns() - FILTERS);
  }

  private int firstPair(int block) {
    return Math.min(block * PAIRS, pairs - PAIRS);
  }

  /** Returns where the first pixel of a pair of tap and channel is. */
  private int pixel(int x, int pair, int r) {
    return x + pair % g.inner() * g.stripPixels(r) + g.tapOffset(pair / g.inner(), r);
  }

  /** Adds d[k][p] · x[t][p] over n pixels p to the sums [k][t] of 3 filters × 5 pairs. */
  private static void tile(
      int n, float[] f, int d, int plane, int x0, int x1, int x2, int x3, int x4, int to) {
    int d1 = d + plane;
    int d2 = d1 + plane;
    FloatVector a0 = FloatVector.fromArray(S, f, to);
    FloatVector a1 = FloatVector.fromArray(S, f, to + L);
    FloatVector a2 = FloatVector.fromArray(S, f, to + 2 * L);
    FloatVector a3 = FloatVector.fromArray(S, f, to + 3 * L);
    FloatVector a4 = FloatVector.fromArray(S, f, to + 4 * L);
    FloatVector b0 = FloatVector.fromArray(S, f, to + 5 * L);
    FloatVector b1 = FloatVector.fromArray(S, f, to + 6 * L);
    FloatVector b2 = FloatVector.fromArray(S, f, to + 7 * L);
    FloatVector b3 = FloatVector.fromArray(S, f, to + 8 * L);
    FloatVector b4 = FloatVector.fromArray(S, f, to + 9 * L);
    FloatVector c0 = FloatVector.fromArray(S, f, to + 10 * L);
    FloatVector c1 = FloatVector.fromArray(S, f, to + 11 * L);
    FloatVector c2 = FloatVector.fromArray(S, f, to + 12 * L);
    FloatVector c3 = FloatVector.fromArray(S, f, to + 13 * L);
    FloatVector c4 = FloatVector.fromArray(S, f, to + 14 * L);
    for (int i = 0; i < n; i += L) {
      FloatVector u = FloatVector.fromArray(S, f, d + i);
      FloatVector v = FloatVector.fromArray(S, f, d1 + i);
      FloatVector w = FloatVector.fromArray(S, f, d2 + i);
      FloatVector x = FloatVector.fromArray(S, f, x0 + i);
      a0 = x.fma(u, a0);
      b0 = x.fma(v, b0);
      c0 = x.fma(w, c0);
      x = FloatVector.fromArray(S, f, x1 + i);
      a1 = x.fma(u, a1);
      b1 = x.fma(v, b1);
      c1 = x.fma(w, c1);
      x = FloatVector.fromArray(S, f, x2 + i);
      a2 = x.fma(u, a2);
      b2 = x.fma(v, b2);
      c2 = x.fma(w, c2);
      x = FloatVector.fromArray(S, f, x3 + i);
      a3 = x.fma(u, a3);
      b3 = x.fma(v, b3);
      c3 = x.fma(w, c3);
      x = FloatVector.fromArray(S, f, x4 + i);
      a4 = x.fma(u, a4);
      b4 = x.fma(v, b4);
      c4 = x.fma(w, c4);
    }
    a0.intoArray(f, to);
    a1.intoArray(f, to + L);
    a2.intoArray(f, to + 2 * L);
    a3.intoArray(f, to + 3 * L);
    a4.intoArray(f, to + 4 * L);
    b0.intoArray(f, to + 5 * L);
    b1.intoArray(f, to + 6 * L);
    b2.intoArray(f, to + 7 * L);
    b3.intoArray(f, to + 8 * L);
    b4.intoArray(f, to + 9 * L);
    c0.intoArray(f, to + 10 * L);
    c1.intoArray(f, to + 11 * L);
    c2.intoArray(f, to + 12 * L);
    c3.intoArray(f, to + 13 * L);
    c4.intoArray(f, to + 14 * L);
  }

  /** Adds the lanes of all sums and stores them in the workspace. */
  private void store(Operands operands, Part p, float[] f, int sum) {
    Split rows = sums.split();
    float[] to = operands.workspace().array();
    for (int t = 0; t < rows.blocks(); t++) {
      int tile = sums.at(operands, p.share(), p.group(), 0, t);
      for (int i = 0; i < rows.size(); i++) {
        for (int k = 0; k < g.columns(); k++) {
          to[tile + i * g.columns() + k] = lanes(f, sum + place(rows.begin(t) + i, k));
        }
      }
    }
  }

  /** Returns where the sums of a pair of tap and channel and a filter are. */
  private int place(int pair, int k) {
    int t = pair / PAIRS;
    int b = k / FILTERS;
    int within = (k - firstFilter(b)) * PAIRS + pair - firstPair(t);
    return (b * across + t) * TILE + within * L;
  }

  private static float lanes(float[] f, int at) {
    float all = f[at];
    for (int i = 1; i < L; i++) {
      all += f[at + i];
    }
    return all;
  }
}
