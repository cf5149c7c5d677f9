package dev.fovea.simd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.data.Offset.offset;

import dev.fovea.engine.kernel.Kernel;
import dev.fovea.engine.kernel.testing.KernelRunner;
import dev.fovea.engine.kernel.testing.OpCase;
import dev.fovea.engine.kernel.testing.Reference;
import dev.fovea.op.Activation;
import dev.fovea.op.Contraction.Conv2d;
import dev.fovea.op.Contraction.ConvTranspose2d;
import dev.fovea.op.Contraction.ConvWeightGradient;
import dev.fovea.op.Contraction.MatMul;
import dev.fovea.op.Epilogue;
import dev.fovea.op.Op;
import dev.fovea.op.Window2d;
import dev.fovea.tensor.Shape;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What the provider says of itself, and sizes at which its kernels cut work in several ways. */
final class SimdProviderTest {
  private static final Window2d THREE = Window2d.of(3, 3).padding(1, 1, 1, 1);
  private static final Window2d FIVE = Window2d.of(5, 5);

  private final SimdProvider simd = new SimdProvider();

  @Test
  void usesTheWidthThatWasAskedFor() {
    String bits = System.getProperty("fovea.vector.bits", Integer.toString(simd.vectorBits()));
    assertThat(simd.vectorBits()).hasToString(bits);
  }

  @Test
  void measuresThePeak() {
    assertThat(simd.peakGflops(Duration.ofMillis(20)).orElseThrow()).isPositive();
  }

