package dev.fovea.engine.kernel.scalar;

import dev.fovea.engine.kernel.Operands;
import dev.fovea.engine.kernel.Span;
import dev.fovea.tensor.Shape;
import java.util.Arrays;

/** Copies rows of a table by their numbers; a number outside the table gives zeros. */
final class GatherKernel extends RowKernel {
  private final int table;
  private final int width;

  GatherKernel(Shape table, Shape numbers) {
    super(numbers.elements(), table.dim(1));
    this.table = table.dim(0);
    this.width = table.dim(1);
  }

  @Override
  void rows(int from, int to, Operands o, Span scratch) {
    Span x = o.input(0);
    Span numbers = o.input(1);
    Span y = o.output();
    for (int row = from; row < to; row++) {
      float number = numbers.array()[numbers.offset() + row];
      int at = y.offset() + row * width;
      if (number >= 0 && number < table && number == (int) number) {
        System.arraycopy(x.array(), x.offset() + width * (int) number, y.array(), at, width);
      } else {
        Arrays.fill(y.array(), at, at + width, 0);
      }
    }
  }
}
