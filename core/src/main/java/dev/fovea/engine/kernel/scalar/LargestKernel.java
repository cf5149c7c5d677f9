package dev.fovea.engine.kernel.scalar;

import dev.fovea.engine.kernel.Footprint;
import dev.fovea.engine.kernel.Operands;
import dev.fovea.engine.kernel.Span;
import dev.fovea.tensor.Shape;

/** Where the largest numbers of each row are. */
final class LargestKernel extends RowKernel {
  private final int length;
  private final int count;

  LargestKernel(Shape x, int count) {
    super(x.elements() / x.dim(-1), 16L * x.dim(-1));
    this.length = x.dim(-1);
    this.count = count;
  }

  @Override
  public Footprint footprint() {
    return Footprint.NONE.withScratch(FallingOrder.floats(length));
  }

  @Override
  void rows(int from, int to, Operands o, Span scratch) {
    for (int row = from; row < to; row++) {
      int x = o.input(0).offset() + row * length;
      int order = FallingOrder.of(o.input(0).array(), x, length, scratch);
      int y = o.output().offset() + row * count;
      System.arraycopy(scratch.array(), order, o.output().array(), y, count);
    }
  }
}
