package dev.fovea.engine.kernel.scalar;

import dev.fovea.engine.kernel.Operands;
import dev.fovea.engine.kernel.Span;
import dev.fovea.tensor.Shape;
import java.util.Arrays;

/** Adds rows up by their numbers, in their order; a task looks for those of its own rows. */
final class ScatterAddKernel extends RowKernel {
  /** A task reads all numbers, so a row of the result must be worth that. */
  private static final int TASKS = 16;

  private final int count;
  private final int width;

  ScatterAddKernel(Shape numbers, Shape output) {
    super(output.dim(0), flopsPerRow(numbers, output));
    this.count = numbers.elements();
    this.width = output.dim(1);
  }

  private static long flopsPerRow(Shape numbers, Shape output) {
    int rows = Math.max(1, output.dim(0));
    long all = (long) (numbers.elements() + rows) * output.dim(1);
    return Math.min(all, (long) TASKS << 17) / rows;
  }

  @Override
  void rows(int from, int to, Operands o, Span scratch) {
    Span numbers = o.input(0);
    float[] x = o.input(1).array();
    float[] y = o.output().array();
    int yAt = o.output().offset();
    Arrays.fill(y, yAt + from * width, yAt + to * width, 0);
    for (int i = 0; i < count; i++) {
      float number = numbers.array()[numbers.offset() + i];
      if (number >= from && number < to && number == (int) number) {
        add(x, o.input(1).offset() + i * width, y, yAt + width * (int) number);
      }
    }
  }

  private void add(float[] x, int xAt, float[] y, int yAt) {
    for (int i = 0; i < width; i++) {
      y[yAt + i] += x[xAt + i];
    }
  }
}
