package dev.fovea.simd;

import dev.fovea.engine.kernel.Footprint;
import dev.fovea.engine.kernel.Operands;
import dev.fovea.engine.kernel.Span;
import dev.fovea.simd.TileSums.Part;

/**
 * The weight gradient of a convolution of few channels to whole vectors of filters: each channel is
 * a plane of its own.
 *
 * <p>Strips of rows are packed into the worker's memory, channel by channel, so that a row of a
 * tile, a tap and a channel, is a run of pixels; the border is zeros. d is read where it is, row by
 * row.
 */
final class PlanarCorrelationKernel extends SumsKernel {
  private static final int MR = Micro.ROWS;
  private static final int WIDE = Micros.VECTORS.widest().columns();

  /** Pixels of a strip. */
  private static final int STRIP = 1024;

  /** From so many pixels on, beginning anew with each row of d costs little. */
  private static final int ROW = 32;

  private final Correlation g;
  private final StripPacker packer;
  private final Split split;
  private final TileSums sums;
  private final int stripRows;
  private final int strips;

  private PlanarCorrelationKernel(Correlation g, int stripRows, TileSums sums) {
    super(g, sums);
    this.g = g;
    this.sums = sums;
    this.split = sums.split();
    this.stripRows = stripRows;
    this.strips = g.strips(stripRows);
    this.packer = new StripPacker(g);
  }

  static PlanarCorrelationKernel of(Correlation g) {
    int stripRows = Ranges.clamp(STRIP / g.planeCols(), 1, g.rows());
    TileSums sums = TileSums.ofPairs(g, WIDE, MR, g.strips(stripRows));
    return new PlanarCorrelationKernel(g, stripRows, sums);
  }

  /** Returns whether columns fill panels of two vectors, in rows that are long enough. */
  static boolean suits(Correlation g) {
    return g.dColumn() == 1 && g.columns() % WIDE == 0 && g.cols() >= ROW;
  }

  @Override
  int parts() {
    return sums.parts();
  }

  @Override
  public Footprint footprint() {
    return super.footprint().withScratch(table() + g.stripPixels(stripRows) * g.inner());
  }

  private int table() {
    return Ranges.roundUp(split.blocks() * MR, 16);
  }

  @Override
  void sum(int index, Operands operands, Span own) {
    Part p = sums.part(index);
    sums.clear(operands, p);
    Span x = operands.input(0).after(p.group() * g.xGroup());
    Span d = operands.input(1).after(p.group() * g.dGroup());
    int located = 0;
    int end = Ranges.begin(p.share() + 1, sums.shares(), strips);
    for (int i = Ranges.begin(p.share(), sums.shares(), strips); i < end; i++) {
      int image = i / (strips / g.n());
      int row0 = i % (strips / g.n()) * stripRows;
      int r = Math.min(stripRows, g.rows() - row0);
      if (r != located) {
        locate(r, own.array(), own.offset());
        located = r;
      }
      packer.channels(x, image, row0, r, own.array(), own.offset() + table());
      Span strip = d.after((image * g.rows() + row0) * g.cols() * g.dPixel());
      for (int b = p.b0(); b < p.b1(); b++) {
        int to = sums.at(operands, p.share(), p.group(), b, 0);
        rows(r, strip.after(b * WIDE), own, operands.workspace().array(), to);
      }
    }
  }

  /** Adds the sums over r rows of d. */
  private void rows(int r, Span d, Span own, float[] to, int first) {
    float[] f = own.array();
    for (int row = 0; row < r; row++) {
      int xo = own.offset() + table() + row * g.planeCols();
      int d0 = d.offset() + row * g.cols() * g.dPixel();
      for (int t = 0; t < split.blocks(); t++) {
        int o = own.offset() + t * MR;
        int c = first + t * sums.tileSize();
        PatchLoops.sums(split.size(), g.cols(), f, xo, f, o, d.array(), d0, g.dPixel(), to, c);
      }
    }
  }

  /** Writes the offsets of the rows (tap, channel) of all tiles. */
  private void locate(int r, float[] f, int table) {
    for (int t = 0; t < split.blocks(); t++) {
      for (int i = 0; i < split.size(); i++) {
        int row = split.begin(t) + i;
        int channel = row % g.inner() * g.stripPixels(r);
        int at = channel + g.tapOffset(row / g.inner(), r);
        f[table + t * MR + i] = Float.intBitsToFloat(at);
      }
    }
  }
}
