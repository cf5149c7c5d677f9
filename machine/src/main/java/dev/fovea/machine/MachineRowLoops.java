package dev.fovea.machine;

import dev.fovea.machine.assembler.Width;
import dev.fovea.machine.kernel.RowKernels;
import dev.fovea.machine.memory.Code;
import dev.fovea.simd.RowFormula;
import dev.fovea.simd.RowLoops;
import java.lang.foreign.MemorySegment;
import java.util.Objects;

/** Formulas over rows in machine code of AVX-512. */
final class MachineRowLoops implements RowLoops {
  private static final long BYTES = Float.BYTES;

  /** The numbers that one call writes, so that it is short: see {@link MachineMicro#MOST}. */
  private static final int MOST = 1 << 15;

  private final Width width;
  private final RowKernels kernels;

  MachineRowLoops(Width width) {
    this.width = width;
    this.kernels = new RowKernels(width);
  }

  @Override
  public boolean takes(RowFormula formula, int length) {
    return length > 0
        && length % width.floats() == 0
        && length * formula.outputs() <= MOST
        && kernels.of(formula).isPresent();
  }

  @Override
  public void apply(
      RowFormula formula,
      Extent e,
      int[] places,
      float[] x,
      float[] other,
      int otherAt,
      float[] y) {
    Objects.checkIndex(e.length() % width.floats(), 1);
    Code code = kernels.of(formula).orElseThrow();
    int in = formula.inputs();
    check(places, 0, in, e.count(), e.step(), e.length(), x.length);
    check(places, in, in + formula.outputs(), e.count(), e.outStep(), e.length(), y.length);
    if (formula == RowFormula.PRODUCT) {
      Reach.checkRows(otherAt, e.count(), e.otherStep(), e.length(), other.length);
    }
    int most = Math.max(1, MOST / (e.length() * formula.outputs()));
    for (int i = 0; i < e.count(); i += most) {
      call(code, e, i, Math.min(most, e.count() - i), places, x, other, otherAt, y);
    }
  }

  /**
   * Checks rows of {@code count} elements that begin at some of the places, so many times, {@code
   * step} apart.
   */
  private static void check(
      int[] places, int from, int to, int rows, int step, int count, int length) {
    int least = places[from];
    int greatest = least;
    for (int i = from + 1; i < to; i++) {
      least = Math.min(least, places[i]);
      greatest = Math.max(greatest, places[i]);
    }
    Reach.checkRows(least, rows, step, count, length);
    Reach.checkRows(greatest, rows, step, count, length);
  }

  private static void call(
      Code code,
      Extent e,
      long first,
      int count,
      int[] places,
      float[] x,
      float[] other,
      int otherAt,
      float[] y) {
    MemorySegment t = MemorySegment.ofArray(places);
    code.call(
        MemorySegment.ofArray(x),
        MemorySegment.ofArray(other),
        t,
        t,
        MemorySegment.ofArray(y),
        t,
        BYTES * first * e.step(),
        BYTES * (otherAt + first * e.otherStep()),
        0,
        0,
        BYTES * first * e.outStep(),
        0,
        BYTES * e.length(),
        count,
        BYTES * e.step(),
        BYTES * e.otherStep(),
        BYTES * e.outStep());
  }
}
