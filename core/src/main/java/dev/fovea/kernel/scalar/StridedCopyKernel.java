package dev.fovea.kernel.scalar;

import dev.fovea.kernel.Operands;
import dev.fovea.kernel.Span;
import dev.fovea.op.Movement;
import dev.fovea.tensor.Shape;

/** Copies elements that lie at regular distances: transposes, slices and broadcasts. */
final class StridedCopyKernel extends RowKernel {
  private final Strided walk;
  private final int begin;

  private StridedCopyKernel(Strided walk, int begin) {
    super(walk.rows(), 2L * walk.length());
    this.walk = walk;
    this.begin = begin;
  }

  static StridedCopyKernel transpose(Movement.Transpose op, Shape input, Shape output) {
    int[] own = input.strides();
    int[] strides = new int[own.length];
    for (int i = 0; i < strides.length; i++) {
      strides[i] = own[op.order().get(i)];
    }
    return new StridedCopyKernel(Strided.of(output.dims(), strides), 0);
  }

  static StridedCopyKernel slice(Movement.Slice op, Shape input) {
    int[] strides = input.strides();
    int begin = 0;
    for (int i = 0; i < strides.length; i++) {
      begin += op.begin().get(i) * strides[i];
    }
    return new StridedCopyKernel(Strided.of(op.size().dims(), strides), begin);
  }

  static StridedCopyKernel broadcast(Shape input, Shape output) {
    int[] strides = Strided.broadcast(input, output);
    return new StridedCopyKernel(Strided.of(output.dims(), strides), 0);
  }

  @Override
  void rows(int from, int to, Operands o, Span scratch) {
    float[] x = o.input(0).array();
    float[] y = o.output().array();
    int length = walk.length();
    int step = walk.step(0);
    for (int row = from; row < to; row++) {
      int xAt = o.input(0).offset() + begin + walk.offset(0, row);
      int yAt = o.output().offset() + row * length;
      for (int i = 0; i < length; i++) {
        y[yAt + i] = x[xAt + i * step];
      }
    }
  }
}
