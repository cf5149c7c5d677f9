package dev.fovea.simd;

import dev.fovea.engine.kernel.Footprint;
import dev.fovea.engine.kernel.Operands;
import dev.fovea.engine.kernel.Span;
import dev.fovea.simd.TileSums.Part;
import java.util.Arrays;

/**
 * The weight gradient of a convolution of few channels: rows of a tile are pairs (tap, channel),
 * whose numbers lie at a fixed distance from each pixel's first one.
 *
 * <p>x is read where it is, or from a copy of a strip of rows with the border around it; so is d,
 * or from panels of it where its columns fill no vectors.
 */
final class PatchCorrelationKernel extends SumsKernel {
  private static final int MR = Micro.ROWS;

  /** Pixels of a strip. */
  private static final int STRIP = 1024;

  private final Correlation g;
  private final Micro micro;
  private final TileMoves moves;
  private final Split split;
  private final TileSums sums;
  private final int stripRows;
  private final int strips;
  private final boolean xInPlace;
  private final boolean dInPlace;

  /** Floats between neighbouring pixels and rows of x, as it is read. */
  private final int pixel;

  private final int line;

  /** Where each pixel of a strip begins. */
  private final int[] starts;

  private PatchCorrelationKernel(Correlation g, Micro micro, int stripRows, TileSums sums) {
    super(g, sums);
    this.g = g;
    this.sums = sums;
    this.split = sums.split();
    this.stripRows = stripRows;
    this.strips = g.strips(stripRows);
    this.micro = micro;
    this.moves = TileMoves.of(micro.columns());
    this.xInPlace = isInside();
    int nr = micro.columns();
    this.dInPlace = g.columns() == nr && g.dPixel() == nr && g.dColumn() == 1;
    this.pixel = xInPlace ? g.xPixel() : g.inner();
    this.line = xInPlace ? g.width() * pixel : paddedWidth() * pixel;
    this.starts = starts();
  }

  static PatchCorrelationKernel of(Correlation g, Micros micros) {
    Micro micro = micros.forColumns(g.columns());
    int stripRows = Ranges.clamp(STRIP / g.cols(), 1, g.rows());
    int strips = g.strips(stripRows);
    TileSums sums = TileSums.ofPairs(g, micro.columns(), micro.maxRows(), strips);
    return new PatchCorrelationKernel(g, micro, stripRows, sums);
  }

  /** Returns whether no window reaches over the border. */
  private boolean isInside() {
    return g.window().padTop() == 0
        && g.window().padLeft() == 0
        && paddedRows(g.rows()) <= g.height()
        && paddedWidth() <= g.width();
  }

  private int paddedRows(int r) {
    return (r - 1) * g.window().strideHeight() + g.window().spanHeight();
  }

  private int paddedWidth() {
    return (g.cols() - 1) * g.window().strideWidth() + g.window().spanWidth();
  }

  private int[] starts() {
    int[] t = new int[stripRows * g.cols()];
    for (int i = 0; i < t.length; i++) {
      int down = i / g.cols() * g.window().strideHeight();
      int right = i % g.cols() * g.window().strideWidth();
      t[i] = down * line + right * pixel;
    }
    return t;
  }

  @Override
  int parts() {
    return sums.parts();
  }

  @Override
  public Footprint footprint() {
    return super.footprint()
        .withScratch(table() + xSize() + (dInPlace ? 0 : stripRows * g.cols() * micro.columns()));
  }

  private int table() {
    return Ranges.roundUp(split.blocks() * MR, 16);
  }

  private int xSize() {
    return xInPlace ? 0 : Ranges.roundUp(paddedRows(stripRows) * line, 16);
  }

