package dev.fovea.studio.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import org.junit.jupiter.api.Test;

/** What kernels do to waves, against formulas. */
final class KernelSpectrumTest {
  private static final int MIDDLE = KernelSpectrum.SIDE / 2;

  private static double at(Tensor spectrum, int row, int column) {
    return spectrum.data()[row * KernelSpectrum.SIDE + column];
  }

  /** The mean of three pixels across lets through |1 + 2 cos u| / 3 of a wave across. */
  @Test
  void meansStopFineWaves() {
    float third = 1 / 3f;
    Tensor mean = KernelSpectrum.of(Tensor.of(Shape.of(1, 3), third, third, third));
    for (int i = 0; i < KernelSpectrum.SIDE; i++) {
      double u = Math.PI * (i - MIDDLE) / MIDDLE;
      assertThat(at(mean, 5, i)).isCloseTo(Math.abs(1 + 2 * Math.cos(u)) / 3, within(1e-6));
    }
  }

  /** A difference of two rows stops what is the same everywhere, and doubles the finest wave. */
  @Test
  void differencesStopWhatIsTheSame() {
    Tensor edge = KernelSpectrum.of(Tensor.of(Shape.of(2, 1), 1, -1));
    assertThat(at(edge, MIDDLE, 3)).isCloseTo(0, within(1e-6));
    assertThat(at(edge, 0, 3)).isCloseTo(2, within(1e-6));
  }
}
