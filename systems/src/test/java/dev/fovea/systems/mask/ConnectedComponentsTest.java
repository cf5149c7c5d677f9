package dev.fovea.systems.mask;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fovea.systems.mask.ConnectedComponents.Component;
import dev.fovea.systems.mask.ConnectedComponents.Neighbours;
import dev.fovea.tensor.Rng;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import java.util.List;
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

  /** Only a component's own rectangle is looked at: what looked at the whole map did not end. */
  @Test
  void manyComponentsHaveTheirMasks() {
    int side = 1200;
    Tensor map = Tensor.zeros(Shape.of(side, side));
    for (int i = 0; i < map.data().length; i++) {
      map.data()[i] = i % side % 4 < 3 && Math.floorDiv(i, side) % 4 < 3 ? 1 : 0;
    }
    ConnectedComponents found = ConnectedComponents.of(map, Neighbours.EIGHT);
    assertThat(found.components()).hasSize(side * side / 16);
    for (int number = 1; number <= found.components().size(); number++) {
      assertThat(found.mask(number).area()).isEqualTo(9);
    }
  }

  /** A mask is the same whether it is sought in the whole map or where it lies. */
  @Test
  void masksLieInTheirRectangles() {
    Rng rng = new Rng(4);
    Tensor map = Tensor.zeros(Shape.of(13, 17));
    for (int i = 0; i < map.data().length; i++) {
      map.data()[i] = rng.nextInt(3) == 0 ? rng.nextInt(40) - 2 : 0;
    }
    List<PixelBox> boxes = PixelBox.each(map, 50);
    assertThat(boxes).hasSize(50).contains(new PixelBox(0, 0, 0, 0));
    for (int number = 1; number <= boxes.size(); number++) {
      RunLengths whole = RunLengths.of(map, number);
      PixelBox box = boxes.get(number - 1);
      assertThat(RunLengths.of(map, box, number)).isEqualTo(whole);
      assertThat(whole.box().orElse(new PixelBox(0, 0, 0, 0))).isEqualTo(box);
    }
    ConnectedComponents found = ConnectedComponents.of(map, Neighbours.EIGHT);
    for (int number = 1; number <= found.components().size(); number++) {
      assertThat(found.mask(number)).isEqualTo(RunLengths.of(found.numbers(), number));
    }
  }
}
