package dev.fovea.systems.mask;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fovea.systems.VisionFacts;
import dev.fovea.systems.VisionFacts.Fact;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Filled polygons, as pycocotools 2.0.11 fills them. */
final class PolygonsTest {
  static List<Fact> polygons() {
    return VisionFacts.of("coco", "pixels of a polygon");
  }

  @ParameterizedTest
  @MethodSource("polygons")
  void fillsThePixelsThatCocoFills(Fact fact) {
    List<double[]> parts =
        VisionFacts.list(fact.input("polygons")).stream().map(VisionFacts::numbers).toList();
    RunLengths mask =
        Polygons.fill(
            parts, VisionFacts.whole(fact.input("height")), VisionFacts.whole(fact.input("width")));
    assertThat(mask).isEqualTo(RunLengths.of(VisionFacts.map(fact.answer("mask"))));
    assertThat(mask.area()).isEqualTo(fact.answer("area"));
  }

  @Test
  void refusesWhatIsNoPolygon() {
    assertThatThrownBy(() -> Polygons.fill(new double[] {1, 2, 3, 4}, 5, 5))
        .hasMessage("polygon of 4 numbers: need x, y of three corners or more");
    assertThatThrownBy(() -> Polygons.fill(new double[] {1, 2, 3, 4, 5, Double.NaN}, 5, 5))
        .hasMessageContaining("its corners must be numbers");
    assertThatThrownBy(() -> Polygons.fill(new double[] {1, 2, 3e9, 4, 5, 6}, 5, 5))
        .hasMessageContaining("shorter than 20000000 pixels");
  }
}
