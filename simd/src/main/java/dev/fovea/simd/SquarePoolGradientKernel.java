package dev.fovea.simd;

import dev.fovea.engine.kernel.Operands;
import dev.fovea.engine.kernel.Span;
import dev.fovea.engine.kernel.TaskKernel;
import dev.fovea.op.Window2d;
import dev.fovea.tensor.Shape;
import java.util.Arrays;

/**
 * Sends dY to where each window of X is first largest, for windows of 2×2 pixels that lie side by
 * side: every element of the result is written once.
 */
final class SquarePoolGradientKernel implements TaskKernel {
  private static final int L = Species.FLOATS.length();

  private final int images;
  private final int height;
  private final int width;
  private final int channels;
  private final int rows;
  private final int cols;

  SquarePoolGradientKernel(Shape x, Shape pooled) {
    this.images = x.dim(0);
    this.height = x.dim(1);
    this.width = x.dim(2);
    this.channels = x.dim(3);
    this.rows = pooled.dim(1);
    this.cols = pooled.dim(2);
  }

  /** Returns whether this kernel suits a geometry. */
  static boolean suits(Window2d v, int channels) {
    return SquarePoolKernel.sideBySide(v) && channels >= L;
  }

  @Override
  public int tasks(int phase) {
    return Ranges.parts(2L * images * height * width * channels, images * rows);
  }

  @Override
  public void compute(int phase, int task, Operands operands, Span own) {
    int end = Ranges.begin(task + 1, tasks(0), images * rows);
    for (int i = Ranges.begin(task, tasks(0), images * rows); i < end; i++) {
      pair(i / rows, i % rows, operands);
    }
  }

  /** Writes the two rows under a row of windows, and what is left of the image after the last. */
  private void pair(int image, int row, Operands operands) {
    Span x = operands.input(0);
    Span dy = operands.input(1);
    Span dx = operands.output();
    int line = width * channels;
    int first = (image * height + 2 * row) * line;
    int r0 = x.offset() + first;
    int to = dx.offset() + first;
    int d0 = dy.offset() + (image * rows + row) * cols * channels;
    PoolLoops.route(x.array(), r0, r0 + line, dy.array(), d0, dx.array(), to, cols, channels);
    int used = 2 * cols * channels;
    Arrays.fill(dx.array(), to + used, to + line, 0);
    Arrays.fill(dx.array(), to + line + used, to + 2 * line, 0);
    if (row == rows - 1) {
      int end = dx.offset() + (image + 1) * height * line;
      Arrays.fill(dx.array(), to + 2 * line, end, 0);
    }
  }
}
