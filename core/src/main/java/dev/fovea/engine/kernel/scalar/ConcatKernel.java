package dev.fovea.engine.kernel.scalar;

import dev.fovea.engine.kernel.Operands;
import dev.fovea.engine.kernel.Span;
import dev.fovea.tensor.Shape;
import java.util.List;

/** Copies the inputs one after the other along an axis; a row is one stretch of one input. */
final class ConcatKernel extends RowKernel {
  private final int[] lengths;
  private final int[] begins;
  private final int width;

  ConcatKernel(int axis, List<Shape> inputs, Shape output) {
    super(outer(axis, output) * inputs.size(), length(axis, output) / inputs.size());
    this.lengths = new int[inputs.size()];
    this.begins = new int[inputs.size()];
    int at = 0;
    for (int i = 0; i < lengths.length; i++) {
      lengths[i] = length(axis, inputs.get(i));
      begins[i] = at;
      at += lengths[i];
    }
    this.width = at;
  }

  private static int outer(int axis, Shape s) {
    int n = 1;
    for (int i = 0; i < axis; i++) {
      n *= s.dim(i);
    }
    return n;
  }

  private static int length(int axis, Shape s) {
    int n = 1;
    for (int i = axis; i < s.rank(); i++) {
      n *= s.dim(i);
    }
    return n;
  }

  @Override
  void rows(int from, int to, Operands o, Span scratch) {
    Span y = o.output();
    for (int row = from; row < to; row++) {
      int outer = row / lengths.length;
      int i = row - outer * lengths.length;
      copy(o.input(i), outer * lengths[i], y, outer * width + begins[i], lengths[i]);
    }
  }

  private static void copy(Span x, int xAt, Span y, int yAt, int n) {
    if (n <= Lines.FEW && !y.isBytes()) {
      Lines.copy(x.array(), x.offset() + xAt, 1, y.array(), y.offset() + yAt, n);
    } else {
      System.arraycopy(x.storage(), x.offset() + xAt, y.storage(), y.offset() + yAt, n);
    }
  }
}
