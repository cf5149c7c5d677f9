package dev.fovea.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

final class ShapeTest {
  private static final Shape IMAGES = Shape.of(8, 28, 30, 3);

  @Test
  void extents() {
    assertThat(IMAGES.rank()).isEqualTo(4);
    assertThat(IMAGES.dim(1)).isEqualTo(28);
    assertThat(IMAGES.dim(-1)).isEqualTo(3);
    assertThat(IMAGES.elements()).isEqualTo(8 * 28 * 30 * 3);
    assertThat(IMAGES.strides()).containsExactly(28 * 30 * 3, 90, 3, 1);
    assertThat(Shape.scalar().elements()).isEqualTo(1);
    assertThat(Shape.of()).isSameAs(Shape.scalar());
    assertThat(Shape.of(3, 0).elements()).isZero();
  }

  @Test
  void changes() {
    assertThat(IMAGES.withDim(-1, 1)).isEqualTo(Shape.of(8, 28, 30, 1));
    assertThat(IMAGES.withDim(0, 1)).isEqualTo(Shape.of(1, 28, 30, 3));
    assertThat(IMAGES.dropFirst()).isEqualTo(Shape.of(28, 30, 3));
    assertThat(IMAGES.prepend(2)).isEqualTo(Shape.of(2, 8, 28, 30, 3));
    assertThat(Shape.of(3).dropFirst()).isEqualTo(Shape.scalar());
  }

  @Test
  void doesNotShareItsExtents() {
    int[] dims = {2, 3};
    Shape s = Shape.of(dims);
    dims[0] = 7;
    s.dims()[1] = 7;
    assertThat(s).isEqualTo(Shape.of(2, 3)).hasSameHashCodeAs(Shape.of(2, 3));
  }

  @Test
  void broadcast() {
    assertThat(Shape.broadcast(Shape.of(3, 1, 5), Shape.of(4, 1))).isEqualTo(Shape.of(3, 4, 5));
    assertThat(Shape.broadcast(Shape.scalar(), Shape.of(2))).isEqualTo(Shape.of(2));
    assertThat(Shape.broadcast(Shape.of(0), Shape.of(1))).isEqualTo(Shape.of(0));
    assertThatThrownBy(() -> Shape.broadcast(Shape.of(3, 2), Shape.of(4, 2)))
        .isInstanceOf(FoveaException.class)
        .hasMessage("shapes [3,2] and [4,2] do not broadcast: axis -2 is 3 and 4");
  }

  @Test
  void text() {
    assertThat(IMAGES).hasToString("[8,28,30,3]");
    assertThat(IMAGES.batched()).isEqualTo("[N,28,30,3]");
    assertThat(IMAGES.dropFirst().times()).isEqualTo("28×30×3");
    assertThat(Shape.scalar()).hasToString("[]");
    assertThat(Shape.scalar().batched()).isEqualTo("[]");
  }

  @Test
  void limits() {
    assertThatThrownBy(() -> Shape.of(1, 1, 1, 1, 1, 1, 1, 1, 1))
        .hasMessage("shape [1, 1, 1, 1, 1, 1, 1, 1, 1] has 9 axes, at most 8");
    assertThatThrownBy(() -> Shape.of(2, -1)).hasMessage("shape [2, -1] has a negative extent");
    assertThatThrownBy(() -> Shape.of(1 << 16, 1 << 16))
        .isInstanceOf(FoveaException.class)
        .hasMessageContaining("more than 2147483647 elements");
  }

  @Test
  void shapeExceptionSaysWhere() {
    ShapeException e = new ShapeException("conv2d", "a rule", List.of(IMAGES, Shape.of(3, 3)));
    assertThat(e).hasMessage("conv2d: a rule; input=[N,28,30,3], [3,3]");
    ShapeException located = e.at("features.3");
    assertThat(located).hasMessage("conv2d at features.3: a rule; input=[N,28,30,3], [3,3]");
    assertThat(located.at("elsewhere")).isSameAs(located);
    assertThat(e.at("")).isSameAs(e);
  }

  @Test
  void axesComeAndGo() {
    assertThat(Shape.of(2, 3).insert(0, 5)).isEqualTo(Shape.of(5, 2, 3));
    assertThat(Shape.of(2, 3).insert(2, 5)).isEqualTo(Shape.of(2, 3, 5));
    assertThat(Shape.scalar().insert(0, 4)).isEqualTo(Shape.of(4));
    assertThat(Shape.of(2, 3, 5).drop(1)).isEqualTo(Shape.of(2, 5));
    assertThat(Shape.of(4).drop(0)).isEqualTo(Shape.scalar());
  }
}
