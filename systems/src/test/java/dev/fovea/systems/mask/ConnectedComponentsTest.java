package dev.fovea.systems.mask;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fovea.systems.mask.ConnectedComponents.Component;
import dev.fovea.systems.mask.ConnectedComponents.Neighbours;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import org.junit.jupiter.api.Test;

/** Objects of one mask told apart. */
final class ConnectedComponentsTest {
  private static final Tensor MAP =
      Tensor.of(
          Shape.of(4, 5), //
          1,
          0,
          0,
          2,
          2, //
          1,
          1,
          0,
          0,
          1, //
          0,
          0,
          1,
          0,
          1, //
          1,
          0,
          0,
          0,
          1);

  @Test
  void neighboursShareASide() {
    ConnectedComponents found = ConnectedComponents.of(MAP, Neighbours.FOUR);
    assertThat(found.numbers().data())
        .containsExactly(1, 0, 0, 2, 2, 1, 1, 0, 0, 3, 0, 0, 4, 0, 3, 5, 0, 0, 0, 3);
    assertThat(found.components())
        .contains(
            new Component(1, 3, new PixelBox(0, 0, 2, 2)),
            new Component(2, 2, new PixelBox(3, 0, 5, 1)));
  }

  @Test
  void neighboursShareACorner() {
    ConnectedComponents found = ConnectedComponents.of(MAP, Neighbours.EIGHT);
    assertThat(found.numbers().data())
        .containsExactly(1, 0, 0, 2, 2, 1, 1, 0, 0, 3, 0, 0, 1, 0, 3, 4, 0, 0, 0, 3);
    assertThat(found.components().get(0)).isEqualTo(new Component(1, 4, new PixelBox(0, 0, 3, 3)));
  }

  @Test
  void smallOnesAreDropped() {
    ConnectedComponents found = ConnectedComponents.of(MAP, Neighbours.FOUR).atLeast(3);
    assertThat(found.numbers().data())
        .containsExactly(1, 0, 0, 0, 0, 1, 1, 0, 0, 2, 0, 0, 0, 0, 2, 0, 0, 0, 0, 2);
    assertThat(found.components()).extracting(Component::area).containsExactly(3, 3);
    assertThat(found.mask(2)).isEqualTo(RunLengths.of(4, 5, 17, 3));
  }
}
