package dev.fovea.apps.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import dev.fovea.train.Epochs;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SeenScenesTest {
  private final SeenScenes scenes = SeenScenes.of(Seed.of(1), 4, 2, Epochs.epochs(1));

  @Test
  void haveFeaturesAndSentencesOfEachScene() {
    assertThat(scenes.pictures()).hasSize(6);
    assertThat(scenes.pictures().getFirst().shape()).isEqualTo(Shape.of(96, 96, 3));
    assertThat(scenes.captions().size()).isEqualTo(6);
    assertThat(scenes.captions().places())
        .extracting(Tensor::shape)
        .containsOnly(Shape.of(144, 67));
  }

  @Test
  void lastFeaturesOfAPlaceAreItsMeanColour() {
    Tensor picture = scenes.pictures().get(5);
    Tensor places = scenes.captions().places().get(5);
    for (int place : List.of(0, 17, 143)) {
      for (int c = 0; c < 3; c++) {
        double sum = 0;
        for (int i = 0; i < 64; i++) {
          sum += picture.get(place / 12 * 8 + i / 8, place % 12 * 8 + i % 8, c) / 255;
        }
        assertThat((double) places.get(place, 64 + c)).isCloseTo(sum / 64, within(1e-5));
      }
    }
  }

  @Test
  void aSeedGivesTheSameScenes() {
    CaptionedPictures again = SeenScenes.of(Seed.of(1), 4, 2, Epochs.epochs(1)).captions();

    assertThat(again.texts()).isEqualTo(scenes.captions().texts());
    assertThat(again.places().get(5).data())
        .containsExactly(scenes.captions().places().get(5).data());
  }
}
