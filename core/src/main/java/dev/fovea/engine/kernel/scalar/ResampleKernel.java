package dev.fovea.engine.kernel.scalar;

import dev.fovea.engine.kernel.Operands;
import dev.fovea.engine.kernel.Span;
import dev.fovea.op.Sampling;
import dev.fovea.op.Taps;
import dev.fovea.tensor.Shape;
import java.util.Arrays;

/** Sums, for each place of an axis, weighted lines of the input; a line is what lies within. */
final class ResampleKernel extends RowKernel {
  private final Taps taps;
  private final int inner;

  private ResampleKernel(Taps taps, int inner, int rows) {
    super(rows, 2L * inner * Math.ceilDiv(taps.size(), Math.max(1, taps.outputs())));
    this.taps = taps;
    this.inner = inner;
  }

  static ResampleKernel of(Sampling.Resample op, Shape input) {
    int inner = 1;
    for (int axis = op.axis() + 1; axis < input.rank(); axis++) {
      inner *= input.dim(axis);
    }
    int outer = 1;
    for (int axis = 0; axis < op.axis(); axis++) {
      outer *= input.dim(axis);
    }
    return new ResampleKernel(op.taps(), inner, outer * op.taps().outputs());
  }

  @Override
  void rows(int from, int to, Operands o, Span scratch) {
    float[] x = o.input(0).array();
    float[] y = o.output().array();
    for (int row = from; row < to; row++) {
      int outer = row / taps.outputs();
      int place = row - outer * taps.outputs();
      int xAt = o.input(0).offset() + outer * taps.inputs() * inner;
      int yAt = o.output().offset() + row * inner;
      int first = taps.begin(place);
      int end = taps.begin(place + 1);
      if (first == end) {
        Arrays.fill(y, yAt, yAt + inner, 0);
        continue;
      }
      put(x, xAt + taps.source(first) * inner, taps.weight(first), y, yAt);
      for (int t = first + 1; t < end; t++) {
        add(x, xAt + taps.source(t) * inner, taps.weight(t), y, yAt);
      }
    }
  }

  private void put(float[] x, int xAt, float weight, float[] y, int yAt) {
    for (int i = 0; i < inner; i++) {
      y[yAt + i] = weight * x[xAt + i];
    }
  }

  private void add(float[] x, int xAt, float weight, float[] y, int yAt) {
    for (int i = 0; i < inner; i++) {
      y[yAt + i] += weight * x[xAt + i];
    }
  }
}
