package dev.fovea.zoo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.fovea.data.Dataset;
import dev.fovea.data.InMemoryImages;
import dev.fovea.data.Preprocessing;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Rng;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

final class WhiteningTest {
  private static final int PICTURES = 200;
  private static final int SIZE = 6;
  private static final int CHANNELS = 2;
  private static final int PATCH = 2 * 2 * CHANNELS;

  /** Pictures whose neighbouring pixels are alike. */
  private static InMemoryImages pictures() {
    Rng rng = Seed.of(4).rng();
    byte[] pixels = new byte[PICTURES * SIZE * SIZE * CHANNELS];
    double level = 0;
    for (int i = 0; i < pixels.length; i++) {
      level = 0.8 * level + rng.nextGaussian();
      pixels[i] = (byte) Math.clamp(Math.round(128 + 30 * level), 0, 255);
    }
    Preprocessing rule =
        Preprocessing.scaled(Shape.of(SIZE, SIZE, CHANNELS))
            .withMeanAndStd(Collections.nCopies(CHANNELS, 0.5f), List.of(0.2f, 0.1f));
    return new InMemoryImages(rule, pixels, new int[PICTURES], List.of("a", "b"));
  }

  /**
   * E[(Wᵀp)(Wᵀp)ᵀ] by the definition; 1 − ε/(λ + ε) on the diagonal, of which λ is at least 0.1
   * here.
   */
  @Test
  void answersAreUncorrelatedAndOfVarianceOne() {
    Dataset data = pictures();
    Tensor weight = Whitening.filters(data, 2, PICTURES);
    assertThat(weight.shape()).isEqualTo(Shape.of(2, 2, CHANNELS, 2 * PATCH));
    float[] w = weight.data();
    double[][] products = new double[2 * PATCH][2 * PATCH];
    long patches = 0;
    for (int i = 0; i < PICTURES; i++) {
      float[] x = data.input(i, Seed.of(0)).data();
      for (int at = 0; at < (SIZE - 1) * (SIZE - 1); at++) {
        double[] answer = answer(x, at / (SIZE - 1), at % (SIZE - 1), w);
        for (int a = 0; a < answer.length; a++) {
          for (int b = 0; b < answer.length; b++) {
            products[a][b] += answer[a] * answer[b];
          }
        }
        patches++;
      }
    }
    for (int a = 0; a < 2 * PATCH; a++) {
      for (int b = 0; b < 2 * PATCH; b++) {
        double expected = a == b ? 1 : Math.abs(a - b) == PATCH ? -1 : 0;
        assertThat(products[a][b] / patches).isCloseTo(expected, within(0.01));
      }
    }
  }

  private static double[] answer(float[] x, int top, int left, float... w) {
    double[] answer = new double[2 * PATCH];
    for (int i = 0; i < PATCH; i++) {
      int y = top + i / (2 * CHANNELS);
      int column = left + i / CHANNELS % 2;
      for (int f = 0; f < answer.length; f++) {
        answer[f] +=
            x[(y * SIZE + column) * CHANNELS + i % CHANNELS] * (double) w[i * answer.length + f];
      }
    }
    return answer;
  }

  @Test
  void filtersComeInTheOrderOfFallingEigenvalues() {
    float[] w = Whitening.filters(pictures(), 2, PICTURES).data();
    double before = 0;
    for (int f = 0; f < PATCH; f++) {
      double norm = 0;
      for (int i = 0; i < PATCH; i++) {
        norm += w[i * 2 * PATCH + f] * (double) w[i * 2 * PATCH + f];
      }
      assertThat(norm).isGreaterThanOrEqualTo(before);
      before = norm;
    }
  }

  @Test
  void needsPicturesThatHoldAPatch() {
    assertThatThrownBy(() -> Whitening.filters(pictures(), 7, 10))
        .isInstanceOf(FoveaException.class)
        .hasMessageStartingWith(
            "whitening: pictures [H, W, C] of at least 7×7 expected, samples are ");
    assertThatThrownBy(() -> Whitening.filters(pictures().take(0), 2, 10))
        .hasMessage("whitening: there are no pictures");
    assertThat(
            Arrays.equals(
                Whitening.filters(pictures(), 1, 10).data(),
                Whitening.filters(pictures(), 1, 10).data()))
        .isTrue();
  }
}
