package dev.fovea.engine.kernel.scalar;

import dev.fovea.engine.kernel.Operands;
import dev.fovea.engine.kernel.Span;
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

  /** Returns the kernel that copies all elements as they lie. */
  static StridedCopyKernel plain(Shape output) {
    return new StridedCopyKernel(Strided.of(new int[] {output.elements(), 1}, new int[] {1, 1}), 0);
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
    Span x = o.input(0);
    Span y = o.output();
    int length = walk.length();
    int step = walk.step(0);
    for (int row = from; row < to; row++) {
      int xAt = x.offset() + begin + walk.offset(0, row);
      int yAt = y.offset() + row * length;
      if (y.isBytes()) {
        Lines.copy(x.bytes(), xAt, step, y.bytes(), yAt, length);
      } else {
        Lines.copy(x.array(), xAt, step, y.array(), yAt, length);
      }
    }
  }
}
