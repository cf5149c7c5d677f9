package dev.fovea.engine.kernel.scalar;

import dev.fovea.engine.kernel.Footprint;
import dev.fovea.engine.kernel.Operands;
import dev.fovea.op.Reduction;
import dev.fovea.tensor.Shape;
import java.util.Arrays;

/** Sums, or finds the largest, over some axes: columns are the kept axes, rows the reduced ones. */
final class ReduceKernel extends ChunkedKernel {
  private final boolean max;
  private final Strided kept;
  private final Strided reduced;

  private ReduceKernel(boolean max, Strided kept, Strided reduced) {
    super(elements(reduced), elements(kept), 2, 2);
    this.max = max;
    this.kept = kept;
    this.reduced = reduced;
  }

  static ReduceKernel of(Reduction op, Shape input) {
    int[] keptDims = input.dims();
    int[] reducedDims = new int[keptDims.length];
    Arrays.fill(reducedDims, 1);
    for (int axis : op.axes().toArray()) {
      reducedDims[axis] = keptDims[axis];
      keptDims[axis] = 1;
    }
    return new ReduceKernel(
        op.kind() == Reduction.Kind.MAX,
        Strided.of(keptDims, input.strides()),
        Strided.of(reducedDims, input.strides()));
  }

  private static int elements(Strided s) {
    return s.rows() * s.length();
  }

  /** Returns 1 where each column fits one chunk: its result can be stored at once. */
  @Override
  public int phases() {
    return chunks() == 1 ? 1 : 2;
  }

  @Override
  public Footprint footprint() {
    return chunks() == 1 ? Footprint.NONE : super.footprint();
  }

  @Override
  void partial(Operands o, int column, int from, int to, int at) {
    float[] x = o.input(0).array();
    int row = column / kept.length();
    int base =
        o.input(0).offset() + kept.offset(0, row) + (column - row * kept.length()) * kept.step(0);
    double result = max ? max(x, base, from, to) : sum(x, base, from, to);
    if (chunks() == 1) {
      o.output().array()[o.output().offset() + column] = (float) result;
    } else {
      Wide.put(o.workspace().array(), at, result);
    }
  }

  @Override
  void total(Operands o, int column) {
    double result = max ? largest(o, column) : sum(o, column, 0);
    o.output().array()[o.output().offset() + column] = (float) result;
  }

  private double largest(Operands o, int column) {
    double largest = Double.NEGATIVE_INFINITY;
    for (int chunk = 0; chunk < chunks(); chunk++) {
      largest = Math.max(largest, Wide.get(o.workspace().array(), at(o, chunk, column)));
    }
    return largest;
  }

  private double sum(float[] x, int base, int from, int to) {
    int step = reduced.step(0);
    double s = 0;
    int i = from;
    while (i < to) {
      int row = i / reduced.length();
      int begin = i - row * reduced.length();
      int n = Math.min(reduced.length() - begin, to - i);
      int at = base + reduced.offset(0, row) + begin * step;
      for (int k = 0; k < n; k++) {
        s += x[at + k * step];
      }
      i += n;
    }
    return s;
  }

  private double max(float[] x, int base, int from, int to) {
    int step = reduced.step(0);
    float largest = Float.NEGATIVE_INFINITY;
    int i = from;
    while (i < to) {
      int row = i / reduced.length();
      int begin = i - row * reduced.length();
      int n = Math.min(reduced.length() - begin, to - i);
      int at = base + reduced.offset(0, row) + begin * step;
      for (int k = 0; k < n; k++) {
        largest = Math.max(largest, x[at + k * step]);
      }
      i += n;
    }
    return largest;
  }
}
