package dev.fovea.apps.translate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import dev.fovea.vision.Images;
import dev.fovea.vision.PictureSimilarity;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class PicturePairsTest {
  private static Tensor grey(float value) {
    return Tensor.full(Shape.of(2, 2, 1), value);
  }

  private static PicturePairs greys() {
    return new PicturePairs(
        List.of(grey(0), grey(51), grey(255)), List.of(grey(255), grey(102), grey(0)));
  }

  @Test
  void batchesHoldPairs() {
    Tensor[] batch = greys().batch(8, Seed.of(3));
    assertThat(batch[0].shape()).isEqualTo(Shape.of(8, 2, 2, 1));
    for (int i = 0; i < batch[0].data().length; i++) {
      float first = batch[0].data()[i];
      assertThat(first).isBetween(-1f, 1f);
      // 0, 51, 255 with 255, 102, 0: −1, −0.6, 1 with 1, −0.2, −1
      float second = first == -1 ? 1 : first == 1 ? -1 : -0.2f;
      assertThat(batch[1].data()[i]).isCloseTo(second, within(1e-6f));
    }
    assertThat(greys().batch(8, Seed.of(3))[0].data()).isEqualTo(batch[0].data());
  }

  @Test
  void someAreHeldOutAndMeasured() {
    PicturePairs some = greys().where(i -> i != 2);
    assertThat(some.size()).isEqualTo(2);
    // |0 − 255| and |51 − 102|
    assertThat(some.mean(some.first(), PictureSimilarity::absoluteDifference)).isEqualTo(153);
  }

  @Test
  void emojiComeFromSheets(@TempDir Path folder) {
    for (int k = 0; k < 2; k++) {
      Images.writePng(folder.resolve("noto_" + k + ".png"), Tensor.full(Shape.of(64, 128, 3), k));
      Images.writePng(
          folder.resolve("twemoji_" + k + ".png"), Tensor.full(Shape.of(64, 128, 3), 9));
    }
    PicturePairs pairs = PicturePairs.emoji(folder);
    assertThat(pairs.size()).isEqualTo(4);
    assertThat(pairs.first().get(3).get(5, 5, 0)).isEqualTo(1);
    assertThat(pairs.second().get(3).get(5, 5, 0)).isEqualTo(9);
  }

  @Test
  void scenesHaveMaps() {
    PicturePairs scenes = PicturePairs.scenes(Seed.of(1), 2, 32);
    assertThat(scenes.size()).isEqualTo(2);
    long greys = Arrays.stream(boxed(scenes.first().get(0))).distinct().count();
    assertThat(greys).isBetween(2L, 12L);
  }

  private static double[] boxed(Tensor t) {
    double[] values = new double[t.data().length];
    for (int i = 0; i < values.length; i++) {
      values[i] = t.data()[i];
    }
    return values;
  }

  @Test
  void unequalPairsAreRefused() {
    assertThatThrownBy(() -> new PicturePairs(List.of(grey(1)), List.of()))
        .isInstanceOf(FoveaException.class)
        .hasMessage("pairs: as many of both kinds expected, got 1 and 0");
    Tensor other = Tensor.zeros(Shape.of(3, 2, 1));
    assertThatThrownBy(() -> new PicturePairs(List.of(grey(1), other), List.of(grey(1), grey(2))))
        .isInstanceOf(FoveaException.class)
        .hasMessage("pairs: pictures of one shape expected, got [2,2,1] and [3,2,1]");
  }
}
