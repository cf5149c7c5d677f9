package dev.fovea.engine.kernel.scalar;

import dev.fovea.engine.kernel.Footprint;
import dev.fovea.engine.kernel.Operands;
import dev.fovea.engine.kernel.Span;
import dev.fovea.tensor.Shape;

/** Softmax, or its logarithm, of each row along the last axis. */
final class SoftmaxKernel extends RowKernel {
  private final boolean logarithm;
  private final int length;

  SoftmaxKernel(boolean logarithm, Shape shape) {
    super(shape.elements() == 0 ? 0 : shape.elements() / shape.dim(-1), 24L * shape.dim(-1));
    this.logarithm = logarithm;
    this.length = shape.dim(-1);
  }

  @Override
  public Footprint footprint() {
    return Footprint.NONE.over(0);
  }

  @Override
  void rows(int from, int to, Operands o, Span scratch) {
    float[] x = o.input(0).array();
    float[] y = o.output().array();
    for (int row = from; row < to; row++) {
      int xAt = o.input(0).offset() + row * length;
      int yAt = o.output().offset() + row * length;
      float largest = Float.NEGATIVE_INFINITY;
      for (int i = 0; i < length; i++) {
        largest = Math.max(largest, x[xAt + i]);
      }
      if (logarithm) {
        logSoftmax(x, xAt, largest, y, yAt);
      } else {
        softmax(x, xAt, largest, y, yAt);
      }
    }
  }

  private void softmax(float[] x, int xAt, float largest, float[] y, int yAt) {
    double sum = 0;
    for (int i = 0; i < length; i++) {
      double e = Math.exp(x[xAt + i] - largest);
      y[yAt + i] = (float) e;
      sum += e;
    }
    float share = (float) (1 / sum);
    for (int i = 0; i < length; i++) {
      y[yAt + i] *= share;
    }
  }

  private void logSoftmax(float[] x, int xAt, float largest, float[] y, int yAt) {
    double sum = 0;
    for (int i = 0; i < length; i++) {
      sum += Math.exp(x[xAt + i] - largest);
    }
    double shift = largest + Math.log(sum);
    for (int i = 0; i < length; i++) {
      y[yAt + i] = (float) (x[xAt + i] - shift);
    }
  }
}
