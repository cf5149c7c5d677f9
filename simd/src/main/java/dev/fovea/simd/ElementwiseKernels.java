package dev.fovea.simd;

import dev.fovea.engine.kernel.Footprint;
import dev.fovea.engine.kernel.Kernel;
import dev.fovea.engine.kernel.Operands;
import dev.fovea.engine.kernel.Span;
import dev.fovea.engine.kernel.TaskKernel;
import dev.fovea.op.BinaryFunction;
import dev.fovea.op.Elementwise;
import dev.fovea.op.Elementwise.Activate;
import dev.fovea.op.Elementwise.ActivateGradient;
import dev.fovea.op.Elementwise.Binary;
import dev.fovea.op.Elementwise.Unary;
import dev.fovea.simd.RowLoops.Extent;
import dev.fovea.tensor.Shape;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/** Kernels of elementwise ops: contiguous stretches through the loops of Functions and Pairs. */
final class ElementwiseKernels {
  private ElementwiseKernels() {}

  static Optional<Kernel> kernel(Elementwise op, List<Shape> in, Shape out) {
    return switch (op) {
      case Unary u -> Optional.of(new Flat(out.elements(), 1, u));
      case Activate a -> Optional.of(new Flat(out.elements(), 1, a));
      case ActivateGradient g -> Optional.of(new Flat(out.elements(), 2, g));
      case Binary b -> binary(b.function(), in.get(0), in.get(1), out);
      case Elementwise.Convert c -> Optional.empty();
    };
  }

  private static Optional<Kernel> binary(BinaryFunction f, Shape a, Shape b, Shape out) {
    if (a.equals(b)) {
      return Optional.of(new Flat(out.elements(), 2, new Binary(f)));
    }
    if (out.elements() == 0) {
      return Optional.empty();
    }
    if (a.elements() == out.elements()) {
      return broadcast(b, out, f, false);
    }
    return b.elements() == out.elements() ? broadcast(a, out, f, true) : Optional.empty();
  }

  /** Returns the kernel for one operand of the result's shape and a smaller one, or none. */
  private static Optional<Kernel> broadcast(
      Shape small, Shape out, BinaryFunction f, boolean left) {
    int n = small.elements();
    int[] d = new int[out.rank()];
    for (int i = 1; i <= d.length; i++) {
      d[d.length - i] = i <= small.rank() ? small.dim(-i) : 1;
    }
    // A single number has no axis of its own: it meets all of the result as one stretch.
    int last = d.length;
    while (last > 0 && d[last - 1] == 1) {
      last--;
    }
    int first = 0;
    while (first < last && d[first] == 1) {
      first++;
    }
    int inner = 1;
    for (int i = last; i < d.length; i++) {
      inner *= out.dim(i);
    }
    for (int i = first; i < last; i++) {
      if (d[i] != out.dim(i)) {
        return inner == 1 ? blocks(d, out, f, left) : Optional.empty();
      }
    }
    int outer = out.elements() / n / inner;
    return Optional.of(
        inner > 1 || n == 1 ? new Rows(f, outer, n, inner, left) : new Suffix(f, outer, n, left));
  }

  /** Returns the kernel for an operand that repeats along axes in the middle alone, or none. */
  private static Optional<Kernel> blocks(int[] d, Shape out, BinaryFunction f, boolean left) {
    int axis = 0;
    int blocks = 1;
    for (; axis < d.length && d[axis] == out.dim(axis); axis++) {
      blocks *= d[axis];
    }
    int outer = 1;
    for (; axis < d.length && d[axis] == 1; axis++) {
      outer *= out.dim(axis);
    }
    int n = 1;
    for (; axis < d.length; axis++) {
      if (d[axis] != out.dim(axis)) {
        return Optional.empty();
      }
      n *= d[axis];
    }
    return n < Species.FLOATS.length()
        ? Optional.empty()
        : Optional.of(new Blocks(f, blocks, outer, n, left));
  }

  /** Each stretch of {@code n} of the smaller operand meets {@code outer} of the larger. */
  private record Blocks(BinaryFunction f, int blocks, int outer, int n, boolean left)
      implements TaskKernel {
    @Override
    public int tasks(int phase) {
      return Ranges.parts((long) blocks * outer * n, blocks * outer);
    }

    @Override
    public Footprint footprint() {
      return Footprint.NONE.over(left ? 1 : 0);
    }

    @Override
    public void compute(int phase, int task, Operands operands, Span own) {
      Span small = operands.input(left ? 0 : 1);
      Span large = operands.input(left ? 1 : 0);
      float[] p = small.array();
      float[] x = large.array();
      float[] y = operands.output().array();
      int end = Ranges.begin(task + 1, tasks(0), blocks * outer);
      for (int i = Ranges.begin(task, tasks(0), blocks * outer); i < end; i++) {
        int po = small.offset() + i / outer * n;
        int xo = large.offset() + i * n;
        int yo = operands.output().offset() + i * n;
        if (left) {
          Pairs.apply(f, p, po, x, xo, y, yo, n);
        } else {
          Pairs.apply(f, x, xo, p, po, y, yo, n);
        }
      }
    }
  }

  /** One or two inputs of the result's shape. */
  private record Flat(int n, int inputs, Elementwise op) implements TaskKernel {
    @Override
    public int tasks(int phase) {
      return Ranges.parts(costly() ? 4L * n : n, n);
    }

    private boolean costly() {
      return op instanceof Activate;
    }

