package dev.fovea.simd;

import dev.fovea.engine.kernel.Footprint;
import dev.fovea.engine.kernel.Operands;
import dev.fovea.engine.kernel.Span;
import dev.fovea.engine.kernel.TaskKernel;
import dev.fovea.op.BinaryFunction;
import dev.fovea.op.Window2d;
import dev.fovea.tensor.Shape;
import java.util.Arrays;

/**
 * Max and average pooling, first down the rows of a window, then along them.
 *
 * <p>The first step works on whole image rows W·C, which are long even where C is small.
 */
final class PoolingKernel implements TaskKernel {
  private final Window2d v;
  private final boolean average;
  private final boolean countPadding;
  private final int height;
  private final int width;
  private final int channels;
  private final int rows;
  private final int cols;
  private final int allRows;
  private final BinaryFunction f;

  PoolingKernel(Window2d v, boolean average, boolean countPadding, Shape x, Shape y) {
    this.v = v;
    this.average = average;
    this.countPadding = countPadding;
    this.height = x.dim(1);
    this.width = x.dim(2);
    this.channels = x.dim(3);
    this.rows = y.dim(1);
    this.cols = y.dim(2);
    this.allRows = y.dim(0) * rows;
    this.f = average ? BinaryFunction.ADD : BinaryFunction.MAX;
  }

  @Override
  public int tasks(int phase) {
    return Ranges.parts((long) allRows * width * channels * v.kernelHeight(), allRows);
  }

  @Override
  public Footprint footprint() {
    return Footprint.NONE.withScratch(width * channels);
  }

  @Override
  public void compute(int phase, int task, Operands operands, Span own) {
    int end = Ranges.begin(task + 1, tasks(0), allRows);
    for (int i = Ranges.begin(task, tasks(0), allRows); i < end; i++) {
      int image = i / rows;
      int top = i % rows * v.strideHeight() - v.padTop();
      int line = width * channels;
      int found = down(operands.input(0), image * height, top, line, own);
      Span y = operands.output();
      along(own.array(), own.offset(), y.array(), y.offset() + i * cols * channels);
      if (average) {
        scale(found, y.array(), y.offset() + i * cols * channels);
      }
    }
  }

  /** Combines the rows of a window into scratch; returns how many lie inside the image. */
  private int down(Span x, int firstRow, int top, int line, Span own) {
    float[] s = own.array();
    int at = own.offset();
    int found = 0;
    for (int k = 0; k < v.kernelHeight(); k++) {
      int h = top + k * v.dilationHeight();
      if (h < 0 || h >= height) {
        continue;
      }
      int from = x.offset() + (firstRow + h) * line;
      if (found == 0) {
        System.arraycopy(x.array(), from, s, at, line);
      } else {
        Pairs.apply(f, s, at, x.array(), from, s, at, line);
      }
      found++;
    }
    if (found == 0) {
      Arrays.fill(s, at, at + line, average ? 0 : Float.NEGATIVE_INFINITY);
    }
    return found;
  }

  private void along(float[] s, int at, float[] y, int yo) {
    if (v.kernelWidth() == 2 && v.strideWidth() == 2 && !v.padded() && v.dilationWidth() == 1) {
      pairs(s, at, y, yo);
      return;
    }
    for (int col = 0; col < cols; col++) {
      int to = yo + col * channels;
      int left = col * v.strideWidth() - v.padLeft();
      boolean first = true;
      for (int k = 0; k < v.kernelWidth(); k++) {
        int w = left + k * v.dilationWidth();
        if (w < 0 || w >= width) {
          continue;
        }
        if (first) {
          System.arraycopy(s, at + w * channels, y, to, channels);
          first = false;
        } else {
          Pairs.apply(f, y, to, s, at + w * channels, y, to, channels);
        }
      }
      if (first) {
        Arrays.fill(y, to, to + channels, average ? 0 : Float.NEGATIVE_INFINITY);
      }
    }
  }

  private void pairs(float[] s, int at, float[] y, int yo) {
    int c = channels;
    for (int col = 0; col < cols; col++) {
      int to = yo + col * c;
      int from = at + 2 * col * c;
      if (average) {
        for (int i = 0; i < c; i++) {
          y[to + i] = s[from + i] + s[from + c + i];
        }
      } else {
        for (int i = 0; i < c; i++) {
          y[to + i] = Math.max(s[from + i], s[from + c + i]);
        }
      }
    }
  }

  private void scale(int found, float[] y, int yo) {
    if (countPadding || !v.padded()) {
      float by = 1f / v.taps();
      for (int i = 0; i < cols * channels; i++) {
        y[yo + i] *= by;
      }
      return;
    }
    for (int col = 0; col < cols; col++) {
      float by = 1f / Math.max(1, found * PoolWindows.inside(v, col, width));
      for (int i = 0; i < channels; i++) {
        y[yo + col * channels + i] *= by;
      }
    }
  }
}
