package dev.fovea.systems;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.fovea.data.Box;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import org.junit.jupiter.api.Test;

/** Masks of boxes in pictures. */
final class RegionMaskTest {
  private static final Tensor CELLS = Tensor.of(Shape.of(2, 2), 1, 0.5f, 0, 1);

  /** The middles of cells have their values; between them the mean of the four. */
  @Test
  void interpolatesBetweenTheMiddlesOfCells() {
    RegionMask mask = new RegionMask(new Box(10, 20, 14, 24, 0), CELLS);
    assertThat(mask.at(11, 21)).isEqualTo(1);
    assertThat(mask.at(13, 21)).isEqualTo(0.5);
    assertThat(mask.at(12, 22)).isCloseTo((1 + 0.5 + 0 + 1) / 4, within(1e-12));
    assertThat(mask.at(9, 21)).isZero();
  }

  @Test
  void coversThePixelsInWhoseMiddleItIsLikely() {
    RegionMask mask = new RegionMask(new Box(1, 1, 3, 3, 0), CELLS);
    assertThat(mask.in(4, 4).data())
        .containsExactly(0, 0, 0, 0, 0, 1, 1, 0, 0, 0, 1, 0, 0, 0, 0, 0);
  }

  @Test
  void outsideThePictureNothingIsDrawn() {
    RegionMask mask = new RegionMask(new Box(-2, -2, 0.4, 0.4, 0), CELLS);
    assertThat(mask.in(2, 2).data()).containsOnly(0);
  }
}
