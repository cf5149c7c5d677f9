package dev.fovea.engine.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fovea.engine.kernel.testing.KernelRunner;
import dev.fovea.engine.kernel.testing.OpCase;
import dev.fovea.engine.kernel.testing.OpCases;
import dev.fovea.engine.kernel.testing.Reference;
import dev.fovea.op.Layout;
import dev.fovea.op.Movement;
import dev.fovea.op.Quantized;
import dev.fovea.tensor.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** What drives products of bytes gives each row its taps, whatever multiplies them. */
final class ByteConvolutionTest {
  private static final PlainProducts PLAIN = new PlainProducts();

  /** Products by plain loops, whose weights stay row-major. */
  private record PlainProducts() implements ByteProducts {
    @Override
    public String name() {
      return "plain products";
    }

    @Override
    public int packedSize(int taps, int inner, int columns) {
      return taps * inner * columns;
    }

    @Override
    public void pack(
        int taps, int inner, int columns, byte[] w, int wo, int step, byte[] packed, int po) {
      for (int i = 0; i < taps * inner; i++) {
        System.arraycopy(w, wo + i * step, packed, po + i * columns, columns);
      }
    }

    @Override
    public int rows(int taps, int inner) {
      return 5;
    }

    @Override
    public int scratch(Block block) {
      return block.columns();
    }

    @Override
    public void product(
        Block b,
        byte[] x,
        float[] own,
        int table,
        int scratch,
        byte[] w,
        int wo,
        Span multiplier,
        Span bias,
        Span y,
        int at) {
      for (int r = 0; r < b.m(); r++) {
        for (int j = 0; j < b.columns(); j++) {
          own[scratch + j] = sum(b, r, j, x, own, table, w, wo);
        }
        for (int j = 0; j < b.columns(); j++) {
          int column = b.column() + j;
          float biased = own[scratch + j] + bias.array()[bias.offset() + column];
          float steps = biased * multiplier.array()[multiplier.offset() + column];
          int to = y.offset() + at + r * b.step() + j;
          if (b.rounding().isPresent()) {
            y.bytes()[to] = (byte) b.rounding().get().round(steps);
          } else {
            y.array()[to] = steps;
          }
        }
      }
    }

    private static int sum(
        Block b, int r, int j, byte[] x, float[] own, int table, byte[] w, int wo) {
      int sum = 0;
      for (int t = 0; t < b.taps(); t++) {
        int from = Float.floatToRawIntBits(own[table + t * b.m() + r]);
        for (int i = 0; from >= 0 && i < b.inner(); i++) {
          int q = Byte.toUnsignedInt(x[from + i]) - b.zero();
          sum += q * w[wo + (t * b.inner() + i) * b.columns() + j];
        }
      }
      return sum;
    }
  }

  @TestFactory
  Stream<DynamicTest> resultsAreThoseOfTheReference() {
    return cases(c -> true)
        .map(c ->
            DynamicTest.dynamicTest(
                c.toString(),
                () -> {
                  Quantized.Conv2d op = (Quantized.Conv2d) c.op();
                  Shape w = c.shapes().get(1);
                  Layout layout = ByteConvolution.layout(PLAIN, op, w);
                  TaskKernel packing = ByteConvolution.packing(PLAIN, op, w);
                  Shape x = c.shapes().get(0);
                  check(c, layout, packing, new ByteConvolution(PLAIN, op, x, output(c)));
                }));
  }

  @TestFactory
  Stream<DynamicTest> ofFewChannelsToo() {
    return cases(
            c -> {
              Quantized.Conv2d op = (Quantized.Conv2d) c.op();
              return NarrowByteConvolution.suits(op, c.shapes().get(0), output(c));
            })
        .map(c ->
            DynamicTest.dynamicTest(
                c.toString(),
                () -> {
                  Quantized.Conv2d op = (Quantized.Conv2d) c.op();
                  Shape w = c.shapes().get(1);
                  Layout layout = NarrowByteConvolution.layout(PLAIN, op, w);
                  TaskKernel packing = NarrowByteConvolution.packing(PLAIN, op, w);
                  Shape x = c.shapes().get(0);
                  check(c, layout, packing, new NarrowByteConvolution(PLAIN, op, x, output(c)));
                }));
  }

  private static Stream<OpCase> cases(Predicate<OpCase> which) {
    return OpCases.all().stream().filter(c -> c.op() instanceof Quantized.Conv2d).filter(which);
  }

  private static Shape output(OpCase c) {
    return c.signature().output();
  }

  private static void check(OpCase c, Layout layout, TaskKernel packing, TaskKernel kernel) {
    Quantized.Conv2d op = (Quantized.Conv2d) c.op();
    Shape w = c.shapes().get(1);
    List<float[]> inputs = new ArrayList<>(c.inputs());
    OpCase pack = OpCase.of("pack", new Movement.Pack(op, layout), w).with(c.types().get(1));
    inputs.set(1, run(packing, pack.signature(), List.of(inputs.get(1))));
    List<Shape> shapes = new ArrayList<>(c.shapes());
    shapes.set(1, layout.shape());
    Signature s = Signature.of(op.with(Optional.of(layout)), shapes, c.types());
    assertThat(kernel.algorithm()).isEqualTo("plain products");
    List<double[]> exact = c.inputs().stream().map(ByteConvolutionTest::wide).toList();
    double[] expected = Reference.apply(op, c.shapes(), exact);
    assertThat(wide(run(kernel, s, inputs))).containsExactly(expected);
  }

  private static float[] run(TaskKernel kernel, Signature s, List<float[]> inputs) {
    return new KernelRunner(kernel, s, inputs).run(KernelRunner.Order.FORWARD);
  }

  private static double[] wide(float[] x) {
    double[] wide = new double[x.length];
    Arrays.setAll(wide, i -> x[i]);
    return wide;
  }
}
