package dev.fovea.simd;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fovea.engine.kernel.Kernel;
import dev.fovea.engine.kernel.testing.KernelRunner;
import dev.fovea.engine.kernel.testing.OpCase;
import dev.fovea.engine.kernel.testing.Reference;
import dev.fovea.op.Contraction.ConvWeightGradient;
import dev.fovea.op.Window2d;
import dev.fovea.tensor.Rng;
import dev.fovea.tensor.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The weight gradient by Winograd's convolution against the definition in double precision. */
@Execution(ExecutionMode.CONCURRENT)
final class WinogradGradientTest {
  private static final Window2d SAME = Window2d.of(3, 3).padding(1, 1, 1, 1);

  private static OpCase of(Window2d v, int n, int h, int w, int in, int out) {
    Shape y = Shape.of(n, v.outputHeight(h), v.outputWidth(w), out);
    return OpCase.of("winograd", new ConvWeightGradient(v, 1), Shape.of(n, h, w, in), y);
  }

  private static WinogradSums sums(OpCase c, WinogradTile tile) {
    ConvWeightGradient op = (ConvWeightGradient) c.op();
    Sliding s = WinogradSums.sliding(op, c.shapes().get(0), c.shapes().get(1));
    assertThat(WinogradSums.suits(s)).as(c.toString()).isTrue();
    return WinogradSums.of(s, tile, Micros.VECTORS);
  }

  private static Kernel winograd(OpCase c, WinogradTile tile) {
    return new WinogradGradientKernel(sums(c, tile));
  }

  static Stream<OpCase> cases() {
    List<OpCase> cases = new ArrayList<>();
    for (int height : new int[] {1, 2, 3, 5, 9}) {
      for (int width : new int[] {1, 4, 6, 7, 11}) {
        cases.add(of(SAME, 2, height, width, 16, 32));
      }
    }
    for (int i = 0; i < 81; i++) {
      Window2d v = Window2d.of(3, 3).padding(i % 3, i / 3 % 3, i / 9 % 3, i / 27);
      cases.add(of(v, 1, 6, 7, 32, 16));
    }
    for (int size : new int[] {7, 14, 28}) {
      cases.add(of(SAME, 1, size, size, 64, 48));
      cases.add(of(SAME, 3, size, size, 48, 64));
    }
    cases.add(of(SAME, 1, 184, 184, 16, 16));
    cases.add(of(Window2d.of(3, 3), 1, 49, 43, 128, 112));
    cases.add(of(SAME, 1, 7, 7, 256, 112));
    return cases.stream();
  }

  /**
   * Inputs lie in [−1, 1), so a sum over n pixels has a standard deviation of √n / 3. The root mean
   * square error of F(4×4) is at most 2e-6 of it (see {@link #errsLittle}), that of F(2×2) less;
   * the largest of 10⁵ errors was six times the mean, and none may be twelve times that.
   */
  private static double allowed(OpCase c) {
    Shape y = c.shapes().get(1);
    double pixels = (double) y.dim(0) * y.dim(1) * y.dim(2);
    return 12 * 2e-6 * Math.sqrt(pixels) / 3 + 1e-6;
  }

  @ParameterizedTest
  @MethodSource("cases")
  void agreesWithTheReference(OpCase c) {
    double[] expected = Reference.apply(c.op(), c.shapes(), wide(c.inputs()));
    for (WinogradTile tile : WinogradTile.values()) {
      KernelRunner runner = new KernelRunner(winograd(c, tile), c.inputs(), expected.length);
      float[] actual = runner.run(KernelRunner.Order.FORWARD);
      for (int i = 0; i < expected.length; i++) {
        if (!(Math.abs(actual[i] - expected[i]) <= allowed(c))) {
          throw new AssertionError(tile + " at " + i + ": " + actual[i] + ", not " + expected[i]);
        }
      }
      assertThat(runner.run(KernelRunner.Order.SHUFFLED)).isEqualTo(actual);
      assertThat(runner.run(KernelRunner.Order.REVERSE)).isEqualTo(actual);
    }
  }

  /** The cases above reach every way to cut the work. */
  @Test
  void cutsInEveryWay() {
    List<WinogradSums> all = cases().map(c -> sums(c, WinogradTile.FOUR)).toList();
    assertThat(all).anyMatch(g -> !g.shared() && g.shares() > 1 && g.strips() > g.shares());
    assertThat(all).anyMatch(WinogradSums::once);
    assertThat(all).anyMatch(g -> g.shared() && !g.once() && g.strips() == 1);
    assertThat(all).anyMatch(g -> g.shared() && !g.once() && g.strips() > 1);
  }

  private static List<double[]> wide(List<float[]> inputs) {
    return inputs.stream().map(WinogradGradientTest::wide).toList();
  }

  private static double[] wide(float[] x) {
    double[] d = new double[x.length];
    Arrays.setAll(d, i -> x[i]);
    return d;
  }

  static Stream<OpCase> layers() {
    return Stream.of(
        of(SAME, 4, 56, 56, 64, 32),
        of(SAME, 8, 28, 28, 64, 64),
        of(SAME, 1, 28, 28, 128, 64),
        of(SAME, 8, 14, 14, 128, 64),
        of(SAME, 8, 7, 7, 128, 64),
        of(SAME, 1, 7, 7, 256, 64));
  }

  /**
   * Bounds of rounding errors, as root mean squares relative to the result's, on images and
   * gradients of normal distribution: F(4×4) erred 0.5e-6 to 1.4e-6, as the convolution itself
   * does, and F(2×2) 0.15e-6 to 0.4e-6, the definition 0.1e-6 to 0.5e-6. Errors do not grow with
   * the number of pixels, since sums are taken over pieces of them first.
   */
  @ParameterizedTest
  @MethodSource("layers")
  void errsLittle(OpCase c) {
    Rng random = new Rng(5);
    List<float[]> inputs = c.shapes().stream().map(s -> normal(s.elements(), random)).toList();
    double[] exact = Reference.apply(c.op(), c.shapes(), wide(inputs));
    double four = error(winograd(c, WinogradTile.FOUR), inputs, exact);
    double two = error(winograd(c, WinogradTile.TWO), inputs, exact);
    assertThat(four).isLessThan(2e-6);
    assertThat(two).isLessThan(0.6e-6);
  }

  private static float[] normal(int n, Rng random) {
    float[] x = new float[n];
    for (int i = 0; i < n; i++) {
      x[i] = (float) random.nextGaussian();
    }
    return x;
  }

  private static double error(Kernel kernel, List<float[]> inputs, double[] exact) {
    float[] y = new KernelRunner(kernel, inputs, exact.length).run(KernelRunner.Order.FORWARD);
    double errors = 0;
    double squares = 0;
    for (int i = 0; i < y.length; i++) {
      errors += (y[i] - exact[i]) * (y[i] - exact[i]);
      squares += exact[i] * exact[i];
    }
    return Math.sqrt(errors / squares);
  }
}
