package dev.fovea.vision;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fovea.train.ConfusionMatrix;
import java.awt.image.BufferedImage;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The picture of a confusion matrix: its colours say how much is right and wrong. */
final class ConfusionPictureTest {
  private static int blue(int rgb) {
    return (rgb & 0xFF) - (rgb >> 16 & 0xFF);
  }

  @Test
  void rightAnswersAreBlueAndWrongOnesRed() {
    ConfusionMatrix matrix =
        ConfusionMatrix.of(new long[][] {{9, 1}, {0, 10}}, List.of("cat", "dog"));
    BufferedImage image = ConfusionPicture.of(matrix);
    int names = 3 * 6 + 12;
    int cell = 24;
    assertThat(image.getWidth()).isEqualTo(names + 2 * cell + 6).isEqualTo(image.getHeight());
    int right = image.getRGB(names + 2, names + 2);
    int wrong = image.getRGB(names + cell + 2, names + 2);
    int none = image.getRGB(names + 2, names + cell + 2);
    int all = image.getRGB(names + cell + 2, names + cell + 2);
    assertThat(blue(right)).isGreaterThan(80);
    assertThat(blue(all)).isGreaterThan(blue(right));
    assertThat(blue(wrong)).isNegative();
    assertThat(Math.abs(blue(none))).isLessThan(10);
  }

  @Test
  void manyClassesAreDrawnWithoutNumbers() {
    long[][] counts = new long[100][100];
    for (int c = 0; c < 100; c++) {
      counts[c][(c + 1) % 100] = 5;
    }
    BufferedImage image = ConfusionPicture.of(ConfusionMatrix.of(counts, List.of()));
    assertThat(image.getWidth()).isEqualTo(6 + 100 * 6 + 6);
    assertThat(blue(image.getRGB(6 + 6 + 1, 6 + 1))).isLessThan(-80);
  }
}
