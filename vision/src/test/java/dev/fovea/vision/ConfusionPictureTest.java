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
    BufferedImage image = ConfusionPicture.of(matrix, Lettering.ofPixels());
    int names = 6 + 7 + 6 + 3 * 6 + 6;
    int cell = 26;
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

  private static BufferedImage shifted(int classes) {
    long[][] counts = new long[classes][classes];
    for (int c = 0; c < classes; c++) {
      counts[c][(c + 1) % classes] = 5;
    }
    return ConfusionPicture.of(ConfusionMatrix.of(counts, List.of()), Lettering.ofPixels());
  }

  @Test
  void manyClassesAreDrawnWithoutNumbers() {
    BufferedImage image = shifted(100);
    int names = 6 + 7 + 6 + 2 * 6 + 6;
    assertThat(image.getWidth()).isEqualTo(names + 100 * 8 + 6);
    assertThat(blue(image.getRGB(names + 8 + 1, names + 1))).isLessThan(-80);
    BufferedImage more = shifted(300);
    assertThat(more.getWidth()).isEqualTo(19 + 300 * 6 + 6);
    assertThat(blue(more.getRGB(19 + 6 + 1, 19 + 1))).isLessThan(-80);
  }
}
