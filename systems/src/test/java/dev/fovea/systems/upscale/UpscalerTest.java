package dev.fovea.systems.upscale;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.fovea.data.Mark;
import dev.fovea.data.Sample;
import dev.fovea.nn.Layers;
import dev.fovea.nn.Model;
import dev.fovea.systems.published.ModelCard;
import dev.fovea.systems.published.ModelCards;
import dev.fovea.systems.upscale.Spans.Span;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import dev.fovea.vision.Images;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class UpscalerTest {
  /** Every pixel becomes four. */
  private static Model doubling(int height, int width) {
    Model plain = Model.build(Layers.upsample(2), Shape.of(height, width, 1), Seed.of(1));
    ModelCard card = ModelCards.find("super-resolution");
    return card.describe(plain, card.rule(plain.inputs().get(0)), List.of());
  }

  private static Tensor picture(int height, int width, int channels) {
    Tensor t = Tensor.zeros(Shape.of(height, width, channels));
    for (int i = 0; i < t.data().length; i++) {
      t.data()[i] = 5 + 37 * i % 240;
    }
    return t;
  }

  @Test
  void windowsLieSideBySide() {
    assertThat(Spans.of(5, 8, 2)).containsExactly(new Span(0, 0, 5));
    assertThat(Spans.of(8, 8, 2)).containsExactly(new Span(0, 0, 8));
    assertThat(Spans.of(9, 8, 2)).containsExactly(new Span(0, 0, 6), new Span(1, 6, 9));
    assertThat(Spans.of(17, 8, 2))
        .containsExactly(
            new Span(0, 0, 6), new Span(4, 6, 10), new Span(8, 10, 14), new Span(9, 14, 17));
  }

  /** Whatever the size of the picture, it comes out as if the network had seen it as a whole. */
  @Test
  void picturesOfAnySizeAreEnlarged() {
    Upscaler upscaler = Upscaler.of(doubling(8, 6));
    assertThat(upscaler.factor()).isEqualTo(2);
    for (int[] size : new int[][] {{8, 6}, {3, 2}, {20, 17}, {9, 40}}) {
      Tensor small = picture(size[0], size[1], 1);
      Tensor large = upscaler.upscale(small);
      assertThat(large.shape()).isEqualTo(Shape.of(2 * size[0], 2 * size[1], 1));
      for (int y = 0; y < 2 * size[0]; y++) {
        for (int x = 0; x < 2 * size[1]; x++) {
          assertThat(large.data()[y * 2 * size[1] + x])
              .isCloseTo(small.data()[y / 2 * size[1] + x / 2], within(1e-3f));
        }
      }
    }
  }

  /** Brightness is the network's, colours are those of the bicubic picture. */
  @Test
  void coloursAreInterpolated() {
    Tensor small = Tensor.zeros(Shape.of(8, 6, 3));
    for (int i = 0; i < small.data().length; i += 3) {
      small.data()[i] = 100 + i % 7;
      small.data()[i + 1] = 120;
      small.data()[i + 2] = 90;
    }
    Tensor large = Upscaler.of(doubling(8, 6)).upscale(small);
    Tensor smooth = Images.resizeCubic(small, 16, 12);
    Tensor bright = Images.toGrey(large);
    Tensor grey = Images.toGrey(small);
    for (int i = 0; i < bright.data().length; i++) {
      int from = i / 12 / 2 * 6 + i % 12 / 2;
      assertThat(bright.data()[i]).isCloseTo(grey.data()[from], within(1e-3f));
      float red = large.data()[3 * i] - large.data()[3 * i + 1];
      assertThat(red).isCloseTo(smooth.data()[3 * i] - smooth.data()[3 * i + 1], within(1e-3f));
    }
  }

  /** Of 7×5 pixels 6×4 count; what is even all over is enlarged without a difference. */
  @Test
  void qualityIsOfPicturesMadeSmall() {
    Upscaler upscaler = Upscaler.of(doubling(8, 6));
    UpscaleQuality even = UpscaleQuality.of(upscaler, Tensor.full(Shape.of(7, 5, 3), 80));
    assertThat(even.network()).isGreaterThan(90);
    assertThat(even.bicubic()).isGreaterThan(90);
    assertThat(even.networkSimilarity()).isCloseTo(1, within(1e-6));
    assertThat(even.bicubicSimilarity()).isCloseTo(1, within(1e-6));
    Tensor line = Tensor.full(Shape.of(8, 8, 1), 10);
    for (int y = 0; y < 8; y++) {
      line.data()[y * 8 + 3] = 240;
    }
    // Repeated pixels are farther from a line than smooth ones.
    UpscaleQuality sharp = UpscaleQuality.of(upscaler, line);
    assertThat(sharp.network()).isLessThan(sharp.bicubic());
    assertThatThrownBy(() -> UpscaleQuality.of(upscaler, Tensor.zeros(Shape.of(1, 5, 3))))
        .hasMessage("upscaler: a picture of 1×5 pixels, at least 2×2 expected");
  }

  @Test
  void otherNetworksAreRefused() {
    Model same = Model.build(Layers.relu(), Shape.of(4, 4, 1), Seed.of(1));
    assertThatThrownBy(() -> Upscaler.factor(same))
        .hasMessage(
            "upscaler: a network of one picture that gives a larger one expected, got [[4,4,1]] that"
                + " gives [[4,4,1]]");
  }

  /** Patches are parts of the picture and of what it is made small to, at the same place. */
  @Test
  void patchesOfBothSizesLieAtOnePlace() {
    Tensor ramp = Tensor.zeros(Shape.of(9, 13, 3));
    for (int i = 0; i < ramp.data().length; i++) {
      ramp.data()[i] = 5 * (i / 39) + 2 * (i / 3 % 13);
    }
    UpscalePatches patches = UpscalePatches.of(List.of(ramp), 2, 3, 4, 5);
    assertThat(patches.size()).isEqualTo(5);
    Set<List<Float>> places = new HashSet<>();
    for (int i = 0; i < patches.size(); i++) {
      Sample s = patches.read(i, Seed.of(i));
      assertThat(s.picture().shape()).isEqualTo(Shape.of(3, 4, 1));
      Tensor large = s.mark(Mark.Numbers.class).orElseThrow().values();
      assertThat(large.shape()).isEqualTo(Shape.of(6, 8, 1));
      // In the middle of a ramp the mean of four pixels is their small one.
      float mean =
          (large.get(2, 2, 0) + large.get(2, 3, 0) + large.get(3, 2, 0) + large.get(3, 3, 0));
      assertThat(s.picture().get(1, 1, 0)).isCloseTo(255 * mean / 4, within(1f));
      places.add(List.of(large.get(0, 0, 0)));
    }
    assertThat(places).hasSizeGreaterThan(1);
    assertThatThrownBy(() -> UpscalePatches.of(List.of(ramp), 3, 4, 4, 5))
        .hasMessage("patches: a picture of 9×13 pixels, at least 12×12 expected");
  }
}
