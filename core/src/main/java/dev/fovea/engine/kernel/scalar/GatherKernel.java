package dev.fovea.engine.kernel.scalar;

import dev.fovea.engine.kernel.Operands;
import dev.fovea.engine.kernel.Span;
import dev.fovea.tensor.Shape;
import java.util.Arrays;

/**
 * Copies rows of a table by their numbers, of one table [rows, D] or of one for each sample [N,
 * rows, D]; a number outside the table gives zeros.
 */
final class GatherKernel extends RowKernel {
  private final int table;
  private final int width;

  /** How many numbers are of one table. */
  private final int each;

  GatherKernel(Shape tables, Shape numbers) {
    super(numbers.elements(), tables.dim(-1));
    this.table = tables.dim(-2);
    this.width = tables.dim(-1);
    this.each = tables.rank() == 2 ? Math.max(1, numbers.elements()) : numbers.dim(1);
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
        int first = x.offset() + (row / each * table + (int) number) * width;
        System.arraycopy(x.array(), first, y.array(), at, width);
      } else {
        Arrays.fill(y.array(), at, at + width, 0);
      }
    }
  }
}
