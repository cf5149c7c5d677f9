package dev.fovea.simd;

import dev.fovea.engine.kernel.Footprint;
import dev.fovea.engine.kernel.Operands;
import dev.fovea.engine.kernel.Span;
import dev.fovea.engine.kernel.TaskKernel;
import dev.fovea.op.Contraction.ConvTranspose2d;
import dev.fovea.op.Window2d;
import dev.fovea.tensor.Shape;
import java.util.Arrays;

/**
 * The transpose of a depthwise convolution with 3×3 windows of stride 2: two rows of results at a
 * time, which are made in the worker's memory and copied.
 */
final class DepthwiseSpreadKernel implements TaskKernel {
  private static final int L = Species.FLOATS.length();

  private final Window2d v;
  private final int n;
  private final int rows;
  private final int cols;
  private final int channels;
  private final int height;
  private final int width;
  private final int pairs;

  DepthwiseSpreadKernel(ConvTranspose2d op, Shape x) {
    this.v = op.window();
    this.n = x.dim(0);
    this.rows = x.dim(1);
    this.cols = x.dim(2);
    this.channels = x.dim(3);
    this.height = op.height();
    this.width = op.width();
    // Pairs begin with row padTop − 1.
    this.pairs = Ranges.ceilDiv(height + 1 - v.padTop(), 2);
  }

  /** Returns whether this kernel suits a geometry. */
  static boolean suits(ConvTranspose2d op, Shape x) {
    Window2d v = op.window();
    return op.groups() == x.dim(3)
        && x.dim(3) >= L
        && v.equals(
            Window2d.of(3, 3)
                .stride(2, 2)
                .padding(v.padTop(), v.padBottom(), v.padLeft(), v.padRight()))
        && v.padTop() <= 1
        && v.padLeft() <= 1;
  }

  private int line() {
    return (2 * cols + 2) * channels;
  }

  @Override
  public int tasks(int phase) {
    return Ranges.parts(4L * n * height * width * channels, n * pairs);
  }

  @Override
  public Footprint footprint() {
    return Footprint.NONE.withScratch(2 * line()).withZeros(channels);
  }

  @Override
  public void compute(int phase, int task, Operands operands, Span own) {
    int all = n * pairs;
    int end = Ranges.begin(task + 1, tasks(0), all);
    for (int i = Ranges.begin(task, tasks(0), all); i < end; i++) {
      pair(i / pairs, i % pairs - 1 + v.padTop(), operands, own);
    }
  }

  /** Computes the rows under row i of windows and between it and the next. */
  private void pair(int image, int i, Operands operands, Span own) {
    Span x = operands.input(0);
    Span w = operands.input(1);
    int y = own.offset();
    int z = y + line();
    for (int k = 0; k < channels; k += L) {
      int c = Math.min(k, channels - L);
      int r0 = row(x, image, i) + c;
      int r1 = row(x, image, i + 1) + c;
      int s0 = distance(i);
      int s1 = distance(i + 1);
      int at = w.offset() + c;
      DepthwiseLoops.spread(
          x.array(), r0, s0, r1, s1, w.array(), at, channels, cols, own.array(), y + c, z + c);
    }
    int h = 2 * i + 1 - v.padTop();
    copy(own.array(), y, image, h, operands.output());
    copy(own.array(), z, image, h + 1, operands.output());
  }

  private int row(Span x, int image, int i) {
    return distance(i) == 0 ? 0 : x.offset() + (image * rows + i) * cols * channels;
  }

  private int distance(int i) {
    return i >= 0 && i < rows ? channels : 0;
  }

  /** Copies a row, which begins 1 + padLeft columns before the image's. */
  private void copy(float[] f, int at, int image, int h, Span y) {
    if (h < 0 || h >= height) {
      return;
    }
    int skip = 1 + v.padLeft();
    int used = Math.min(width, 2 * cols + 2 - skip) * channels;
    int to = y.offset() + (image * height + h) * width * channels;
    System.arraycopy(f, at + skip * channels, y.array(), to, used);
    Arrays.fill(y.array(), to + used, to + width * channels, 0);
  }
}
