package dev.fovea.engine.kernel.scalar;

import dev.fovea.engine.kernel.Operands;
import dev.fovea.engine.kernel.Span;
import dev.fovea.op.Movement;
import dev.fovea.tensor.Shape;
import java.util.Arrays;

/**
 * Writes a number around the input; a row runs along the last axis, together with those behind it
 * that nothing is written around.
 */
final class PadKernel extends RowKernel {
  /** Rows as long as this are not joined: there would be too few to share out. */
  private static final int LONG = 1024;

  private final int[] before;
  private final float value;
  private final int[] in;
  private final int[] out;

  private PadKernel(float value, int[] before, int[] in, int[] out) {
    super(rows(Shape.of(out)), out.length == 0 ? 1 : out[out.length - 1]);
    this.value = value;
    this.before = before;
    this.in = in;
    this.out = out;
  }

  static PadKernel of(Movement.Pad op, Shape input, Shape output) {
    int[] before = op.before().toArray();
    int[] in = input.dims();
    int[] out = output.dims();
    // Products of extents may overflow where there are no elements.
    int joined = output.elements() == 0 ? in.length : 1;
    int axes = in.length;
    while (axes > joined && in[axes - 1] == out[axes - 1] && in[axes - 1] < LONG) {
      axes--;
      before[axes - 1] *= in[axes];
      in[axes - 1] *= in[axes];
      out[axes - 1] *= out[axes];
    }
    return new PadKernel(
        op.value(), Arrays.copyOf(before, axes), Arrays.copyOf(in, axes), Arrays.copyOf(out, axes));
  }

  private static int rows(Shape s) {
    return s.elements() == 0 ? 0 : s.rank() == 0 ? 1 : s.elements() / s.dim(-1);
  }

  @Override
  void rows(int from, int to, Operands o, Span scratch) {
    Span x = o.input(0);
    Span y = o.output();
    int last = out.length - 1;
    int width = last < 0 ? 1 : out[last];
    int begin = last < 0 ? 0 : before[last];
    int copied = last < 0 ? 1 : in[last];
    for (int row = from; row < to; row++) {
      int yAt = y.offset() + row * width;
      int source = sourceRow(row);
      if (source < 0) {
        Arrays.fill(y.array(), yAt, yAt + width, value);
        continue;
      }
      int xAt = x.offset() + source * copied;
      Arrays.fill(y.array(), yAt, yAt + begin, value);
      System.arraycopy(x.array(), xAt, y.array(), yAt + begin, copied);
      Arrays.fill(y.array(), yAt + begin + copied, yAt + width, value);
    }
  }

  /** Returns which row of the input a row of the result holds, −1 if it lies outside. */
  private int sourceRow(int row) {
    int source = 0;
    int step = 1;
    int rest = row;
    for (int axis = out.length - 2; axis >= 0; axis--) {
      int i = rest % out[axis] - before[axis];
      if (i < 0 || i >= in[axis]) {
        return -1;
      }
      source += i * step;
      step *= in[axis];
      rest /= out[axis];
    }
    return source;
  }
}
