package dev.fovea.insight.convolution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.fovea.engine.Eager;
import dev.fovea.engine.Engine;
import dev.fovea.insight.testing.Engines;
import dev.fovea.op.Contraction;
import dev.fovea.op.Window2d;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The same numbers, other counts. */
final class ConvolutionWaysTest {

  @ParameterizedTest
  @CsvSource({"5,5,1,1,3,3", "7,10,3,4,3,3", "9,8,2,5,1,1", "12,13,3,2,5,4", "6,6,2,2,6,6"})
  void allGiveTheEnginesNumbers(int h, int w, int in, int out, int kh, int kw) {
    Tensor x = Engines.random(1, h, w, in);
    Tensor weights = Engines.random(2, kh, kw, in, out);
    for (String provider : new String[] {"scalar", "simd"}) {
      try (Engine engine = Engines.of(provider)) {
        Tensor expected =
            new Eager(engine)
                .apply(
                    new Contraction.Conv2d(Window2d.of(kh, kw), 1),
                    x.reshape(x.shape().prepend(1)),
                    weights);
        for (ConvolutionWay way : ConvolutionWay.values()) {
          if (way.takes(kh, kw)) {
            Tensor y = way.convolve(x, weights).output();
            assertThat(y.shape()).isEqualTo(expected.shape().dropFirst());
            assertThat(y.data()).as(way.text()).containsExactly(expected.data(), within(1e-4f));
          }
        }
      }
    }
  }

  /** Direct: H′·W′·k²·C·K; Winograd: 16 for 4 outputs and transforms of 12 halves in 2 passes. */
  @Test
  void multiplicationsAreCounted() {
    Tensor x = Engines.random(1, 18, 18, 4);
    Tensor w = Engines.random(2, 3, 3, 4, 8);
    long direct = 16L * 16 * 9 * 4 * 8;
    assertThat(ConvolutionWay.DIRECT.convolve(x, w).multiplications()).isEqualTo(direct);
    Convolved im2col = ConvolutionWay.IM2COL.convolve(x, w);
    assertThat(im2col.multiplications()).isEqualTo(direct);
    assertThat(im2col.bytes()).isEqualTo(4L * 16 * 16 * 9 * 4);
    Convolved winograd = ConvolutionWay.WINOGRAD.convolve(x, w);
    assertThat(winograd.multiplications()).isEqualTo(64L * 16 * 4 * 8 + 14L * 4 * 8);
    // A transform of n numbers takes n/2·log₂ n complex products of 4: of a plane of 32² 2·32 of
    // them, for 4 channels, 32 filter planes and 8 outputs; spectra 4·32² each of 32.
    long plane = 2L * 32 * (16 * 5 * 4);
    assertThat(ConvolutionWay.FFT.convolve(x, w).multiplications())
        .isEqualTo((4 + 32 + 8) * plane + 32L * 4 * 32 * 32);
  }

  /** The work of the transforms does not grow with the kernel; the definition's does. */
  @Test
  void largeKernelsAreCheaperBySpectra() {
    Tensor x = Engines.random(1, 64, 64, 1);
    Tensor small = Engines.random(2, 3, 3, 1, 1);
    Tensor large = Engines.random(3, 33, 33, 1, 1);
    assertThat(ConvolutionWay.FFT.convolve(x, large).multiplications())
        .isEqualTo(ConvolutionWay.FFT.convolve(x, small).multiplications())
        .isLessThan(ConvolutionWay.DIRECT.convolve(x, large).multiplications())
        .isGreaterThan(ConvolutionWay.DIRECT.convolve(x, small).multiplications());
  }