    @Override
    public Footprint footprint() {
      return Footprint.NONE.over(IntStream.range(0, inputs).toArray());
    }

    @Override
    public void compute(int phase, int task, Operands operands, Span own) {
      int from = align(Ranges.begin(task, tasks(0), n));
      int to = task + 1 == tasks(0) ? n : align(Ranges.begin(task + 1, tasks(0), n));
      float[] x = operands.input(0).array();
      int xo = operands.input(0).offset() + from;
      Span second = operands.input(inputs - 1);
      int zo = second.offset() + from;
      float[] y = operands.output().array();
      int yo = operands.output().offset() + from;
      switch (op) {
        case Unary u -> Activations.apply(u.function(), x, xo, y, yo, to - from);
        case Activate a -> Activations.apply(a.activation(), x, xo, y, yo, to - from);
        case ActivateGradient g ->
            Activations.gradient(g.activation(), x, xo, second.array(), zo, y, yo, to - from);
        case Binary b -> Pairs.apply(b.function(), x, xo, second.array(), zo, y, yo, to - from);
        case Elementwise.Convert c ->
            throw new IllegalStateException("bytes are converted elsewhere");
      }
    }

    /** Keeps all tasks but the last free of leftovers. */
    private static int align(int i) {
      return i & -64;
    }
  }

  /** Each number of the smaller operand meets a stretch of {@code inner} of the larger. */
  private record Rows(BinaryFunction f, int outer, int n, int inner, boolean left)
      implements TaskKernel {
    @Override
    public int tasks(int phase) {
      long all = (long) outer * n * inner;
      return n == 1 && outer == 1 ? Ranges.parts(all, inner) : Ranges.parts(all, outer * n);
    }

    @Override
    public Footprint footprint() {
      return Footprint.NONE.over(left ? 1 : 0);
    }

    @Override
    public void compute(int phase, int task, Operands operands, Span own) {
      if (n == 1 && outer == 1) {
        int from = Ranges.begin(task, tasks(0), inner);
        stretch(operands, 0, from, Ranges.begin(task + 1, tasks(0), inner) - from);
        return;
      }
      int end = Ranges.begin(task + 1, tasks(0), outer * n);
      for (int i = Ranges.begin(task, tasks(0), outer * n); i < end; i++) {
        stretch(operands, i % n, i * inner, inner);
      }
    }

    private void stretch(Operands operands, int small, int at, int length) {
      Span a = operands.input(0);
      Span b = operands.input(1);
      Span y = operands.output();
      int yo = y.offset() + at;
      if (left) {
        int ao = a.offset() + small;
        Pairs.applyLeft(f, a.array(), ao, b.array(), b.offset() + at, y.array(), yo, length);
      } else {
        int bo = b.offset() + small;
        Pairs.applyRight(f, a.array(), a.offset() + at, b.array(), bo, y.array(), yo, length);
      }
    }
  }

  /** The smaller operand is repeated along outer axes; a short one is first repeated in scratch. */
  private record Suffix(BinaryFunction f, int outer, int n, boolean left) implements TaskKernel {
    private int repeats() {
      return Patterns.repeats(n, outer);
    }

    @Override
    public int tasks(int phase) {
      return Ranges.parts((long) outer * n, Ranges.ceilDiv(outer, repeats()));
    }

    @Override
    public Footprint footprint() {
      int scratch = repeats() > 1 ? repeats() * n : 0;
      return Footprint.NONE.withScratch(scratch).over(left ? 1 : 0);
    }

    @Override
    public void compute(int phase, int task, Operands operands, Span own) {
      Span small = operands.input(left ? 0 : 1);
      int repeats = repeats();
      float[] p = small.array();
      int po = small.offset();
      if (repeats > 1) {
        p = own.array();
        po = own.offset();
        Patterns.repeat(small, n, repeats, p, po);
      }
      int runs = Ranges.ceilDiv(outer, repeats);
      int end = Ranges.begin(task + 1, tasks(0), runs);
      int begin = Ranges.begin(task, tasks(0), runs);
      if (f == BinaryFunction.MULTIPLY
          && FirstRows.ofProcess().takes(RowFormula.PRODUCT, repeats * n)) {
        int whole = Math.min(end, outer / repeats);
        multiply(operands, p, po, begin, whole, repeats * n);
        begin = Math.max(begin, whole);
      }
      for (int i = begin; i < end; i++) {
        int at = i * repeats * n;
        stretch(operands, p, po, at, Math.min(repeats, outer - i * repeats) * n);
      }
    }

    /** Multiplies runs of so many numbers with the same ones, before vector loops are compiled. */
    private void multiply(Operands operands, float[] p, int po, int from, int to, int length) {
      Span large = operands.input(left ? 1 : 0);
      Span y = operands.output();
      if (from < to) {
        Extent e = new Extent(length, to - from, length, 0, length);
        int at = from * length;
        FirstRows.ofProcess()
            .multiply(e, large.array(), large.offset() + at, p, po, y.array(), y.offset() + at);
      }
    }

    private void stretch(Operands operands, float[] p, int po, int at, int length) {
      Span large = operands.input(left ? 1 : 0);
      Span y = operands.output();
      float[] x = large.array();
      int xo = large.offset() + at;
      if (left) {
        Pairs.apply(f, p, po, x, xo, y.array(), y.offset() + at, length);
      } else {
        Pairs.apply(f, x, xo, p, po, y.array(), y.offset() + at, length);
      }
    }
  }
}
