package dev.fovea.engine.kernel.scalar;

import dev.fovea.engine.kernel.Footprint;
import dev.fovea.engine.kernel.Operands;
import dev.fovea.engine.kernel.Span;
import dev.fovea.tensor.Shape;
import java.util.List;

/** Applies a function of two numbers, the operands broadcast against each other. */
final class ZipKernel extends RowKernel {
  private final Lines.Zip function;
  private final Strided walk;
  private final boolean firstInPlace;
  private final boolean secondInPlace;

  private ZipKernel(Lines.Zip function, Strided walk, List<Shape> inputs, Shape output) {
    super(output.elements(), 2);
    this.function = function;
    this.walk = walk;
    this.firstInPlace = inputs.get(0).equals(output);
    this.secondInPlace = inputs.get(1).equals(output);
  }

  static ZipKernel of(Lines.Zip function, List<Shape> inputs, Shape output) {
    Strided walk =
        Strided.of(
            output.dims(),
            Strided.broadcast(inputs.get(0), output),
            Strided.broadcast(inputs.get(1), output));
    return new ZipKernel(function, walk, inputs, output);
  }

  @Override
  public Footprint footprint() {
    Footprint f = firstInPlace ? Footprint.NONE.over(0) : Footprint.NONE;
    return secondInPlace ? f.over(1) : f;
  }

  @Override
  void rows(int from, int to, Operands o, Span scratch) {
    int length = walk.length();
    int at = from;
    while (at < to) {
      int row = at / length;
      int column = at - row * length;
      int n = Math.min(length - column, to - at);
      part(row, column, n, o);
      at += n;
    }
  }

  private void part(int row, int column, int n, Operands o) {
    Span a = o.input(0);
    Span b = o.input(1);
    Span y = o.output();
    int aStep = walk.step(0);
    int bStep = walk.step(1);
    function.apply(
        a.array(),
        a.offset() + walk.offset(0, row) + column * aStep,
        aStep,
        b.array(),
        b.offset() + walk.offset(1, row) + column * bStep,
        bStep,
        y.array(),
        y.offset() + row * walk.length() + column,
        n);
  }
}
