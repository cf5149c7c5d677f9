package dev.fovea.systems.segment;

import static dev.fovea.nn.Layers.conv2d;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fovea.data.Preprocessing;
import dev.fovea.nn.Layers;
import dev.fovea.nn.Model;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Classes of pixels of pictures of any size, here by a network that tells bright from dark. */
final class SegmenterTest {
  /** A network for pictures of this side: class 1 where the value is above 0.5. */
  private static Model bright(int side, Preprocessing.Resize way) {
    Preprocessing rule = Preprocessing.unscaled(Shape.of(side, side, 1)).withResize(way);
    Model model =
        Model.build(conv2d(2, 1), rule.shape(), Seed.of(1))
            .withMetadata(Map.of("preprocessing", rule.toText(), "labels", "dark\nbright"));
    model.parameters().set("conv2d.weight", Tensor.of(Shape.of(1, 1, 1, 2), -1, 1));
    model.parameters().set("conv2d.bias", Tensor.of(Shape.of(2), 200, -200));
    return model;
  }

  /** A picture of two blocks and a gradient; 200 is where the classes meet. */
  private static Tensor picture(int height, int width) {
    Tensor t = Tensor.zeros(Shape.of(height, width, 1));
    for (int i = 0; i < t.data().length; i++) {
      int y = i / width;
      int x = i % width;
      t.data()[i] = (x / 3 + y / 2) % 3 == 0 ? 250 : 20 + x + y;
    }
    return t;
  }

  private static void assertBright(SegmentationMap map, Tensor picture) {
    for (int i = 0; i < picture.data().length; i++) {
      int x = i % map.width();
      assertThat(map.classAt(x, Math.floorDiv(i, map.width())))
          .isEqualTo(picture.data()[i] > 200 ? 1 : 0);
    }
  }

  @Test
  void aPictureOfTheInputsSizeIsSeenPixelByPixel() {
    Tensor picture = picture(16, 16);
    SegmentationMap map = Segmenter.of(bright(16, Preprocessing.Resize.STRETCH)).segment(picture);
    assertBright(map, picture);
    assertThat(map.height()).isEqualTo(16);
    assertThat(map.label(1)).isEqualTo("bright");
    assertThat(map.label(7)).isEqualTo("7");
    assertThat(map.share(0) + map.share(1)).isEqualTo(1);
    map.classes().data()[0] = 9;
    assertBright(map, picture);
    assertThatThrownBy(() -> map.classAt(16, 0))
        .isInstanceOf(FoveaException.class)
        .hasMessage("segmentation map of 16×16 pixels: no pixel (16, 0)");
  }

  /** Tiles of the input's size leave every pixel as it is, whatever their overlap. */
  @ParameterizedTest
  @CsvSource({"0, 40, 33", "0.25, 40, 33", "0.5, 17, 5", "0.9, 3, 20", "0.3, 1, 1"})
  void tilesCoverEveryPixelOnce(double overlap, int height, int width) {
    Tensor picture = picture(height, width);
    Segmenter whole = Segmenter.of(bright(16, Preprocessing.Resize.STRETCH));
    assertBright(whole.tiled(new Tiling(16, overlap)).segment(picture), picture);
  }

  /**
   * A network that looks at the pixel on the left: with its mirror image, at those on both sides.
   */
  @Test
  void mirrorImagesCountAsMuch() {
    Preprocessing rule = Preprocessing.unscaled(Shape.of(4, 5, 1));
    Model model =
        Model.build(conv2d(2, 1, 3).same(), rule.shape(), Seed.of(1))
            .withMetadata(Map.of("preprocessing", rule.toText()));
    model.parameters().set("conv2d.weight", Tensor.of(Shape.of(1, 3, 1, 2), -1, 1, 0, 0, 0, 0));
    model.parameters().set("conv2d.bias", Tensor.of(Shape.of(2), 100, -100));
    Tensor picture = Tensor.zeros(Shape.of(4, 5, 1));
    for (int i = 0; i < 20; i++) {
      picture.data()[i] = i % 5 == 2 ? 240 : i % 5 == 4 ? 150 : 0;
    }
    Segmenter once = Segmenter.of(model);
    // Numbers on the left: 0, 0, 0, 240, 0; on both sides their means 0, 120, 0, 195, 0.
    assertThat(once.segment(picture).classes().data()).startsWith(0, 0, 0, 1, 0);
    assertThat(once.mirrored().segment(picture).classes().data()).startsWith(0, 1, 0, 1, 0);
  }