  @Test
  void saysHowToEnableTheVectorApi() throws IOException, InterruptedException {
    Path java = Path.of(System.getProperty("java.home"), "bin", "java");
    String classPath = System.getProperty("java.class.path");
    Process p =
        new ProcessBuilder(java.toString(), "-cp", classPath, PrintProblem.class.getName())
            .redirectErrorStream(true)
            .start();
    String out = new String(p.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(p.waitFor()).as(out).isZero();
    assertThat(out.strip())
        .isEqualTo(
            "the Vector API is not readable; start java with --add-modules"
                + " jdk.incubator.vector");
  }

  /** Prints the provider's problem in a JVM of its own. */
  static final class PrintProblem {
    private PrintProblem() {}

    public static void main(String[] args) {
      System.out.println(new SimdProvider().problem().orElse("none"));
    }
  }

  static Stream<OpCase> cases() {
    Epilogue tanh = Epilogue.NONE.withBias().with(Activation.TANH);
    Epilogue all = Epilogue.NONE.withBias().withResidual().with(Activation.RELU);
    Shape mnist = Shape.of(3, 28, 28, 1);
    return Stream.of(
        OpCase.of("one channel", conv(FIVE.padding(2, 2, 2, 2), tanh), mnist, w(5, 1, 6), c(6)),
        OpCase.of(
            "planes in parts",
            conv(THREE, all),
            x(1, 90, 61, 20),
            w(3, 20, 5),
            c(5),
            x(1, 90, 61, 5)),
        OpCase.of("six to sixteen", conv(FIVE, tanh), x(4, 14, 14, 6), w(5, 6, 16), c(16)),
        OpCase.of(
            "back to six", new ConvTranspose2d(FIVE, 1, 14, 14), x(4, 10, 10, 16), w(5, 6, 16)),
        OpCase.of(
            "long windows",
            conv(THREE, all),
            x(2, 17, 19, 24),
            w(3, 24, 40),
            c(40),
            x(2, 17, 19, 40)),
        OpCase.of(
            "inner in runs",
            conv(Window2d.of(1, 1), tanh),
            x(1, 5, 5, 5000),
            w(1, 5000, 33),
            c(33)),
        OpCase.of("taps in sweeps", conv(THREE, tanh), x(1, 9, 9, 900), w(3, 900, 35), c(35)),
        OpCase.of(
            "gradient of one channel", gradient(FIVE.padding(2, 2, 2, 2)), mnist, x(3, 28, 28, 6)),
        OpCase.of("gradient in strips", gradient(THREE), x(2, 70, 50, 37), x(2, 70, 50, 70)),
        OpCase.of(
            "gradient of stride 2",
            gradient(THREE.stride(2, 2)),
            x(2, 41, 60, 20),
            x(2, 21, 30, 33)),
        OpCase.of("gradient of few filters", gradient(THREE), x(2, 70, 50, 5), x(2, 70, 50, 7)),
        OpCase.of(
            "gradient of few filters, spread",
            gradient(THREE.stride(2, 2).dilation(2, 2)),
            x(2, 41, 60, 3),
            x(2, 20, 29, 4)),
        OpCase.of(
            "gradient of few filters of stride 2",
            gradient(FIVE.stride(2, 2)),
            x(2, 47, 51, 2),
            x(2, 22, 24, 4)),
        OpCase.of(
            "gradient of groups of few filters",
            new ConvWeightGradient(THREE, 2),
            x(3, 20, 33, 6),
            x(3, 20, 33, 10)),
        OpCase.of("depthwise", new Conv2d(THREE, 40), x(2, 13, 11, 40), w(3, 1, 40)),
        OpCase.of(
            "depthwise of stride 2",
            new ConvTranspose2d(THREE.stride(2, 2), 40, 13, 11),
            x(2, 7, 6, 40),
            w(3, 1, 40)),
        OpCase.of(
            "depthwise gradient",
            new ConvWeightGradient(THREE, 40),
            x(2, 33, 31, 40),
            x(2, 33, 31, 40)),
        OpCase.of(
            "rows of a batch share a bias",
            new MatMul(false, false, tanh, Optional.empty()),
            Shape.of(3, 1, 7),
            Shape.of(3, 7, 9),
            c(9)),
        OpCase.of("dense gradient", new MatMul(true, false), Shape.of(700, 130), Shape.of(700, 70)),
        OpCase.of(
            "wide dense gradient",
            new MatMul(true, false),
            Shape.of(256, 5000),
            Shape.of(256, 40)));
  }

  private static Conv2d conv(Window2d window, Epilogue epilogue) {
    return new Conv2d(window, 1, epilogue, Optional.empty());
  }

  private static ConvWeightGradient gradient(Window2d window) {
    return new ConvWeightGradient(window, 1);
  }

  private static Shape x(int n, int h, int w, int c) {
    return Shape.of(n, h, w, c);
  }

  private static Shape w(int k, int in, int out) {
    return Shape.of(k, k, in, out);
  }

  private static Shape c(int n) {
    return Shape.of(n);
  }

  /** All inputs lie in [−1, 1): n products err by about √n · 2⁻²⁴ · √n / 3, taken eight times. */
  @ParameterizedTest
  @MethodSource("cases")
  void agreesWithTheReference(OpCase c) {
    Op op = c.op();
    List<double[]> exact = c.inputs().stream().map(SimdProviderTest::wide).toList();
    double[] expected = Reference.apply(op, c.shapes(), exact);
    Kernel kernel = simd.kernel(c.signature()).orElseThrow();
    KernelRunner runner = new KernelRunner(kernel, c.inputs(), expected.length);
    float[] actual = runner.run(KernelRunner.Order.SHUFFLED);
    double products = (double) op.flops(c.shapes(), c.output()) / 2 / expected.length;
    double allowed = 8 * 0x1p-24 * Math.max(4, products / 3);
    for (int i = 0; i < expected.length; i++) {
      assertThat((double) actual[i]).as("at " + i).isCloseTo(expected[i], offset(allowed));
    }
    assertThat(runner.run(KernelRunner.Order.FORWARD)).isEqualTo(actual);
  }

  private static double[] wide(float[] x) {
    double[] d = new double[x.length];
    Arrays.setAll(d, i -> x[i]);
    return d;
  }
}
