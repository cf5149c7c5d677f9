package dev.fovea.engine.kernel.scalar;

import dev.fovea.engine.kernel.Operands;
import dev.fovea.op.Normalization;
import dev.fovea.tensor.Shape;

/**
 * Per channel Σ dY and Σ dY · (x − mean) / √(variance + ε), over the pixels that a ReLU behind the
 * normalisation, if there is one, let through.
 */
final class BatchNormSumsKernel extends ChunkedKernel {
  private final float epsilon;
  private final boolean rectified;

  BatchNormSumsKernel(Normalization.BatchNormSums op, Shape x) {
    super(Channels.pixels(x), x.dim(-1), 4, 4);
    this.epsilon = op.epsilon();
    this.rectified = op.rectified();
  }

  @Override
  void partial(Operands o, int column, int from, int to, int at) {
    float[] x = o.input(0).array();
    float[] dy = o.input(2).array();
    int xAt = o.input(0).offset() + column;
    int dyAt = o.input(2).offset() + column;
    float mean = o.input(1).array()[o.input(1).offset() + column];
    float gain = rectified ? Channels.gain(o.input(1), o.input(3), columns(), column, epsilon) : 0;
    float shift = rectified ? o.input(4).array()[o.input(4).offset() + column] : 0;
    double sum = 0;
    double products = 0;
    for (int row = from; row < to; row++) {
      float v = x[xAt + row * columns()];
      if (rectified && !((v - mean) * gain + shift > 0)) {
        continue;
      }
      double d = dy[dyAt + row * columns()];
      sum += d;
      products += d * ((double) v - mean);
    }
    Wide.put(o.workspace().array(), at, sum);
    Wide.put(o.workspace().array(), at + 2, products);
  }

  @Override
  void total(Operands o, int column) {
    double r = Channels.reciprocalDeviation(o.input(1), columns(), column, epsilon);
    int yAt = o.output().offset() + column;
    o.output().array()[yAt] = (float) sum(o, column, 0);
    o.output().array()[yAt + columns()] = (float) (sum(o, column, 2) * r);
  }
}
