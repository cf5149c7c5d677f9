package dev.fovea.engine.kernel.scalar;

import dev.fovea.engine.kernel.Operands;
import dev.fovea.engine.kernel.Span;
import java.util.Arrays;

/** Writes class indices as rows with a single 1; an index outside the classes gives zeros. */
final class OneHotKernel extends RowKernel {
  private final int classes;

  OneHotKernel(int classes, int rows) {
    super(rows, classes);
    this.classes = classes;
  }

  @Override
  void rows(int from, int to, Operands o, Span scratch) {
    Span x = o.input(0);
    Span y = o.output();
    Arrays.fill(y.array(), y.offset() + from * classes, y.offset() + to * classes, 0);
    for (int row = from; row < to; row++) {
      float index = x.array()[x.offset() + row];
      if (index >= 0 && index < classes && index == (int) index) {
        y.array()[y.offset() + row * classes + (int) index] = 1;
      }
    }
  }
}
