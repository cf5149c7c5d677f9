package dev.fovea.simd;

import dev.fovea.engine.kernel.Footprint;
import dev.fovea.engine.kernel.Kernel;
import dev.fovea.engine.kernel.Operands;
import dev.fovea.engine.kernel.Span;
import dev.fovea.engine.kernel.TaskKernel;
import dev.fovea.op.BinaryFunction;
import dev.fovea.op.Reduction;
import dev.fovea.tensor.Shape;
import java.util.Optional;

/**
 * Sum or maximum over neighbouring axes: the input seen as [outer, reduced, inner].
 *
 * <p>Long reductions are cut into fixed shares; each has a partial result in the workspace, and a
 * second phase combines them in order.
 */
final class ReductionKernel implements TaskKernel {
  /** Rows below this are summed number by number. */
  private static final int SHORT = 16;

  private final BinaryFunction f;
  private final int outer;
  private final int reduced;
  private final int inner;
  private final int repeats;
  private final int shares;

  private ReductionKernel(Reduction.Kind kind, int outer, int reduced, int inner) {
    this.f = kind == Reduction.Kind.SUM ? BinaryFunction.ADD : BinaryFunction.MAX;
    this.outer = outer;
    this.reduced = reduced;
    this.inner = inner;
    this.repeats = Patterns.repeats(inner, reduced);
    int runs = Ranges.ceilDiv(reduced, repeats);
    long all = (long) outer * reduced * inner;
    this.shares = outer >= 16 ? 1 : Math.min(Ranges.parts(all, runs), 32);
  }

  /** Returns the kernel if the reduced axes are neighbours and nothing is empty. */
  static Optional<Kernel> of(Reduction op, Shape in) {
    int first = in.rank();
    int last = -1;
    for (int i = 0; i < op.axes().size(); i++) {
      int axis = op.axes().get(i);
      if (in.dim(axis) != 1) {
        first = Math.min(first, axis);
        last = Math.max(last, axis);
      }
    }
    int outer = 1;
    int reduced = 1;
    int inner = 1;
    for (int i = 0; i < in.rank(); i++) {
      if (i < first || last < 0) {
        outer *= in.dim(i);
      } else if (i > last) {
        inner *= in.dim(i);
      } else if (in.dim(i) == 1 || op.axes().contains(i)) {
        reduced *= in.dim(i);
      } else {
        return Optional.empty();
      }
    }
    return in.elements() == 0
        ? Optional.empty()
        : Optional.of(new ReductionKernel(op.kind(), outer, reduced, inner));
  }

  @Override
  public int phases() {
    return shares > 1 ? 2 : 1;
  }

  @Override
  public int tasks(int phase) {
    if (phase == 1) {
      return 1;
    }
    return shares > 1 ? outer * shares : Ranges.parts((long) outer * reduced * inner, outer);
  }

  @Override
  public Footprint footprint() {
    return Footprint.NONE
        .withWorkspace(shares > 1 ? outer * shares * inner : 0)
        .withScratch(repeats * inner);
  }

  @Override
  public void compute(int phase, int task, Operands operands, Span own) {
    Span y = operands.output();
    Span w = operands.workspace();
    if (phase == 1) {
      combine(w.array(), w.offset(), y.array(), y.offset());
    } else if (shares > 1) {
      int share = task % shares;
      int runs = Ranges.ceilDiv(reduced, repeats);
      int from = Ranges.begin(share, shares, runs) * repeats;
      int to = Math.min(reduced, Ranges.begin(share + 1, shares, runs) * repeats);
      reduce(operands, task / shares, from, to, w.array(), w.offset() + task * inner, own);
    } else {
      int end = Ranges.begin(task + 1, tasks(0), outer);
      if (inner == 1 && reduced < SHORT) {
        rows(operands, Ranges.begin(task, tasks(0), outer), end);
        return;
      }
      for (int i = Ranges.begin(task, tasks(0), outer); i < end; i++) {
        reduce(operands, i, 0, reduced, y.array(), y.offset() + i * inner, own);
      }
    }
  }

  /** Reduces rows of a few numbers one after the other. */
  private void rows(Operands operands, int from, int to) {
    float[] x = operands.input(0).array();
    float[] y = operands.output().array();
    boolean sum = f == BinaryFunction.ADD;
    for (int i = from; i < to; i++) {
      int at = operands.input(0).offset() + i * reduced;
      float r = x[at];
      for (int j = 1; j < reduced; j++) {
        r = sum ? r + x[at + j] : Math.max(r, x[at + j]);
      }
      y[operands.output().offset() + i] = r;
    }
  }

  private void combine(float[] w, int wo, float[] y, int yo) {
    for (int i = 0; i < outer; i++) {
      int to = yo + i * inner;
      System.arraycopy(w, wo + i * shares * inner, y, to, inner);
      for (int share = 1; share < shares; share++) {
        int from = wo + (i * shares + share) * inner;
        Pairs.apply(f, y, to, w, from, y, to, inner);
      }
    }
  }

  /** Reduces entries from … to−1 of one outer entry, several at a time if they are short. */
  private void reduce(Operands operands, int i, int from, int to, float[] y, int yo, Span own) {
    float[] x = operands.input(0).array();
    int base = operands.input(0).offset() + (i * reduced + from) * inner;
    float[] f0 = own.array();
    int at = own.offset();
    int n = to - from;
    int wide = Math.min(repeats, n);
    System.arraycopy(x, base, f0, at, wide * inner);
    int r = wide;
    for (; r + wide <= n; r += wide) {
      Pairs.apply(f, f0, at, x, base + r * inner, f0, at, wide * inner);
    }
    Pairs.apply(f, f0, at, x, base + r * inner, f0, at, (n - r) * inner);
    for (int half = wide; half > 1; half = Ranges.ceilDiv(half, 2)) {
      int keep = Ranges.ceilDiv(half, 2);
      Pairs.apply(f, f0, at, f0, at + keep * inner, f0, at, (half - keep) * inner);
    }
    System.arraycopy(f0, at, y, yo, inner);
  }
}
