package dev.fovea.simd;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fovea.engine.kernel.Kernel;
import dev.fovea.engine.kernel.testing.KernelRunner;
import dev.fovea.engine.kernel.testing.OpCase;
import dev.fovea.engine.kernel.testing.Reference;
import dev.fovea.op.Activation;
import dev.fovea.op.Contraction;
import dev.fovea.op.Contraction.Conv2d;
import dev.fovea.op.Contraction.ConvTranspose2d;
import dev.fovea.op.ConvolutionAlgorithm;
import dev.fovea.op.Epilogue;
import dev.fovea.op.Layout;
import dev.fovea.op.Movement;
import dev.fovea.op.Window2d;
import dev.fovea.tensor.Rng;
import dev.fovea.tensor.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Winograd's convolution against the definition in double precision. */
@Execution(ExecutionMode.CONCURRENT)
final class WinogradTest {
  private static final Window2d SAME = Window2d.of(3, 3).padding(1, 1, 1, 1);

  private static final Contractions CONTRACTIONS =
      new Contractions(new ConvolutionChoice(ConvolutionAlgorithm.AUTO), Micros.VECTORS);

  private static final Epilogue ALL = Epilogue.NONE.withBias().withResidual();

  private static Sliding sliding(Contraction op, List<Shape> shapes) {
    Shape out = op.shape(shapes);
    return switch (op) {
      case Conv2d c -> Sliding.of(c, shapes.get(0), shapes.get(1), out);
      case ConvTranspose2d t -> Sliding.of(t, shapes.get(0), shapes.get(1), out);
      default -> throw new AssertionError(op);
    };
  }

  private static WinogradWeights weights(Contraction op, List<Shape> shapes, WinogradTile tile) {
    return switch (op) {
      case Conv2d c -> new WinogradWeights(CONTRACTIONS.panels(c, shapes.get(1)), tile, false);
      case ConvTranspose2d t ->
          new WinogradWeights(CONTRACTIONS.panels(t, shapes.get(1)), tile, true);
      default -> throw new AssertionError(op);
    };
  }

  private static Kernel winograd(Contraction op, List<Shape> shapes, WinogradTile tile) {
    Epilogue epilogue = op instanceof Conv2d c ? c.epilogue() : Epilogue.NONE;
    return new WinogradKernel(sliding(op, shapes), weights(op, shapes, tile), epilogue, false);
  }

  private static Kernel direct(Contraction op, List<Shape> shapes) {
    Epilogue epilogue = op instanceof Conv2d c ? c.epilogue() : Epilogue.NONE;
    Panels panels = weights(op, shapes, WinogradTile.TWO).panels();
    return new SlidingKernel(sliding(op, shapes), panels, epilogue, false);
  }

  static Stream<OpCase> cases() {
    List<OpCase> cases = new ArrayList<>();
    for (int height : new int[] {1, 2, 3, 5, 9}) {
      for (int width : new int[] {1, 4, 6, 7, 11}) {
        cases.add(conv(SAME, ALL.with(Activation.RELU), 2, height, width, 16, 17));
        cases.add(transposed(SAME, 1, height, width, 5, 16));
      }
    }
    for (int i = 0; i < 81; i++) {
      Window2d v = Window2d.of(3, 3).padding(i % 3, i / 3 % 3, i / 9 % 3, i / 27);
      Epilogue tanh = Epilogue.NONE.withBias().with(Activation.TANH);
      cases.add(conv(v, i % 2 == 0 ? tanh : Epilogue.NONE, 1, 6, 7, 32, 5));
      cases.add(transposed(v, 1, 6, 5, 7, 32));
    }
    cases.add(conv(SAME, ALL, 3, 45, 43, 48, 70));
    cases.add(conv(SAME, ALL, 2, 37, 29, 128, 96));
    cases.add(conv(SAME, ALL, 9, 14, 15, 64, 65));
    cases.add(conv(SAME, ALL, 1, 7, 7, 512, 40));
    cases.add(transposed(SAME, 2, 33, 47, 64, 80));
    return cases.stream();
  }

  private static OpCase conv(Window2d v, Epilogue e, int n, int h, int w, int in, int out) {
    List<Shape> shapes = new ArrayList<>(List.of(Shape.of(n, h, w, in), Shape.of(3, 3, in, out)));
    if (e.bias()) {
      shapes.add(Shape.of(out));
    }
    if (e.residual()) {
      shapes.add(Shape.of(n, v.outputHeight(h), v.outputWidth(w), out));
    }
    Conv2d op = new Conv2d(v, 1, e, Optional.empty());
    return OpCase.of("winograd", op, shapes.toArray(Shape[]::new));
  }

