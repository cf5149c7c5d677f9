package dev.fovea.simd;

import static dev.fovea.simd.ByteLoops.F;
import static dev.fovea.simd.ByteLoops.L;
import static dev.fovea.simd.ByteLoops.unsigned;

import dev.fovea.engine.kernel.Kernel;
import dev.fovea.engine.kernel.Operands;
import dev.fovea.engine.kernel.Span;
import dev.fovea.engine.kernel.TaskKernel;
import dev.fovea.op.Quantized;
import dev.fovea.op.Quantized.Rounding;
import dev.fovea.op.Quantized.Steps;
import dev.fovea.tensor.Shape;
import java.util.Optional;
import jdk.incubator.vector.FloatVector;

/** The ops on bytes that go element by element, and the mean over pixels. */
final class ByteLineKernels {
  /** Sums of so many bytes less zero are exact in floats. */
  private static final int EXACT = 1 << 16;

  private ByteLineKernels() {}

  /** Returns the kernel of an op; empty where the plain loops of the specification do. */
  static Optional<Kernel> kernel(Quantized op, Shape x, Shape y) {
    if (!ByteLoops.WIDE) {
      return Optional.empty();
    }
    return switch (op) {
      case Quantized.Quantize q ->
          lines("quantize", y, (o, i, n) -> quantize(q, o.input(0), o.output(), i, n));
      case Quantized.Dequantize d ->
          lines("dequantize", y, (o, i, n) -> dequantize(d.of(), o.input(0), o.output(), i, n));
      case Quantized.Sum s -> lines("quantized sum", y, (o, i, n) -> sum(s, o, i, n));
      case Quantized.Mean m
          when x.dim(1) * x.dim(2) <= EXACT && x.dim(3) >= L && Math.abs(m.zero()) <= 0xFF ->
          Optional.of(new MeanKernel(m, x));
      case Quantized.Mean _, Quantized.Conv2d _ -> Optional.empty();
    };
  }

  /** Computes the n elements from i on. */
  @FunctionalInterface
  private interface Line {
    void compute(Operands o, int i, int n);
  }

  private static Optional<Kernel> lines(String algorithm, Shape y, Line line) {
    return Optional.of(new LinesKernel(algorithm, y.elements(), line));
  }

  /** A kernel of independent elements. */
  private record LinesKernel(String algorithm, int elements, Line line) implements TaskKernel {
    @Override
    public int tasks(int phase) {
      return Ranges.parts(elements, elements);
    }

    @Override
    public void compute(int phase, int task, Operands o, Span own) {
      int from = Ranges.begin(task, tasks(0), elements);
      line.compute(o, from, Ranges.begin(task + 1, tasks(0), elements) - from);
    }
  }

  private static void quantize(Quantized.Quantize op, Span from, Span to, int at, int n) {
    float[] x = from.array();
    byte[] y = to.bytes();
    int xo = from.offset() + at;
    int yo = to.offset() + at;
    Rounding r = op.to();
    int i = 0;
    for (; i <= n - L; i += L) {
      FloatVector steps = FloatVector.fromArray(F, x, xo + i).div(op.scale());
      store(steps, r, y, yo + i);
    }
    for (; i < n; i++) {
      y[yo + i] = (byte) r.round(x[xo + i] / op.scale());
    }
  }

  private static void store(FloatVector steps, Rounding r, byte[] y, int at) {
    ByteLoops.store(steps, ByteLoops.least(r), ByteLoops.greatest(r), r.zero(), y, at);
  }

  private static void dequantize(Steps of, Span from, Span to, int at, int n) {
    float[] y = to.array();
    int yo = to.offset() + at;
    int i = 0;
    for (; i <= n - L; i += L) {
      real(of, from, at + i).intoArray(y, yo + i);
    }
    for (; i < n; i++) {
      y[yo + i] = of.real(unsigned(from, at + i));
    }
  }

  private static FloatVector real(Steps of, Span x, int at) {
    return unsigned(x.bytes(), x.offset() + at).sub((float) of.zero()).mul(of.scale());
  }

  private static void sum(Quantized.Sum op, Operands o, int at, int n) {
    Span a = o.input(0);
    Span b = o.input(1);
    byte[] y = o.output().bytes();
    int yo = o.output().offset() + at;
    int i = 0;
    for (; i <= n - L; i += L) {
      FloatVector sum = real(op.a(), a, at + i).add(real(op.b(), b, at + i));
      store(sum.div(op.scale()), op.to(), y, yo + i);
    }
    for (; i < n; i++) {
      float sum = op.a().real(unsigned(a, at + i)) + op.b().real(unsigned(b, at + i));
      y[yo + i] = (byte) op.to().round(sum / op.scale());
    }
  }

  /** The mean over pixels; a task is a range of images. */
  private record MeanKernel(Quantized.Mean op, Shape x) implements TaskKernel {
    @Override
    public String algorithm() {
      return "quantized mean";
    }

    @Override
    public int tasks(int phase) {
      return Ranges.parts(x.elements(), x.dim(0));
    }

    @Override
    public void compute(int phase, int task, Operands o, Span own) {
      int channels = x.dim(3);
      int end = Ranges.begin(task + 1, tasks(0), x.dim(0));
      for (int n = Ranges.begin(task, tasks(0), x.dim(0)); n < end; n++) {
        for (int c = 0; c < channels; c += L) {
          mean(n, Math.min(c, channels - L), o.input(0), o.output());
        }
      }
    }

    private void mean(int n, int c, Span in, Span out) {
      int channels = x.dim(3);
      int pixels = x.dim(1) * x.dim(2);
      int from = in.offset() + n * pixels * channels + c;
      FloatVector sum = FloatVector.zero(F);
      for (int p = 0; p < pixels; p++) {
        sum = sum.add(unsigned(in.bytes(), from + p * channels));
      }
      FloatVector less = sum.sub((float) (pixels * op.zero()));
      store(less.mul(op.multiplier()), op.to(), out.bytes(), out.offset() + n * channels + c);
    }
  }
}
