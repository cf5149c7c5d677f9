package dev.fovea.simd;

import dev.fovea.engine.kernel.Footprint;
import dev.fovea.engine.kernel.Operands;
import dev.fovea.engine.kernel.Span;
import dev.fovea.simd.Correlation.Parts;

/**
 * The weight gradient of a convolution, and Aᵀ·B: a matrix product whose inner dimension is pixels.
 *
 * <p>Strips of rows are copied into the worker's memory, each pixel's channels together, at one
 * distance for every tap; the border is zeros. Parts of the result whose sums lie in a cache beside
 * their pixels are summed apart.
 */
final class CorrelationKernel extends SumsKernel {
  private final Correlation g;
  private final Micro micro;
  private final Strips packer;
  private final Split split;
  private final TileSums sums;
  private final Parts parts;
  private final int stripRows;
  private final int strips;
  private final int xPixel;
  private final int dPixel;

  private CorrelationKernel(
      Correlation g, Micro micro, Strips packer, Parts parts, int stripRows, TileSums sums) {
    super(g, sums);
    this.g = g;
    this.sums = sums;
    this.split = sums.split();
    this.parts = parts;
    this.stripRows = stripRows;
    this.strips = g.strips(stripRows);
    this.micro = micro;
    this.packer = packer;
    this.xPixel = apart(Ranges.ceilDiv(split.blocks(), parts.rows()) * split.size());
    this.dPixel = apart(Ranges.ceilDiv(sums.blocks(), parts.columns()) * micro.columns());
  }

  static CorrelationKernel of(Correlation g, Micros micros) {
    return of(g, micros.forColumns(g.columns()), new StripPacker(g));
  }

  /** Returns the kernel of sums in pairs of bfloat16. */
  static CorrelationKernel ofPairs(Correlation g, PairMicros pairs) {
    Correlation even = g.ofPairs();
    return of(even, pairs.forColumns(g.columns()), new PairStrips(even, pairs.rounding()));
  }

  private static CorrelationKernel of(Correlation g, Micro micro, Strips packer) {
    Split split = Split.of(g.inner(), micro.maxOuterRows());
    Parts parts = Parts.of(g, split.blocks(), Ranges.ceilDiv(g.columns(), micro.columns()));
    int stripRows = Ranges.clamp(g.stripTarget(parts) / g.planeCols(), 1, g.rows());
    int wanted = Ranges.ceilDiv(g.usefulTasks(), g.groups() * parts.rows() * parts.columns());
    int shares = Math.min(wanted, g.strips(stripRows));
    return new CorrelationKernel(
        g, micro, packer, parts, stripRows, TileSums.of(g, micro.columns(), split, shares));
  }

  /** Returns a distance for so many floats that keeps neighbours from one place in a cache. */
  private static int apart(int floats) {
    int lines = Ranges.ceilDiv(floats, 16);
    return (lines % 2 == 0 ? lines + 1 : lines) * 16;
  }

  @Override
  public String algorithm() {
    return g.pairs() ? "correlation bf16" : "correlation";
  }

  @Override
  int parts() {
    return sums.shares() * g.groups() * parts.columns() * parts.rows();
  }

  @Override
  public Footprint footprint() {
    return super.footprint()
        .withScratch(Math.addExact(xSize(), packer.gradientSize(stripRows, dPixel)));
  }

  private int xSize() {
    return packer.pixelsSize(stripRows, xPixel);
  }

  /** A share of the pixels, and blocks of columns and of channels of a group. */
  private record Part(int share, int group, int b0, int b1, int c0, int c1) {}

  @Override
  void sum(int index, Operands operands, Span own) {
    int across = parts.columns();
    int columnPart = index % across;
    int rowPart = index / across % parts.rows();
    int group = index / across / parts.rows() % g.groups();
    int share = index / across / parts.rows() / g.groups();
    Part part =
        new Part(
            share,
            group,
            Ranges.begin(columnPart, across, sums.blocks()),
            Ranges.begin(columnPart + 1, across, sums.blocks()),
            Ranges.begin(rowPart, parts.rows(), split.blocks()),
            Ranges.begin(rowPart + 1, parts.rows(), split.blocks()));
    clear(part, operands);
    int end = Ranges.begin(share + 1, sums.shares(), strips);
    for (int i = Ranges.begin(share, sums.shares(), strips); i < end; i++) {
      strip(i, part, operands, own);
    }
  }

  private void clear(Part p, Operands operands) {
    for (int b = p.b0; b < p.b1; b++) {
      for (int t = p.c0; t < sums.tiles(); t += split.blocks()) {
        sums.clear(operands, p.share, p.group, b, t, p.c1 - p.c0);
      }
    }
  }

  private void strip(int strip, Part p, Operands operands, Span own) {
    int perImage = strips / g.n();
    int image = strip / perImage;
    int row0 = strip % perImage * stripRows;
    int r = Math.min(stripRows, g.rows() - row0);
    float[] f = own.array();
    int xs = own.offset();
    int ds = xs + xSize();
    int nr = micro.columns();
    int c = split.begin(p.c0);
    Span x = operands.input(0).after(p.group * g.xGroup() + c);
    packer.pixels(x, image, row0, r, split.begin(p.c1 - 1) + split.size() - c, xPixel, f, xs);
    Span d = operands.input(1).after(p.group * g.dGroup() + p.b0 * nr * g.dColumn());
    int columns = Math.min(g.columns(), p.b1 * nr) - p.b0 * nr;
    packer.gradient(d, image, row0, r, columns, (p.b1 - p.b0) * nr, dPixel, f, ds);
    int k = packer.steps((r - 1) * g.planeCols() + g.cols());
    float[] to = operands.workspace().array();
    for (int b = p.b0; b < p.b1; b++) {
      int first = sums.at(operands, p.share, p.group, b, 0);
      tiles(r, k, p, f, xs, ds + (b - p.b0) * nr, to, first);
    }
  }

  private void tiles(int r, int k, Part p, float[] f, int xs, int ds, float[] to, int first) {
    for (int tap = 0; tap < g.window().taps(); tap++) {
      int from = xs + packer.tap(tap, r, xPixel) - split.begin(p.c0);
      for (int c = p.c0; c < p.c1; c++) {
        int tile = first + (tap * split.blocks() + c) * sums.tileSize();
        micro.outer(split.size(), k, f, from + split.begin(c), xPixel, f, ds, dPixel, to, tile);
      }
    }
  }
}
