package dev.fovea.simd;

import dev.fovea.engine.kernel.Footprint;
import dev.fovea.engine.kernel.Operands;
import dev.fovea.engine.kernel.Span;
import dev.fovea.engine.kernel.TaskKernel;
import dev.fovea.op.Quantized;
import dev.fovea.op.Quantized.Rounding;
import dev.fovea.op.Window2d;
import dev.fovea.tensor.Shape;

/**
 * The depthwise convolution of bytes: per row of the result, channels in vectors, pixels one after
 * the other, in floats, in which its short sums are exact.
 */
final class DepthwiseBytesKernel implements TaskKernel {
  /** 255 · 128 · 512 is below 2²⁴. */
  private static final int MOST_TAPS = 512;

  private final Quantized.Conv2d op;
  private final Window2d window;
  private final Shape x;
  private final Shape y;
  private final int channels;
  private final int rows;
  private final boolean slides;

  DepthwiseBytesKernel(Quantized.Conv2d op, Shape x, Shape y) {
    this.op = op;
    this.window = op.window();
    this.x = x;
    this.y = y;
    this.channels = y.dim(3);
    this.rows = y.dim(0) * y.dim(1);
    this.slides = DepthwiseBytesLoops.slides(window);
  }

  /** Returns whether a convolution is one channel per group, enough of them for a vector. */
  static boolean suits(Quantized.Conv2d op, Shape x, Shape y) {
    return ByteLoops.WIDE
        && op.to().isPresent()
        && op.groups() == x.dim(3)
        && op.groups() == y.dim(3)
        && x.dim(3) >= ByteLoops.L
        && op.window().taps() <= MOST_TAPS;
  }

  @Override
  public int tasks(int phase) {
    return Ranges.parts((long) y.elements() * window.taps(), rows);
  }

  @Override
  public Footprint footprint() {
    return Footprint.NONE.withScratch(2 * window.taps() * ByteLoops.L);
  }

  @Override
  public void compute(int phase, int task, Operands o, Span own) {
    int end = Ranges.begin(task + 1, tasks(0), rows);
    for (int row = Ranges.begin(task, tasks(0), rows); row < end; row++) {
      for (int c = 0; c < channels; c += ByteLoops.L) {
        row(row, Math.min(c, channels - ByteLoops.L), o, own);
      }
    }
  }

  /** Computes a vector of channels of a row. */
  private void row(int row, int c, Operands o, Span own) {
    int image = row / y.dim(1);
    int top = row % y.dim(1) * window.strideHeight() - window.padTop();
    weights(top, c, o.input(1), own);
    Span in = o.input(0);
    Span out = o.output();
    int first = in.offset() + image * x.dim(1) * x.dim(2) * channels + c;
    int to = out.offset() + row * y.dim(2) * channels + c;
    Span m = o.input(Quantized.Conv2d.MULTIPLIER);
    Span b = o.input(Quantized.Conv2d.BIAS);
    Rounding rounding = op.to().orElseThrow();
    DepthwiseBytesLoops.Row r =
        new DepthwiseBytesLoops.Row(window, x, y.dim(2), channels, top, op.zero(), rounding);
    if (slides) {
      DepthwiseBytesLoops.slide(
          r,
          in.bytes(),
          first,
          own.array(),
          own.offset(),
          m.array(),
          m.offset() + c,
          b.array(),
          b.offset() + c,
          out.bytes(),
          to);
    } else {
      DepthwiseBytesLoops.taps(
          r,
          in.bytes(),
          first,
          own.array(),
          own.offset(),
          m.array(),
          m.offset() + c,
          b.array(),
          b.offset() + c,
          out.bytes(),
          to);
    }
  }

  /** Writes a vector per tap as floats, zeros for those in rows outside the image. */
  private void weights(int top, int c, Span w, Span own) {
    int width = window.kernelWidth();
    for (int t = 0; t < window.taps(); t++) {
      int h = top + t / width * window.dilationHeight();
      int to = own.offset() + t * ByteLoops.L;
      if (h < 0 || h >= x.dim(1)) {
        ByteLoops.zero(own.array(), to, ByteLoops.L);
      } else {
        int from = w.offset() + t * channels + c;
        ByteLoops.signed(w.bytes(), from).intoArray(own.array(), to);
      }
    }
  }
}
