package dev.fovea.vision;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.fovea.tensor.Rng;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import org.junit.jupiter.api.Test;

final class PictureSimilarityTest {
  private static Tensor noise(int height, int width, int channels, long seed) {
    Rng rng = Seed.of(seed).rng();
    Tensor picture = Tensor.zeros(Shape.of(height, width, channels));
    for (int i = 0; i < picture.data().length; i++) {
      picture.data()[i] = rng.nextInt(256);
    }
    return picture;
  }

  /** SSIM by its definition, window by window, with weights of 11 × 11. */
  private static double byWindows(Tensor a, Tensor b) {
    Shape s = a.shape();
    double sum = 0;
    int windows = 0;
    for (int c = 0; c < s.dim(2); c++) {
      for (int y = 0; y + 11 <= s.dim(0); y++) {
        for (int x = 0; x + 11 <= s.dim(1); x++) {
          sum += window(a, b, y, x, c);
          windows++;
        }
      }
    }
    return sum / windows;
  }

  private static double window(Tensor a, Tensor b, int top, int left, int c) {
    double[] m = new double[5];
    double all = 0;
    for (int y = 0; y < 11; y++) {
      for (int x = 0; x < 11; x++) {
        double w = Math.exp(-((y - 5) * (y - 5) + (x - 5) * (x - 5)) / 4.5);
        double p = a.get(top + y, left + x, c);
        double q = b.get(top + y, left + x, c);
        double[] parts = {p, q, p * p, q * q, p * q};
        for (int k = 0; k < 5; k++) {
          m[k] += w * parts[k];
        }
        all += w;
      }
    }
    for (int k = 0; k < 5; k++) {
      m[k] /= all;
    }
    double c1 = 2.55 * 2.55;
    double c2 = 7.65 * 7.65;
    return (2 * m[0] * m[1] + c1)
        * (2 * (m[4] - m[0] * m[1]) + c2)
        / ((m[0] * m[0] + m[1] * m[1] + c1) * (m[2] - m[0] * m[0] + m[3] - m[1] * m[1] + c2));
  }

  @Test
  void structuralSimilarityIsTheMeanOverWindows() {
    Tensor a = noise(13, 17, 3, 1);
    Tensor b = noise(13, 17, 3, 2);
    assertThat(PictureSimilarity.structural(a, b)).isCloseTo(byWindows(a, b), within(1e-12));
    assertThat(PictureSimilarity.structural(a, a)).isCloseTo(1, within(1e-12));
  }

  /** Two even pictures differ in light alone: (2·50·100 + c₁) / (50² + 100² + c₁). */
  @Test
  void windowsFitIntoSmallPictures() {
    Tensor a = Tensor.full(Shape.of(3, 20, 1), 50);
    Tensor b = Tensor.full(Shape.of(3, 20, 1), 100);
    double c1 = 2.55 * 2.55;
    assertThat(PictureSimilarity.structural(a, b))
        .isCloseTo((10_000 + c1) / (12_500 + c1), within(1e-9));
  }

  /** 10 · log₁₀(255² / 2), for differences of 1 and √3 that are squared 1 and 3. */
  @Test
  void peakSignalToNoise() {
    Tensor a = Tensor.of(Shape.of(1, 2, 1), 10, 20);
    Tensor b = Tensor.of(Shape.of(1, 2, 1), 11, 20 + (float) Math.sqrt(3));
    assertThat(PictureSimilarity.peakSignalToNoise(a, b))
        .isCloseTo(10 * Math.log10(255 * 255 / 2.0), within(1e-5));
    assertThat(PictureSimilarity.peakSignalToNoise(a, a)).isInfinite();
    assertThatThrownBy(() -> PictureSimilarity.structural(a, noise(2, 2, 1, 1)))
        .hasMessage(
            "structural similarity: pictures of one size expected, got [1,2,1] and [2,2,1]");
  }

  @Test
  void differencesAreMeans() {
    Tensor a = Tensor.of(Shape.of(1, 2, 1), 1, 5);
    Tensor b = Tensor.of(Shape.of(1, 2, 1), 4, 0);
    assertThat(PictureSimilarity.absoluteDifference(a, b)).isEqualTo(4);
    assertThat(PictureSimilarity.squaredDifference(a, b)).isEqualTo((9 + 25) / 2.0);
    assertThatThrownBy(() -> PictureSimilarity.squaredDifference(a, noise(2, 2, 1, 1)))
        .hasMessage("squared difference: pictures of one size expected, got [1,2,1] and [2,2,1]");
    assertThatThrownBy(() -> PictureSimilarity.absoluteDifference(a, noise(2, 2, 1, 1)))
        .hasMessage("absolute difference: pictures of one size expected, got [1,2,1] and [2,2,1]");
  }
}
