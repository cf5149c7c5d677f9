package dev.fovea.simd;

import dev.fovea.engine.kernel.Footprint;
import dev.fovea.engine.kernel.Operands;
import dev.fovea.engine.kernel.Span;
import dev.fovea.engine.kernel.TaskKernel;

/** Softmax or its logarithm along the last axis: {@code rows} rows of {@code n} numbers. */
record SoftmaxKernel(int rows, int n, boolean log) implements TaskKernel {
  @Override
  public int tasks(int phase) {
    return Ranges.parts(4L * rows * n, rows);
  }

  @Override
  public Footprint footprint() {
    return Footprint.NONE.withScratch(log ? n : 0).over(0);
  }

  @Override
  public void compute(int phase, int task, Operands operands, Span own) {
    float[] x = operands.input(0).array();
    float[] y = operands.output().array();
    int end = Ranges.begin(task + 1, tasks(0), rows);
    for (int i = Ranges.begin(task, tasks(0), rows); i < end; i++) {
      int xo = operands.input(0).offset() + i * n;
      int yo = operands.output().offset() + i * n;
      if (log) {
        logRow(x, xo, y, yo, own);
      } else {
        row(x, xo, y, yo);
      }
    }
  }

  private void row(float[] x, int xo, float[] y, int yo) {
    Functions.expMinus(x, xo, y, yo, n, largest(x, xo));
    float scale = (float) (1 / sum(y, yo));
    for (int i = 0; i < n; i++) {
      y[yo + i] *= scale;
    }
  }

  private void logRow(float[] x, int xo, float[] y, int yo, Span own) {
    float top = largest(x, xo);
    Functions.expMinus(x, xo, own.array(), own.offset(), n, top);
    float log = (float) Math.log(sum(own.array(), own.offset()));
    for (int i = 0; i < n; i++) {
      y[yo + i] = x[xo + i] - top - log;
    }
  }

  private float largest(float[] x, int xo) {
    float top = Float.NEGATIVE_INFINITY;
    for (int i = 0; i < n; i++) {
      top = Math.max(top, x[xo + i]);
    }
    return top;
  }

  private double sum(float[] x, int xo) {
    double sum = 0;
    for (int i = 0; i < n; i++) {
      sum += x[xo + i];
    }
    return sum;
  }
}
