package dev.fovea.vision;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.fovea.tensor.Rng;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import org.junit.jupiter.api.Test;

final class DenoisingTest {
  private static Tensor noise(int height, int width, int channels) {
    Rng rng = Seed.of(1).rng();
    Tensor picture = Tensor.zeros(Shape.of(height, width, channels));
    for (int i = 0; i < picture.data().length; i++) {
      picture.data()[i] = 100 + (float) rng.nextGaussian() * 10 + i % 2 * 30;
    }
    return picture;
  }

  @Test
  void mediansLeaveOutWhatSticksOut() {
    Tensor t = Pictures.grey("1 2 3; 4 99 6; 7 8 9");
    // 1 2 3 4 6 7 8 9 99 in the middle; 1 1 1 1 2 2 4 4 99 in the corner
    assertThat(Denoising.median(t, 3).get(1, 1, 0)).isEqualTo(6);
    assertThat(Denoising.median(t, 3).get(0, 0, 0)).isEqualTo(2);
    assertThat(Denoising.median(t, 1).data()).isEqualTo(t.data());
    Tensor rgb = Tensor.of(Shape.of(1, 3, 3), 1, 10, 100, 3, 30, 300, 2, 20, 200);
    assertThat(Denoising.median(rgb, 3).data()).containsExactly(1, 10, 100, 2, 20, 200, 2, 20, 200);
    assertThatThrownBy(() -> Denoising.median(t, 2))
        .hasMessage("median: a window of an odd side expected, got 2");
  }

  private static double at(Tensor t, int y, int x, int c) {
    int row = Math.clamp(y, 0, t.shape().dim(0) - 1);
    int column = Math.clamp(x, 0, t.shape().dim(1) - 1);
    return t.get(row, column, c);
  }

  /** The definition at one pixel whose patches lie within the picture. */
  private static double definition(Tensor t, int y, int x, int c, double deviation) {
    double sum = 0;
    double weights = 0;
    for (int v = -10; v <= 10; v++) {
      for (int u = -10; u <= 10; u++) {
        double d = 0;
        for (int k = 0; k < 75; k++) {
          int py = y + k / 15 - 2;
          int px = x + k / 3 % 5 - 2;
          d += Math.pow(at(t, py, px, k % 3) - at(t, py + v, px + u, k % 3), 2) / 75;
        }
        double h = 0.6 * deviation;
        double w = Math.exp(-Math.max(d - 2 * deviation * deviation, 0) / (h * h));
        sum += w * at(t, y + v, x + u, c);
        weights += w;
      }
    }
    return sum / weights;
  }

  @Test
  void nonLocalMeansAreTheirDefinition() {
    Tensor t = noise(9, 11, 3);
    Tensor got = Denoising.nonLocalMeans(t, 10);
    for (int i = 0; i < 9; i++) {
      double wanted = definition(t, 2 + i / 3, 4 + i % 3, i % 3, 10);
      assertThat(got.get(2 + i / 3, 4 + i % 3, i % 3)).isCloseTo((float) wanted, within(1e-3f));
    }
    assertThatThrownBy(() -> Denoising.nonLocalMeans(t, 0))
        .hasMessage("non-local means: a positive deviation expected, got 0.0");
  }

  @Test
  void whatIsFlatStaysAsItIs() {
    Tensor flat = Tensor.full(Shape.of(4, 5, 1), 77);
    assertThat(Denoising.nonLocalMeans(flat, 5).data()).containsOnly(77);
  }
}
