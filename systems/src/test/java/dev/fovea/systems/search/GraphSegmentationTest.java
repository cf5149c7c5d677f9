package dev.fovea.systems.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fovea.systems.VisionFacts;
import dev.fovea.systems.VisionFacts.Fact;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Rng;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Segments by differences between neighbours: scikit-image's of flat colours, and by definition.
 */
final class GraphSegmentationTest {
  static Stream<Fact> cases() {
    return VisionFacts.of("formats", "regions of").stream();
  }

  @ParameterizedTest
  @MethodSource("cases")
  void flatColoursAreSegments(Fact f) {
    int width = VisionFacts.whole(f.input("width"));
    int height = VisionFacts.whole(f.input("height"));
    double[][] colours = VisionFacts.rows(f.input("colours"));
    double[][] rectangles = VisionFacts.rows(f.input("rectangles"));
    Tensor picture = Tensor.zeros(Shape.of(height, width, 3));
    for (int r = 0; r < rectangles.length; r++) {
      fill(picture, rectangles[r], colours[r]);
    }
    Segments found =
        new GraphSegmentation(
                VisionFacts.number(f.param("scale")),
                VisionFacts.number(f.param("sigma")),
                VisionFacts.whole(f.param("min_size")))
            .of(picture);
    assertThat(found.count()).isEqualTo(VisionFacts.whole(f.answer("count")));
    double[][] labels = VisionFacts.rows(f.answer("labels"));
    for (int i = 0; i < found.numbers().length; i++) {
      assertThat(found.numbers()[i]).isEqualTo((int) labels[i / width][i % width]);
    }
  }

  private static void fill(Tensor picture, double[] rectangle, double[] colour) {
    int width = picture.shape().dim(1);
    for (int y = (int) rectangle[1]; y < rectangle[3]; y++) {
      for (int x = (int) rectangle[0]; x < rectangle[2]; x++) {
        for (int c = 0; c < 3; c++) {
          picture.data()[(y * width + x) * 3 + c] = (float) (255 * colour[c]);
        }
      }
    }
  }

  @Test
  void noneIsSmallerThanAsked() {
    Rng rng = Seed.of(4).rng();
    Tensor noise = Tensor.zeros(Shape.of(30, 41, 3));
    for (int i = 0; i < noise.data().length; i++) {
      noise.data()[i] = 255 * rng.nextFloat();
    }
    Segments found = new GraphSegmentation(50, 0.8, 20).of(noise);
    int[] sizes = new int[found.count()];
    for (int s : found.numbers()) {
      sizes[s]++;
    }
    assertThat(sizes).hasSizeBetween(2, 61);
    for (int size : sizes) {
      assertThat(size).isBetween(20, 30 * 41);
    }
  }

  @Test
  void largePicturesAreRefused() {
    assertThatThrownBy(
            () -> new GraphSegmentation(1, 0, 1).of(Tensor.zeros(Shape.of(5000, 1000, 1))))
        .isInstanceOf(FoveaException.class)
        .hasMessage(
            "segmentation: a picture [H, W, C] of at most 4194304 pixels expected, got [5000,1000,1]");
  }
}
