package dev.fovea.simd;

import dev.fovea.engine.kernel.Kernel;
import dev.fovea.engine.kernel.Operands;
import dev.fovea.engine.kernel.Span;
import dev.fovea.engine.kernel.TaskKernel;
import dev.fovea.op.Movement;
import dev.fovea.tensor.Shape;
import java.util.Optional;

/** Kernels of movements that copy long runs; the scalar provider copies all others. */
final class MovementKernels {
  /** The shortest run that is worth a copy of its own. */
  private static final int RUN = 16;

  private MovementKernels() {}

  /** Returns the kernel of a slice that cuts one axis, and of repeats along neighbouring axes. */
  static Optional<Kernel> kernel(Movement op, Shape in, Shape out) {
    return switch (op) {
      case Movement.Slice s -> slice(s, in);
      case Movement.Broadcast b -> repeat(in, out);
      default -> Optional.empty();
    };
  }

  private static Optional<Kernel> slice(Movement.Slice op, Shape in) {
    int axis = -1;
    for (int i = 0; i < in.rank(); i++) {
      if (op.size().dim(i) != in.dim(i)) {
        if (axis >= 0) {
          return Optional.empty();
        }
        axis = i;
      }
    }
    if (axis < 0) {
      return Optional.empty();
    }
    int inner = product(in, axis + 1, in.rank());
    int run = op.size().dim(axis) * inner;
    int outer = product(in, 0, axis);
    int begin = op.begin().get(axis) * inner;
    return run < RUN
        ? Optional.empty()
        : Optional.of(new Runs(outer, in.dim(axis) * inner, begin, run));
  }

  private static Optional<Kernel> repeat(Shape in, Shape out) {
    int extra = out.rank() - in.rank();
    int first = out.rank();
    int last = -1;
    for (int i = 0; i < out.rank(); i++) {
      if (out.dim(i) != (i < extra ? 1 : in.dim(i - extra))) {
        first = Math.min(first, i);
        last = i;
      }
    }
    for (int i = first; i <= last; i++) {
      if (i >= extra && in.dim(i - extra) != 1) {
        return Optional.empty();
      }
    }
    int run = product(out, last + 1, out.rank());
    if (last < 0 || run < RUN) {
      return Optional.empty();
    }
    return Optional.of(new Repeats(product(out, 0, first), product(out, first, last + 1), run));
  }

  private static int product(Shape s, int from, int to) {
    int n = 1;
    for (int i = from; i < to; i++) {
      n *= s.dim(i);
    }
    return n;
  }

  /** The run at {@code begin} of each of {@code outer} lines of {@code line} floats. */
  private record Runs(int outer, int line, int begin, int run) implements TaskKernel {
    @Override
    public int tasks(int phase) {
      return Ranges.parts((long) outer * run, outer);
    }

    @Override
    public void compute(int phase, int task, Operands operands, Span own) {
      float[] x = operands.input(0).array();
      float[] y = operands.output().array();
      int end = Ranges.begin(task + 1, tasks(0), outer);
      for (int i = Ranges.begin(task, tasks(0), outer); i < end; i++) {
        int from = operands.input(0).offset() + i * line + begin;
        System.arraycopy(x, from, y, operands.output().offset() + i * run, run);
      }
    }
  }

  /** Each of {@code outer} runs so many times over. */
  private record Repeats(int outer, int times, int run) implements TaskKernel {
    @Override
    public int tasks(int phase) {
      return Ranges.parts((long) outer * times * run, outer * times);
    }

    @Override
    public void compute(int phase, int task, Operands operands, Span own) {
      float[] x = operands.input(0).array();
      float[] y = operands.output().array();
      int end = Ranges.begin(task + 1, tasks(0), outer * times);
      for (int i = Ranges.begin(task, tasks(0), outer * times); i < end; i++) {
        int from = operands.input(0).offset() + i / times * run;
        System.arraycopy(x, from, y, operands.output().offset() + i * run, run);
      }
    }
  }
}