  /**
   * Between the middles of a map of 2 pixels, 0 and 400, numbers are 0, 100, 300, 400 in the
   * middles of 4 pixels; those above 200 are bright. A nearest pixel would say the same, but not of
   * 5: their middles lie at −0.1, 0.1, 0.5, 0.9 and 1.1.
   */
  @Test
  void numbersAreInterpolatedBeforeClassesAreChosen() {
    Model model =
        Model.build(
                Layers.sequence(Layers.avgPool(4), conv2d(2, 1).named("head"), Layers.upsample(4)),
                Shape.of(4, 8, 1),
                Seed.of(1))
            .withMetadata(
                Map.of("preprocessing", Preprocessing.unscaled(Shape.of(4, 8, 1)).toText()));
    model.parameters().set("head.weight", Tensor.of(Shape.of(1, 1, 1, 2), -1, 1));
    model.parameters().set("head.bias", Tensor.of(Shape.of(2), 150, -150));
    Tensor picture = Tensor.zeros(Shape.of(8, 16, 1));
    for (int i = 0; i < picture.data().length; i++) {
      picture.data()[i] = i % 16 < 8 ? 0 : 255;
    }
    // Numbers of 0 and 255 meet at columns 7 (63.75) and 8 (191.25): half of the rest in between.
    SegmentationMap map = Segmenter.of(model).segment(picture);
    assertThat(map.classAt(7, 3)).isZero();
    assertThat(map.classAt(8, 3)).isEqualTo(1);
  }

  @Test
  void whatTheNetworkDoesNotSeeHasNoClass() {
    SegmentationMap map =
        Segmenter.of(bright(8, Preprocessing.Resize.CROP)).segment(picture(8, 14));
    assertThat(map.classAt(2, 4)).isEqualTo(-1);
    assertThat(map.classAt(3, 4)).isNotNegative();
    assertThat(map.label(-1)).isEqualTo("-1");
    assertThat(map.map().knownShare()).isEqualTo(8 / 14.0);
  }

  @Test
  void modelsThatDoNotSuitAreRefused() {
    Model classifier = Model.build(Layers.dense(3), Shape.of(4), Seed.of(1));
    assertThatThrownBy(() -> Segmenter.of(classifier))
        .isInstanceOf(FoveaException.class)
        .hasMessageContaining("does not say how pictures become inputs");
    String rule = Preprocessing.unscaled(Shape.of(4, 4, 1)).toText();
    assertThatThrownBy(() -> Segmenter.of(classifier.withMetadata(Map.of("preprocessing", rule))))
        .hasMessage(
            "segmenter: the model answers with classes [3], classes of pixels [H, W, C] expected");
    assertThatThrownBy(() -> new Tiling(0, 0.1)).hasMessageContaining("at least 1 pixel");
    assertThatThrownBy(() -> new Tiling(8, 0.95)).hasMessageContaining("from 0 to 0.9");
  }

  @Test
  void numbersThatAreNotFiniteAreTold() {
    Model model = bright(4, Preprocessing.Resize.STRETCH);
    model.parameters().set("conv2d.bias", Tensor.of(Shape.of(2), Float.NaN, 0));
    assertThatThrownBy(() -> Segmenter.of(model).segment(picture(4, 4)))
        .isInstanceOf(FoveaException.class)
        .hasMessageContaining("not finite");
  }

  @Test
  void aPictureGoesOnAsItsMirrorImage() {
    int[] seen = new int[11];
    for (int i = 0; i < seen.length; i++) {
      seen[i] = Mirrored.inside(i - 4, 3);
    }
    assertThat(seen).containsExactly(0, 1, 2, 1, 0, 1, 2, 1, 0, 1, 2);
    assertThat(Mirrored.inside(-7, 1)).isZero();
    Tensor part = new Mirrored(picture(3, 4)).part(-1, -1, 2, 2);
    float[] all = picture(3, 4).data();
    assertThat(part.data()).containsExactly(all[5], all[4], all[1], all[0]);
  }
}
