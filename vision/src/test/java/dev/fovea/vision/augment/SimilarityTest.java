package dev.fovea.vision.augment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.fovea.data.KeyPoint;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import java.util.List;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

final class SimilarityTest {
  private static final Offset<Double> NEAR = within(1e-9);

  private static KeyPoint at(double x, double y) {
    return new KeyPoint(x, y, 0, KeyPoint.Visibility.VISIBLE);
  }

  @Test
  void findsWhatMovedThePoints() {
    Similarity moved = Similarity.about(3, 4, 30, 1.5);
    List<KeyPoint> points = List.of(at(1, 2), at(7, 3), at(4, 9));
    Similarity found = Similarity.between(points, points.stream().map(moved::apply).toList());
    assertThat(found.a()).isCloseTo(1.5 * Math.cos(Math.PI / 6), NEAR).isCloseTo(moved.a(), NEAR);
    assertThat(found.b()).isCloseTo(0.75, NEAR);
    assertThat(found.right()).isCloseTo(moved.right(), NEAR);
    assertThat(found.down()).isCloseTo(moved.down(), NEAR);
    assertThat(moved.apply(at(3, 4)).x()).isCloseTo(3, NEAR);
    KeyPoint back = moved.inverse().apply(moved.apply(at(7, -2)));
    assertThat(back.x()).isCloseTo(7, NEAR);
    assertThat(back.y()).isCloseTo(-2, NEAR);
  }

  /**
   * The best places of (−1, 0), (1, 0), (0, 1) for (−1, 0), (1, 0), (0, 2): about their means a = Σ
   * (x·u + y·v) / Σ (x² + y²) = (2 + 2·⅓·⅔ + ⅔·4/3) / (2 + 2·1/9 + 4/9) = (10/3) / (8/3).
   */
  @Test
  void leavesTheLeastSquaresWhereNothingFits() {
    Similarity best =
        Similarity.between(
            List.of(at(-1, 0), at(1, 0), at(0, 1)), List.of(at(-1, 0), at(1, 0), at(0, 2)));
    assertThat(best.a()).isCloseTo(1.25, NEAR);
    assertThat(best.b()).isCloseTo(0, NEAR);
    assertThat(best.down()).isCloseTo(2 / 3.0 - 1.25 / 3, NEAR);
  }

  @Test
  void movesPictures() {
    Tensor picture = Tensor.of(Shape.of(2, 2, 1), 1, 2, 3, 4);
    Tensor quarter = Similarity.about(1, 1, 90, 1).apply(picture, 2, 2);
    assertThat(quarter.data()).containsExactly(new float[] {3, 1, 4, 2}, within(1e-5f));
    Tensor shifted = new Similarity(1, 0, 1, 0).apply(picture, 2, 3);
    assertThat(shifted.data()).containsExactly(0, 1, 2, 0, 3, 4);
  }

  @Test
  void tellsWhatCannotBe() {
    assertThatThrownBy(() -> Similarity.between(List.of(at(1, 1)), List.of()))
        .hasMessage("similarity: 1 points and 0 places for them");
    assertThatThrownBy(
            () -> Similarity.between(List.of(at(1, 1), at(1, 1)), List.of(at(0, 0), at(2, 0))))
        .hasMessage("similarity: two points at different places or more expected");
    assertThatThrownBy(() -> new Similarity(0, 0, 1, 1).inverse())
        .hasMessage("similarity: a scale of 0 has no way back");
    assertThatThrownBy(() -> Similarity.about(0, 0, 0, 1).apply(Tensor.scalar(1), 2, 2))
        .hasMessageStartingWith("similarity: of a picture [H, W, C] to one of at least 1×1 pixels");
  }
}
