package dev.fovea.engine.kernel.scalar;

import dev.fovea.engine.kernel.Operands;
import dev.fovea.tensor.Shape;

/**
 * Mean and variance per channel: each chunk's mean and sum of squared deviations from it, merged
 * pairwise as by Chan, Golub and LeVeque, 1979, which loses no digits where the mean is large.
 */
final class BatchMomentsKernel extends ChunkedKernel {
  BatchMomentsKernel(Shape x) {
    super(Channels.pixels(x), x.dim(-1), 4, 5);
  }

  @Override
  void partial(Operands o, int column, int from, int to, int at) {
    float[] x = o.input(0).array();
    int first = o.input(0).offset() + column;
    double sum = 0;
    for (int row = from; row < to; row++) {
      sum += x[first + row * columns()];
    }
    double mean = sum / (to - from);
    double squares = 0;
    for (int row = from; row < to; row++) {
      double d = x[first + row * columns()] - mean;
      squares += d * d;
    }
    Wide.put(o.workspace().array(), at, mean);
    Wide.put(o.workspace().array(), at + 2, squares);
  }

  @Override
  void total(Operands o, int column) {
    float[] partials = o.workspace().array();
    double count = 0;
    double mean = 0;
    double squares = 0;
    for (int chunk = 0; chunk < chunks(); chunk++) {
      int at = at(o, chunk, column);
      double more = rows(chunk);
      double delta = Wide.get(partials, at) - mean;
      double all = count + more;
      mean += delta * more / all;
      squares += Wide.get(partials, at + 2) + delta * delta * count * more / all;
      count = all;
    }
    int yAt = o.output().offset() + column;
    o.output().array()[yAt] = (float) mean;
    o.output().array()[yAt + columns()] = (float) (squares / count);
  }
}
