package dev.fovea.simd;

import dev.fovea.engine.kernel.Footprint;
import dev.fovea.engine.kernel.Operands;
import dev.fovea.engine.kernel.Span;
import dev.fovea.engine.kernel.TaskKernel;
import dev.fovea.op.Contraction;
import dev.fovea.op.ConvolutionAlgorithm;
import dev.fovea.op.Quantized;
import dev.fovea.op.Window2d;
import dev.fovea.tensor.Shape;
import java.util.List;
import java.util.Optional;

/**
 * The convolution of bytes whose sums are short enough to be exact in floats, band of rows by band
 * of rows: a band of the image becomes floats in a cache, with its padding, the kernel for floats
 * convolves it, and what it gives becomes bytes. For depthwise convolutions and images of few
 * channels, whose kernels for floats read each pixel but once or twice.
 */
final class BandKernel implements TaskKernel {
  /** 255 · 128 · 512 is below 2²⁴. */
  private static final int EXACT = 512;

  /** Floats that a band takes: a part of an L2 cache. */
  private static final int FLOATS = 98_304;

  /** The most floats that a band of one row may take. */
  private static final int MOST = 1 << 20;

  /** With fewer channels to sum over, pixels are read in few runs. */
  private static final int FEW = 8;

  private final Quantized.Conv2d op;
  private final Window2d window;
  private final Shape x;
  private final Shape y;
  private final int taps;
  private final int rows;
  private final int bands;
  private final int lines;
  private final int line;
  private final TaskKernel floats;

  private BandKernel(Micros micros, Quantized.Conv2d op, Shape x, Shape w, Shape y, int rows) {
    this.op = op;
    this.window = op.window();
    this.x = x;
    this.y = y;
    this.taps = w.elements();
    this.rows = rows;
    this.bands = Ranges.ceilDiv(y.dim(1), rows);
    this.lines = lines(window, rows);
    this.line = line(window, x);
    Window2d bare = window.padding(0, 0, 0, 0);
    Shape band = Shape.of(1, lines, line / x.dim(3), x.dim(3));
    Contractions direct =
        new Contractions(new ConvolutionChoice(ConvolutionAlgorithm.DIRECT), micros);
    this.floats =
        (TaskKernel)
            direct
                .kernel(
                    new Contraction.Conv2d(bare, op.groups()),
                    List.of(band, w),
                    Shape.of(1, rows, y.dim(2), y.dim(3)))
                .orElseThrow();
  }

  /** Returns the kernel of a convolution with weights of this shape if it is one for bands. */
  static Optional<BandKernel> of(Micros micros, Quantized.Conv2d op, Shape x, Shape w, Shape y) {
    boolean depthwise = w.dim(2) == 1 && w.dim(3) == op.groups();
    boolean few = w.dim(2) < FEW && op.groups() == 1 && op.window().taps() > 1;
    if ((!depthwise && !few) || op.window().taps() * w.dim(2) > EXACT) {
      return Optional.empty();
    }
    int rows = y.dim(1);
    while (rows > 1 && size(op.window(), x, y, rows) > FLOATS) {
      rows = Ranges.ceilDiv(rows, 2);
    }
    boolean fits = size(op.window(), x, y, rows) + 2L * w.elements() < MOST;
    return fits ? Optional.of(new BandKernel(micros, op, x, w, y, rows)) : Optional.empty();
  }

  private static int lines(Window2d window, int rows) {
    return (rows - 1) * window.strideHeight() + window.spanHeight();
  }

  /** Returns the floats of a padded row of the image. */
  private static int line(Window2d window, Shape x) {
    return (x.dim(2) + window.padLeft() + window.padRight()) * x.dim(3);
  }

  private static long size(Window2d window, Shape x, Shape y, int rows) {
    return (long) lines(window, rows) * line(window, x) + (long) rows * y.dim(2) * y.dim(3);
  }

  @Override
  public String algorithm() {
    return floats.algorithm() + " on bytes";
  }

  @Override
  public int tasks(int phase) {
    return x.dim(0) * bands;
  }

  private int sumsAt() {
    return Ranges.roundUp(lines * line, 16) + 16;
  }

  private int weightsAt() {
    return sumsAt() + Ranges.roundUp(rows * y.dim(2) * y.dim(3), 16);
  }

  private int workspaceAt() {
    return weightsAt() + Ranges.roundUp(taps, 16) + 16;
  }

  private int scratchAt() {
    return workspaceAt() + Ranges.roundUp(floats.footprint().workspace(), 16);
  }

  @Override
  public Footprint footprint() {
    return Footprint.NONE.withScratch(scratchAt() + floats.footprint().scratch());
  }

  @Override
  public void compute(int phase, int task, Operands o, Span own) {
    int image = task / bands;
    int wanted = task % bands * rows;
    // All bands have the same number of rows; the last computes some of its neighbour's again.
    int row = Math.min(wanted, y.dim(1) - rows);
    Span sums = own.part(sumsAt(), rows * y.dim(2) * y.dim(3));
    Operands band =
        new Operands(
            new Span[] {own.part(0, lines * line), own.part(weightsAt(), taps)},
            sums,
            own.part(workspaceAt(), floats.footprint().workspace()));
    Span w = o.input(1);
    ByteLoops.widenSigned(w.bytes(), w.offset(), taps, own.array(), own.offset() + weightsAt());
    widen(image, row * window.strideHeight() - window.padTop(), o.input(0), own);
    for (int p = 0; p < floats.phases(); p++) {
      for (int t = 0; t < floats.tasks(p); t++) {
        floats.compute(p, t, band, own.after(scratchAt()));
      }
    }
    int skipped = (wanted - row) * y.dim(2);
    finish(image * y.dim(1) * y.dim(2) + row * y.dim(2), skipped, sums, o);
  }

  /** Writes the rows of an image from one on as floats, zeros for what is padding. */
  private void widen(int image, int top, Span in, Span own) {
    int length = x.dim(2) * x.dim(3);
    int left = window.padLeft() * x.dim(3);
    float[] f = own.array();
    for (int i = 0; i < lines; i++) {
      int h = top + i;
      int to = own.offset() + i * line;
      if (h < 0 || h >= x.dim(1)) {
        ByteLoops.zero(f, to, line);
      } else {
        int from = in.offset() + (image * x.dim(1) + h) * length;
        ByteLoops.zero(f, to, left);
        ByteLoops.widen(in.bytes(), from, length, op.zero(), f, to + left);
        ByteLoops.zero(f, to + left + length, line - left - length);
      }
    }
  }

  /** Makes results of the sums of pixels from one on. */
  private void finish(int pixel, int skipped, Span sums, Operands o) {
    int n = y.dim(3);
    int m = rows * y.dim(2) - skipped;
    int from = sums.offset() + skipped * n;
    Span k = o.input(Quantized.Conv2d.MULTIPLIER);
    Span b = o.input(Quantized.Conv2d.BIAS);
    Span out = o.output();
    int to = out.offset() + (pixel + skipped) * n;
    Results r = new Results(m, n, sums.array(), from, n);
    r.store(op.to(), b, k, 0, out, to, n);
  }
}