  private static OpCase transposed(Window2d v, int n, int h, int w, int in, int out) {
    Shape y = Shape.of(n, v.outputHeight(h), v.outputWidth(w), out);
    return OpCase.of("winograd", new ConvTranspose2d(v, 1, h, w), y, Shape.of(3, 3, in, out));
  }

  /**
   * Inputs lie in [−1, 1), so sums over C channels have a standard deviation of √(9·C) / 3 = √C; on
   * layers of 64 to 512 channels the root mean square error is 1.3e-7·√C of it for F(4×4) and
   * 3.3e-8·√C for F(2×2). Corners of a tile of F(4×4) err 1.5 times as much as all its pixels do,
   * and the largest of 10⁵ errors was ten times the mean; none may be twice that.
   */
  private static double allowed(WinogradTile tile, double channels) {
    return 1e-6 + 20 * channels * (tile == WinogradTile.FOUR ? 1.3e-7 : 3.3e-8);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void agreesWithTheReference(OpCase c) {
    Contraction op = (Contraction) c.op();
    double[] expected = Reference.apply(op, c.shapes(), wide(c.inputs()));
    for (WinogradTile tile : WinogradTile.values()) {
      double allowed = allowed(tile, c.shapes().get(0).dim(3));
      Kernel kernel = winograd(op, c.shapes(), tile);
      KernelRunner runner = new KernelRunner(kernel, c.inputs(), expected.length);
      float[] actual = runner.run(KernelRunner.Order.FORWARD);
      for (int i = 0; i < expected.length; i++) {
        if (!(Math.abs(actual[i] - expected[i]) <= allowed)) {
          throw new AssertionError(tile + " at " + i + ": " + actual[i] + ", not " + expected[i]);
        }
      }
      assertThat(runner.run(KernelRunner.Order.SHUFFLED)).isEqualTo(actual);
      assertThat(packed(op, c, tile)).as("packed").isEqualTo(actual);
    }
  }

  /** Returns the result with weights that were transformed by a kernel of their own. */
  private static float[] packed(Contraction op, OpCase c, WinogradTile tile) {
    WinogradWeights weights = weights(op, c.shapes(), tile);
    Layout layout = weights.layout(c.shapes().get(1));
    Kernel packing = CONTRACTIONS.packing(new Movement.Pack(op, layout)).orElseThrow();
    float[] w = c.inputs().get(1);
    KernelRunner runner = new KernelRunner(packing, List.of(w), weights.size());
    List<float[]> inputs = new ArrayList<>(c.inputs());
    inputs.set(1, runner.run(KernelRunner.Order.SHUFFLED));
    List<Shape> shapes = new ArrayList<>(c.shapes());
    shapes.set(1, layout.shape());
    Contraction consumer = op.with(Optional.of(layout));
    Kernel kernel = CONTRACTIONS.kernel(consumer, shapes, c.output()).orElseThrow();
    return new KernelRunner(kernel, inputs, c.output().elements()).run(KernelRunner.Order.REVERSE);
  }

  private static List<double[]> wide(List<float[]> inputs) {
    return inputs.stream().map(WinogradTest::wide).toList();
  }

  private static double[] wide(float[] x) {
    double[] d = new double[x.length];
    Arrays.setAll(d, i -> x[i]);
    return d;
  }

  static Stream<OpCase> layers() {
    return Stream.of(
        conv(SAME, Epilogue.NONE, 1, 28, 28, 64, 64),
        conv(SAME, Epilogue.NONE, 1, 14, 14, 128, 128),
        conv(SAME, Epilogue.NONE, 1, 14, 14, 256, 64),
        conv(SAME, Epilogue.NONE, 1, 7, 7, 512, 64),
        transposed(SAME, 1, 14, 14, 64, 128));
  }

  /**
   * Bounds of rounding errors, as root mean squares relative to the result's, on images and weights
   * of normal distribution: F(4×4) has about 2.5 times the definition's error (3.5 are allowed), at
   * most 1.5e-6 up to 128 channels, growing with their root; F(2×2) has less than the definition.
   */
  @ParameterizedTest
  @MethodSource("layers")
  void errsLittle(OpCase c) {
    Contraction op = (Contraction) c.op();
    Rng random = new Rng(5);
    List<float[]> inputs = c.shapes().stream().map(s -> normal(s.elements(), random)).toList();
    double[] exact = Reference.apply(op, c.shapes(), wide(inputs));
    double direct = error(direct(op, c.shapes()), inputs, exact);
    double four = error(winograd(op, c.shapes(), WinogradTile.FOUR), inputs, exact);
    double two = error(winograd(op, c.shapes(), WinogradTile.TWO), inputs, exact);
    assertThat(four).isLessThan(3.5 * direct);
    assertThat(two).isLessThan(direct);
    double channels = c.shapes().get(0).dim(3);
    assertThat(four).isLessThan(1.5e-6 * Math.sqrt(Math.max(1, channels / 128)));
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
