package dev.fovea.engine.kernel.scalar;

import dev.fovea.engine.kernel.Footprint;
import dev.fovea.engine.kernel.Operands;
import dev.fovea.engine.kernel.Span;
import dev.fovea.tensor.Shape;

/** Applies a function of one number to each element. */
final class MapKernel extends RowKernel {
  private final Lines.Map function;

  MapKernel(Lines.Map function, int flops, Shape output) {
    super(output.elements(), flops);
    this.function = function;
  }

  @Override
  public Footprint footprint() {
    return Footprint.NONE.over(0);
  }

  @Override
  void rows(int from, int to, Operands o, Span scratch) {
    Span x = o.input(0);
    Span y = o.output();
    function.apply(x.array(), x.offset() + from, y.array(), y.offset() + from, to - from);
  }
}
