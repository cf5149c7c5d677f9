package dev.fovea.engine.kernel.scalar;

import dev.fovea.engine.kernel.Operands;
import dev.fovea.engine.kernel.Span;
import dev.fovea.tensor.Shape;
import java.util.Arrays;

/** Copies rows of each sample by their numbers; a number outside gives zeros. */
final class TakeKernel extends RowKernel {
  private final int rows;
  private final int width;
  private final int taken;

  TakeKernel(Shape rows, Shape numbers) {
    super(numbers.elements(), rows.dim(2));
    this.rows = rows.dim(1);
    this.width = rows.dim(2);
    this.taken = numbers.dim(1);
  }

  @Override
  void rows(int from, int to, Operands o, Span scratch) {
    Span x = o.input(0);
    Span numbers = o.input(1);
    Span y = o.output();
    for (int row = from; row < to; row++) {
      float number = numbers.array()[numbers.offset() + row];
      int at = y.offset() + row * width;
      if (number >= 0 && number < rows && number == (int) number) {
        int first = x.offset() + (row / taken * rows + (int) number) * width;
        System.arraycopy(x.array(), first, y.array(), at, width);
      } else {
        Arrays.fill(y.array(), at, at + width, 0);
      }
    }
  }
}