  @Override
  void sum(int index, Operands operands, Span own) {
    Part p = sums.part(index);
    sums.clear(operands, p);
    if (!xInPlace) {
      locate(own.offset() + table(), own);
    }
    int end = Ranges.begin(p.share() + 1, sums.shares(), strips);
    for (int i = Ranges.begin(p.share(), sums.shares(), strips); i < end; i++) {
      int image = i / (strips / g.n());
      int row0 = i % (strips / g.n()) * stripRows;
      int r = Math.min(stripRows, g.rows() - row0);
      float[] x = rows(operands.input(0).after(p.group() * g.xGroup()), image, row0, r, own);
      int d0 = p.group() * g.dGroup() + (image * g.rows() + row0) * g.cols() * g.dPixel();
      Span d = operands.input(1).after(d0);
      for (int b = p.b0(); b < p.b1(); b++) {
        int to = sums.at(operands, p.share(), p.group(), b, 0);
        tiles(r * g.cols(), x, block(d, r * g.cols(), b, own), own, operands, to);
      }
    }
  }

  /** Makes ready the rows of x that r rows of d need; returns where they are. */
  private float[] rows(Span x, int image, int row0, int r, Span own) {
    if (!xInPlace) {
      copy(x, image, row0, r, own);
      return own.array();
    }
    int row = image * g.height() + row0 * g.window().strideHeight();
    locate(x.offset() + row * line, own);
    return x.array();
  }

  private void tiles(int k, float[] x, Span d, Span own, Operands operands, int to) {
    float[] c = operands.workspace().array();
    for (int t = 0; t < split.blocks(); t++) {
      int oo = own.offset() + t * MR;
      int co = to + t * sums.tileSize();
      micro.gather(split.size(), k, x, own.array(), oo, starts, d.array(), d.offset(), c, co);
    }
  }

  /** Writes the offsets of the rows (tap, channel) of all tiles from {@code begin}. */
  private void locate(int begin, Span own) {
    for (int t = 0; t < split.blocks(); t++) {
      for (int i = 0; i < split.size(); i++) {
        int row = split.begin(t) + i;
        int tap = row / g.inner();
        int down = tap / g.window().kernelWidth() * g.window().dilationHeight();
        int right = tap % g.window().kernelWidth() * g.window().dilationWidth();
        int at = begin + down * line + right * pixel + row % g.inner();
        own.array()[own.offset() + t * MR + i] = Float.intBitsToFloat(at);
      }
    }
  }

  /** Copies the rows of x that r rows of d need, zeros around them. */
  private void copy(Span x, int image, int row0, int r, Span own) {
    float[] f = own.array();
    int left = g.window().padLeft();
    int begin = Math.min(left, paddedWidth()) * pixel;
    int end = Math.max(begin, Math.min(paddedWidth(), left + g.width()) * pixel);
    for (int i = 0; i < paddedRows(r); i++) {
      int h = row0 * g.window().strideHeight() + i - g.window().padTop();
      int to = own.offset() + table() + i * line;
      if (h < 0 || h >= g.height()) {
        Arrays.fill(f, to, to + line, 0);
        continue;
      }
      Arrays.fill(f, to, to + begin, 0);
      pixels(x, (image * g.height() + h) * g.width() * g.xPixel(), f, to + begin, to + end);
      Arrays.fill(f, to + end, to + line, 0);
    }
  }

  private void pixels(Span x, int at, float[] f, int to, int end) {
    int from = x.offset() + at;
    if (g.xPixel() == pixel) {
      System.arraycopy(x.array(), from, f, to, end - to);
      return;
    }
    for (int i = to; i < end; i += pixel) {
      System.arraycopy(x.array(), from, f, i, pixel);
      from += g.xPixel();
    }
  }

  /** Returns a block of columns of n pixels of d, where it is or as a panel. */
  private Span block(Span d, int n, int block, Span own) {
    if (dInPlace) {
      return d;
    }
    int nr = micro.columns();
    Span from = d.after(block * nr * g.dColumn());
    Span panel = own.after(table() + xSize());
    float[] f = panel.array();
    int columns = Math.min(nr, g.columns() - block * nr);
    if (g.dColumn() == 1) {
      moves.pack(n, columns, from.array(), from.offset(), g.dPixel(), f, panel.offset());
      return panel;
    }
    for (int i = 0; i < n; i++) {
      int to = panel.offset() + i * nr;
      for (int j = 0; j < columns; j++) {
        f[to + j] = from.array()[from.offset() + i * g.dPixel() + j * g.dColumn()];
      }
      Arrays.fill(f, to + columns, to + nr, 0);
    }
    return panel;
  }
}
