package dev.fovea.apps.quality;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.fovea.apps.Noise;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import org.junit.jupiter.api.Test;

final class FrechetDistanceTest {

  @Test
  void equalSetsHaveNone() {
    Tensor a = Noise.normal(Shape.of(50, 6), Seed.of(1));
    assertThat(FrechetDistance.of(a, a)).isCloseTo(0, within(1e-9));
  }

  /** In one dimension d² = (μ₁ − μ₂)² + (σ₁ − σ₂)². */
  @Test
  void oneFeatureIsTheFormulaOfNormalDistributions() {
    Tensor a = Tensor.of(Shape.of(4, 1), 0, 2, 4, 6); // μ 3, σ² 20/3
    Tensor b = Tensor.of(Shape.of(3, 1), 1, 2, 3); // μ 2, σ² 1
    double deviation = Math.sqrt(20 / 3.0) - 1;
    assertThat(FrechetDistance.of(a, b)).isCloseTo(1 + deviation * deviation, within(1e-9));
  }

  /**
   * Covariances that do not commute; numpy: {@code m = a.mean(0) - b.mean(0); c1, c2 = np.cov(a.T),
   * np.cov(b.T); m @ m + np.trace(c1 + c2 - 2 * scipy.linalg.sqrtm(c1 @ c2).real)}.
   */
  @Test
  void correlatedFeaturesAreAsNumpySays() {
    Tensor a = Tensor.of(Shape.of(4, 2), 0, 0, 1, 2, 2, 1, 4, 3);
    Tensor b = Tensor.of(Shape.of(4, 2), 1, 5, 2, 2, 3, 1, 3, 0);
    assertThat(FrechetDistance.of(a, b)).isCloseTo(6.46711906994087, within(1e-9));
  }

  @Test
  void refusesWhatAreNoFeatures() {
    Tensor a = Tensor.zeros(Shape.of(4, 2));
    assertThatThrownBy(() -> FrechetDistance.of(a, Tensor.zeros(Shape.of(4, 3))))
        .isInstanceOf(FoveaException.class)
        .hasMessage("Fréchet distance: features [4,2] and [4,3] differ in width");
    assertThatThrownBy(() -> FrechetDistance.of(a, Tensor.zeros(Shape.of(1, 2))))
        .hasMessage("Fréchet distance: needs features [N, D] of at least 2 pictures, got [1,2]");
  }
}
