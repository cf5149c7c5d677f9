package dev.fovea.simd;

import dev.fovea.engine.kernel.Footprint;
import dev.fovea.engine.kernel.Operands;
import dev.fovea.engine.kernel.Span;
import dev.fovea.engine.kernel.TaskKernel;
import dev.fovea.op.Quantized;
import dev.fovea.op.Window2d;
import dev.fovea.tensor.Shape;

/**
 * The depthwise convolution 3×3 of bytes: per row of the result and vector of channels, the sums of
 * all pixels, in floats, in which they are exact, then the results.
 */
final class DepthwiseBytesKernel implements TaskKernel {
  private static final int TAPS = 9;

  /** Results that are worth a task of their own. */
  private static final int TASK = 1 << 14;

  private static final int L = ByteLoops.L;

  private final Quantized.Conv2d op;
  private final Window2d window;
  private final Shape x;
  private final Shape y;
  private final int channels;
  private final int rows;
  private final int blocks;

  DepthwiseBytesKernel(Quantized.Conv2d op, Shape x, Shape y) {
    this.op = op;
    this.window = op.window();
    this.x = x;
    this.y = y;
    this.channels = y.dim(3);
    this.rows = y.dim(0) * y.dim(1);
    this.blocks = Ranges.ceilDiv(channels, L);
  }

  /**
   * Returns whether a convolution is for this kernel: windows of stride 1 or 2 that reach over a
   * side by one column at most, one channel per group, enough of them for a vector.
   */
  static boolean suits(Quantized.Conv2d op, Shape x, Shape y) {
    Window2d w = op.window();
    boolean three =
        w.kernelHeight() == 3
            && w.kernelWidth() == 3
            && w.dilationHeight() == 1
            && w.dilationWidth() == 1;
    boolean one = w.strideWidth() == 1 && w.padLeft() == 1 && w.padRight() == 1;
    boolean two = w.strideWidth() == 2 && w.padLeft() <= 1 && w.padRight() <= 1;
    boolean depthwise = op.groups() == x.dim(3) && op.groups() == y.dim(3) && x.dim(3) >= L;
    return ByteLoops.WIDE && depthwise && three && x.dim(2) >= 3 && (one || two);
  }

  @Override
  public int tasks(int phase) {
    return Ranges.clamp(y.elements() / TASK, 1, Math.min(32, rows));
  }

  @Override
  public Footprint footprint() {
    return Footprint.NONE.withScratch(sumsAt() + y.dim(2) * L);
  }

  /** Returns where the weights of a kernel row outside the image lie, behind all others. */
  private int zerosAt() {
    return blocks * TAPS * L;
  }

  private int sumsAt() {
    return zerosAt() + 3 * L;
  }

  /** Returns the first channel of a block; the last block has a vector of channels too. */
  private int channel(int block) {
    return Math.min(block * L, channels - L);
  }

  @Override
  public void compute(int phase, int task, Operands o, Span own) {
    weights(o.input(1), own);
    Results sums = new Results(y.dim(2), L, own.array(), own.offset() + sumsAt(), L);
    int end = Ranges.begin(task + 1, tasks(0), rows);
    for (int row = Ranges.begin(task, tasks(0), rows); row < end; row++) {
      for (int i = 0; i < blocks; i++) {
        row(row, i, o, own, sums);
      }
    }
  }

  /** Writes the weights as floats: a vector per block of channels and tap. */
  private void weights(Span w, Span own) {
    float[] f = own.array();
    for (int i = 0; i < blocks; i++) {
      for (int t = 0; t < TAPS; t++) {
        int from = w.offset() + t * channels + channel(i);
        ByteLoops.widenSigned(w.bytes(), from, L, f, own.offset() + (i * TAPS + t) * L);
      }
    }
    ByteLoops.zero(f, own.offset() + zerosAt(), 3 * L);
  }

  private void row(int row, int block, Operands o, Span own, Results r) {
    int top = row % y.dim(1) * window.strideHeight() - window.padTop();
    int image = o.input(0).offset() + row / y.dim(1) * x.dim(1) * x.dim(2) * channels;
    int c = channel(block);
    float[] f = own.array();
    int sums = r.at();
    byte[] bytes = o.input(0).bytes();
    int x0 = image + line(top) + c;
    int x1 = image + line(top + 1) + c;
    int x2 = image + line(top + 2) + c;
    int w0 = own.offset() + weights(top, block, 0);
    int w1 = own.offset() + weights(top + 1, block, 1);
    int w2 = own.offset() + weights(top + 2, block, 2);
    float zero = op.zero();
    if (window.strideWidth() == 1) {
      DepthwiseBytesLoops.one(bytes, x0, x1, x2, channels, x.dim(2), zero, f, w0, w1, w2, sums);
    } else {
      DepthwiseBytesLoops.two(
          bytes,
          x0,
          x1,
          x2,
          channels,
          x.dim(2),
          zero,
          f,
          w0,
          w1,
          w2,
          sums,
          y.dim(2),
          window.padLeft());
    }
    Span k = o.input(Quantized.Conv2d.MULTIPLIER);
    Span b = o.input(Quantized.Conv2d.BIAS);
    int to = o.output().offset() + row * y.dim(2) * channels + c;
    r.store(op.to(), b, k, c, o.output(), to, channels);
  }

  /** Returns where a row of the image begins, or any other if it lies outside. */
  private int line(int h) {
    return Math.clamp(h, 0, x.dim(1) - 1) * x.dim(2) * channels;
  }

  /** Returns where the weights for a row of the image lie, or zeros if it lies outside. */
  private int weights(int h, int block, int k) {
    return h >= 0 && h < x.dim(1) ? (block * TAPS + 3 * k) * L : zerosAt();
  }
}
