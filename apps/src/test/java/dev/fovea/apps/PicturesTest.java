package dev.fovea.apps;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import dev.fovea.vision.Images;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class PicturesTest {
  private static final Tensor LEFT = Tensor.of(Shape.of(2, 1, 1), 1, 2);
  private static final Tensor RIGHT = Tensor.of(Shape.of(2, 1, 1), 3, 4);

  @Test
  void picturesBecomeABatchAndComeBack() {
    Tensor batch = Pictures.batch(List.of(LEFT, RIGHT));
    assertThat(batch.shape()).isEqualTo(Shape.of(2, 2, 1, 1));
    assertThat(batch.data()).containsExactly(1, 2, 3, 4);
    List<Tensor> each = Pictures.each(batch, 0, 5);
    assertThat(each).hasSize(2);
    assertThat(each.get(1).data()).containsExactly(153, 204);
  }

  @Test
  void picturesLieSideBySide() {
    Tensor both = Pictures.beside(List.of(LEFT, RIGHT));
    assertThat(both.shape()).isEqualTo(Shape.of(2, 2, 1));
    assertThat(both.data()).containsExactly(1, 3, 2, 4);
  }

  @Test
  void unequalPicturesAreRefused() {
    assertThatThrownBy(() -> Pictures.batch(List.of(LEFT, Tensor.zeros(Shape.of(1, 1, 1)))))
        .isInstanceOf(FoveaException.class)
        .hasMessage("batch: picture 1 is [1,1,1], the first [2,1,1]");
    assertThatThrownBy(() -> Pictures.batch(List.of()))
        .isInstanceOf(FoveaException.class)
        .hasMessage("batch: no pictures");
  }

  @Test
  void partsAreCutAtRandom() {
    Tensor picture = Tensor.zeros(Shape.of(4, 5, 1));
    for (int i = 0; i < 20; i++) {
      picture.data()[i] = i;
    }
    List<Tensor> parts = Pictures.parts(List.of(picture), 2, 40, Seed.of(1));
    assertThat(parts).hasSize(40);
    for (Tensor p : parts) {
      float first = p.data()[0];
      assertThat(p.data()).containsExactly(first, first + 1, first + 5, first + 6);
    }
    assertThat(parts.stream().map(p -> p.data()[0]).distinct().count()).isGreaterThan(8);
    assertThatThrownBy(() -> Pictures.parts(List.of(picture), 5, 1, Seed.of(1)))
        .hasMessage("no part of 5×5 at row 0 and column 0 of a picture of 4×5");
  }

  @Test
  void noiseIsAddedToEachNumber() {
    Tensor zeros = Tensor.full(Shape.of(10_000), 7);
    double squares = 0;
    for (float v : Noise.added(zeros, 3, Seed.of(2)).data()) {
      squares += (v - 7) * (v - 7) / 10_000;
    }
    assertThat(squares).isCloseTo(9, within(0.4)); // 3 deviations of the estimate are 0.38
  }

  @Test
  void foldersAreReadInOrder(@TempDir Path folder) {
    for (int i : new int[] {2, 0, 1}) {
      Images.writePng(folder.resolve(i + ".png"), Tensor.full(Shape.of(1, 1, 1), i));
    }
    assertThat(Pictures.folder(folder, 2)).extracting(t -> t.data()[0]).containsExactly(0f, 1f);
    Images.writeJpeg(
        folder.resolve("3.JPEG"), Images.toBufferedImage(Tensor.full(Shape.of(1, 1, 3), 255)));
    assertThat(Pictures.folder(folder, 9)).hasSize(4);
    assertThatThrownBy(() -> Pictures.folder(folder.resolve("none"), 1))
        .isInstanceOf(FoveaException.class)
        .hasMessageContaining("none: cannot be listed");
  }
}