  @Test
  void timesAreTakenOfAllWaysThatFit() {
    WayTimes times = WayTimes.measure(8, List.of(3, 8), 1);
    assertThat(times.rows().getFirst().millis())
        .hasSize(4)
        .allSatisfy((w, ms) -> assertThat(ms).isPositive());
    assertThat(times.rows().getLast().multiplications())
        .hasSize(3)
        .containsEntry(ConvolutionWay.DIRECT, 64L);
    WayTimes.Row slow = row(3, 1, 2);
    WayTimes.Row fast = row(5, 2, 1);
    assertThat(new WayTimes(8, List.of(slow, fast)).fftWinsFrom()).contains(5);
    assertThat(new WayTimes(8, List.of(fast, slow)).fftWinsFrom()).isEmpty();
    assertThatThrownBy(() -> WayTimes.measure(8, List.of(9), 1))
        .hasMessageContaining("kernels from 1 to 8");
  }

  private static WayTimes.Row row(int kernel, double direct, double fft) {
    return new WayTimes.Row(
        kernel, Map.of(ConvolutionWay.DIRECT, direct, ConvolutionWay.FFT, fft), Map.of());
  }

  @Test
  void windowsAreRows() {
    Tensor x = Tensor.of(Shape.of(3, 3, 1), 1, 2, 3, 4, 5, 6, 7, 8, 9);
    assertThat(MatrixConvolution.windows(x, 2, 2).data())
        .containsExactly(1, 2, 4, 5, 2, 3, 5, 6, 4, 5, 7, 8, 5, 6, 8, 9);
  }

  /** X = 1 … 9, K = [1 0; 0 −1], dY = [1 2; 3 4]. */
  @Test
  void backpropagationByHand() {
    Tensor x = Tensor.of(Shape.of(3, 3, 1), 1, 2, 3, 4, 5, 6, 7, 8, 9);
    Tensor k = Tensor.of(Shape.of(2, 2, 1, 1), 1, 0, 0, -1);
    Tensor dy = Tensor.of(Shape.of(2, 2, 1), 1, 2, 3, 4);
    assertThat(ConvolutionWay.DIRECT.convolve(x, k).output().data()).containsOnly(-4);
    ConvolutionBackward back = ConvolutionBackward.of(x, k, dy);
    assertThat(back.weights().data()).containsExactly(37, 47, 67, 77);
    assertThat(back.input().data()).containsExactly(1, 2, 0, 3, 3, -2, 0, -3, -4);
    assertThat(back.bias().data()).containsExactly(10);
    assertThatThrownBy(() -> ConvolutionBackward.of(x, k, x)).isInstanceOf(FoveaException.class);
  }

  @Test
  void backpropagationIsTheEngines() {
    Tensor x = Engines.random(1, 6, 7, 2);
    Tensor w = Engines.random(2, 3, 2, 2, 3);
    Tensor dy = Engines.random(3, 4, 6, 3);
    ConvolutionBackward back = ConvolutionBackward.of(x, w, dy);
    Window2d window = Window2d.of(3, 2);
    Tensor x4 = x.reshape(x.shape().prepend(1));
    Tensor dy4 = dy.reshape(dy.shape().prepend(1));
    for (String provider : new String[] {"scalar", "simd"}) {
      try (Engine engine = Engines.of(provider)) {
        Eager eager = new Eager(engine);
        assertThat(eager.apply(new Contraction.ConvWeightGradient(window, 1), x4, dy4).data())
            .containsExactly(back.weights().data(), within(1e-4f));
        assertThat(eager.apply(new Contraction.ConvTranspose2d(window, 1, 6, 7), dy4, w).data())
            .containsExactly(back.input().data(), within(1e-4f));
      }
    }
  }

  @Test
  void whatDoesNotFitIsRefused() {
    Tensor x = Engines.random(1, 4, 4, 2);
    assertThatThrownBy(() -> ConvolutionWay.WINOGRAD.convolve(x, Engines.random(1, 2, 2, 2, 1)))
        .hasMessage("winograd: takes kernels of 3×3, got 2×2");
    assertThatThrownBy(() -> ConvolutionWay.DIRECT.convolve(x, Engines.random(1, 5, 5, 2, 1)))
        .hasMessageContaining("got [4,4,2] and [5,5,2,1]");
  }
}
