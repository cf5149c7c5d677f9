package dev.fovea.vision;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import org.junit.jupiter.api.Test;

final class DescriptorTest {
  /** Brightness rises to the right or downwards. */
  private static Tensor ramp(int size, boolean down) {
    Tensor picture = Tensor.zeros(Shape.of(size, size, 1));
    for (int i = 0; i < picture.data().length; i++) {
      picture.data()[i] = 8 * (down ? i / size : i % size);
    }
    return picture;
  }

  /**
   * To the right is the angle 0, between the last and the first bin: half in each of these of all
   * four cells, which the limit leaves alike, so each is √(1/8). Downwards is the middle bin alone:
   * √(1/4).
   */
  @Test
  void gradientsAreInTheBinsOfTheirOrientation() {
    float[] right = Descriptor.orientedGradients(8).of(ramp(16, false));
    assertThat(right).hasSize(4 * 9);
    for (int i = 0; i < right.length; i++) {
      double expected = i % 9 == 0 || i % 9 == 8 ? Math.sqrt(1 / 8.0) : 0;
      assertThat((double) right[i]).isCloseTo(expected, within(0.02));
    }
    float[] down = Descriptor.orientedGradients(8).of(ramp(16, true));
    for (int i = 0; i < down.length; i++) {
      assertThat((double) down[i]).isCloseTo(i % 9 == 4 ? 0.5 : 0, within(0.02));
    }
    assertThat(Descriptor.orientedGradients(8).of(ramp(25, true))).hasSize(4 * 4 * 9);
  }

  /** What rises downwards has level edges: a stroke from left to right through the middle. */
  @Test
  void gradientsAreDrawnAlongEdges() {
    Tensor drawn = Descriptor.drawnGradients(ramp(16, true), 8, 8);
    assertThat(drawn.shape()).isEqualTo(Shape.of(16, 16, 1));
    for (int x = 1; x < 7; x++) {
      assertThat(drawn.data()[4 * 16 + x]).isGreaterThan(120);
      assertThat(drawn.data()[16 + x]).isZero();
    }
    assertThatThrownBy(() -> Descriptor.drawnGradients(drawn, 8, 3))
        .hasMessage("descriptor: drawn cells of 4 pixels or more expected, got 3");
  }

  /** Of an even picture all neighbours are as bright: pattern 255, the last of the 58. */
  @Test
  void patternsAreCountedByCell() {
    float[] even = Descriptor.binaryPatterns(4).of(Tensor.full(Shape.of(8, 9, 3), 7));
    assertThat(even).hasSize(4 * 59);
    for (int i = 0; i < even.length; i++) {
      assertThat(even[i]).isEqualTo(i % 59 == 57 ? 1 : 0);
    }
  }

  @Test
  void kernelsAnswerToTheirDirectionAlone() {
    Tensor stripes = Tensor.zeros(Shape.of(32, 32, 1));
    for (int i = 0; i < stripes.data().length; i++) {
      stripes.data()[i] = i % 32 % 6 < 3 ? 255 : 0;
    }
    float[] gabor = Descriptor.gabor(32).of(stripes);
    assertThat(gabor).hasSize(8);
    for (int k = 1; k < 8; k++) {
      assertThat(gabor[k]).isLessThan(gabor[0]);
    }
    float[] even = Descriptor.gaussianDifferences(16).of(Tensor.full(Shape.of(32, 32, 1), 90));
    assertThat(even).hasSize(2 * 4);
    for (float v : even) {
      assertThat(v).isCloseTo(0, within(1e-4f));
    }
  }

  @Test
  void coloursAreCounted() {
    Tensor picture = Tensor.of(Shape.of(2, 2, 3), 0, 0, 0, 0, 0, 100, 200, 0, 0, 255, 127, 99);
    assertThat(Descriptor.colours(2).of(picture))
        .containsExactly((float) Math.sqrt(0.5), 0, 0, 0, (float) Math.sqrt(0.5), 0, 0, 0);
  }

  @Test
  void oneDescriptorFollowsAnother() {
    Tensor picture = Tensor.of(Shape.of(1, 2, 1), 51, 255);
    Descriptor pixels = Descriptor.pixels();
    assertThat(pixels.and(pixels).of(picture)).containsExactly(0.2f, 1, 0.2f, 1);
  }

  @Test
  void smallPicturesAreRefused() {
    assertThatThrownBy(() -> Descriptor.orientedGradients(8).of(ramp(15, true)))
        .hasMessage("descriptor: a picture of 15×15 pixels, at least 16×16 expected");
    assertThatThrownBy(() -> Descriptor.gabor(0))
        .hasMessage("descriptor: cells of 1 pixel or more expected, got 0");
  }
}
