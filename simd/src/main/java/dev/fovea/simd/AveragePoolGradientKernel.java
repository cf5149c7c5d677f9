package dev.fovea.simd;

import dev.fovea.engine.kernel.Footprint;
import dev.fovea.engine.kernel.Operands;
import dev.fovea.engine.kernel.Span;
import dev.fovea.engine.kernel.TaskKernel;
import dev.fovea.op.BinaryFunction;
import dev.fovea.op.Window2d;
import dev.fovea.tensor.Shape;
import java.util.Arrays;

/** Spreads each window's number evenly: first along a row, then down to the window's rows. */
final class AveragePoolGradientKernel implements TaskKernel {
  private final Window2d v;
  private final boolean countPadding;
  private final int images;
  private final int height;
  private final int width;
  private final int channels;
  private final int rows;
  private final int cols;

  AveragePoolGradientKernel(Window2d v, boolean countPadding, Shape dy, Shape dx) {
    this.v = v;
    this.countPadding = countPadding;
    this.images = dx.dim(0);
    this.height = dx.dim(1);
    this.width = dx.dim(2);
    this.channels = dx.dim(3);
    this.rows = dy.dim(1);
    this.cols = dy.dim(2);
  }

  @Override
  public int tasks(int phase) {
    return Ranges.parts((long) images * height * width * channels, images);
  }

  @Override
  public Footprint footprint() {
    return Footprint.NONE.withScratch(width * channels);
  }

  @Override
  public void compute(int phase, int task, Operands operands, Span own) {
    int end = Ranges.begin(task + 1, tasks(0), images);
    for (int i = Ranges.begin(task, tasks(0), images); i < end; i++) {
      if (SquarePoolKernel.sideBySide(v)) {
        pairs(i, operands);
      } else {
        image(i, operands, own);
      }
    }
  }

  /** Writes both rows under each row of windows, and zeros where no window lies. */
  private void pairs(int image, Operands operands) {
    Span dy = operands.input(0);
    float[] dx = operands.output().array();
    int line = width * channels;
    int used = 2 * cols * channels;
    int to = operands.output().offset() + image * height * line;
    int end = to + height * line;
    for (int row = 0; row < rows; row++) {
      int from = dy.offset() + (image * rows + row) * cols * channels;
      if (channels < Species.FLOATS.length()) {
        PoolLoops.spreadFew(dy.array(), from, dx, to, cols, channels);
      } else {
        PoolLoops.spread(dy.array(), from, dx, to, cols, channels);
      }
      Arrays.fill(dx, to + used, to + line, 0);
      System.arraycopy(dx, to, dx, to + line, line);
      to += 2 * line;
    }
    Arrays.fill(dx, to, end, 0);
  }

  private void image(int image, Operands operands, Span own) {
    int line = width * channels;
    float[] dx = operands.output().array();
    int out = operands.output().offset() + image * height * line;
    int written = 0;
    Span dy = operands.input(0);
    for (int row = 0; row < rows; row++) {
      int from = dy.offset() + (image * rows + row) * cols * channels;
      spread(dy.array(), from, row, own.array(), own.offset());
      for (int k = 0; k < v.kernelHeight(); k++) {
        int h = row * v.strideHeight() - v.padTop() + k * v.dilationHeight();
        if (h >= 0 && h < height) {
          written = add(own, dx, out, h, written, line);
        }
      }
    }
    Arrays.fill(dx, out + written * line, out + height * line, 0);
  }

  /** Adds the spread row to row h; rows from {@code written} on hold nothing yet. */
  private static int add(Span own, float[] dx, int out, int h, int written, int line) {
    int to = out + h * line;
    if (h < written) {
      Pairs.apply(BinaryFunction.ADD, dx, to, own.array(), own.offset(), dx, to, line);
      return written;
    }
    Arrays.fill(dx, out + written * line, to, 0);
    System.arraycopy(own.array(), own.offset(), dx, to, line);
    return h + 1;
  }

  private void spread(float[] dy, int from, int row, float[] s, int at) {
    boolean fixed = countPadding || !v.padded();
    int inside = fixed ? v.kernelHeight() : PoolWindows.insideRows(v, row, height);
    Arrays.fill(s, at, at + width * channels, 0);
    for (int col = 0; col < cols; col++) {
      int across = fixed ? v.kernelWidth() : PoolWindows.inside(v, col, width);
      float by = 1f / Math.max(1, inside * across);
      for (int k = 0; k < v.kernelWidth(); k++) {
        int w = col * v.strideWidth() - v.padLeft() + k * v.dilationWidth();
        if (w >= 0 && w < width) {
          addScaled(dy, from + col * channels, by, s, at + w * channels);
        }
      }
    }
  }

  private void addScaled(float[] dy, int from, float by, float[] s, int to) {
    for (int c = 0; c < channels; c++) {
      s[to + c] += dy[from + c] * by;
    }
  }
}
