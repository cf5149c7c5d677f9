package dev.fovea.engine.kernel.scalar;

import dev.fovea.engine.kernel.Kernel;
import dev.fovea.engine.kernel.Operands;
import dev.fovea.engine.kernel.Span;
import dev.fovea.op.Quantized;
import dev.fovea.tensor.Shape;
import java.util.List;

/** The ops on bytes that go element by element, and the mean over pixels. */
final class QuantizedLines {
  private QuantizedLines() {}

  /** Returns the kernel of an op. */
  static Kernel kernel(Quantized op, List<Shape> inputs, Shape output) {
    return switch (op) {
      case Quantized.Quantize q -> new Elements(output, "quantize", (o, i) -> quantize(q, o, i));
      case Quantized.Dequantize d ->
          new Elements(output, "dequantize", (o, i) -> dequantize(d, o, i));
      case Quantized.Sum s -> new Elements(output, "quantized sum", (o, i) -> sum(s, o, i));
      case Quantized.Mean m -> mean(m, inputs.get(0), output);
      case Quantized.Conv2d c -> new QuantizedConvKernel(c, inputs, output);
    };
  }

  /** Computes element i of a result. */
  @FunctionalInterface
  private interface Element {
    void compute(Operands o, int i);
  }

  /** A kernel whose rows of work are elements of the result. */
  private static final class Elements extends RowKernel {
    private final String algorithm;
    private final Element element;

    Elements(Shape output, String algorithm, Element element) {
      super(output.elements(), 4);
      this.algorithm = algorithm;
      this.element = element;
    }

    @Override
    public String algorithm() {
      return algorithm;
    }

    @Override
    void rows(int from, int to, Operands o, Span scratch) {
      for (int i = from; i < to; i++) {
        element.compute(o, i);
      }
    }
  }

  private static int unsigned(Span s, int i) {
    return Byte.toUnsignedInt(s.bytes()[s.offset() + i]);
  }

  private static void put(Span y, int i, int q) {
    y.bytes()[y.offset() + i] = (byte) q;
  }

  private static void quantize(Quantized.Quantize op, Operands o, int i) {
    Span x = o.input(0);
    put(o.output(), i, op.to().round(x.array()[x.offset() + i] / op.scale()));
  }

  private static void dequantize(Quantized.Dequantize op, Operands o, int i) {
    Span y = o.output();
    y.array()[y.offset() + i] = op.of().real(unsigned(o.input(0), i));
  }

  private static void sum(Quantized.Sum op, Operands o, int i) {
    float a = op.a().real(unsigned(o.input(0), i));
    float b = op.b().real(unsigned(o.input(1), i));
    put(o.output(), i, op.to().round((a + b) / op.scale()));
  }

  private static Kernel mean(Quantized.Mean op, Shape input, Shape output) {
    int pixels = input.dim(1) * input.dim(2);
    int channels = input.dim(3);
    return new Elements(
        output,
        "quantized mean",
        (o, i) -> {
          int sum = 0;
          for (int p = 0; p < pixels; p++) {
            int at = (i / channels * pixels + p) * channels + i % channels;
            sum += unsigned(o.input(0), at) - op.zero();
          }
          put(o.output(), i, op.to().round(sum * op.multiplier()));
        });
  }
}
