package dev.fovea.systems.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.fovea.data.Preprocessing;
import dev.fovea.engine.Engine;
import dev.fovea.nn.Model;
import dev.fovea.systems.box.BoxArray;
import dev.fovea.systems.box.DefaultBoxes;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Shape;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** SSD300 as it was published. */
final class Ssd300Test {
  /**
   * 26,285,486 is what ssd.pytorch's SSD300 has for VOC, 35,641,826 what torchvision's {@code
   * ssd300_vgg16} has for COCO.
   */
  @ParameterizedTest
  @CsvSource({"20, 26285486", "90, 35641826"})
  void parametersAreAsPublished(int classes, long count) {
    List<String> names = IntStream.range(0, classes).mapToObj(i -> "c" + i).toList();
    Plan plan = Plan.of(names, Preprocessing.scaled(Shape.of(300, 300, 3)));
    Model model = Systems.find("ssd300").setUp(plan).model(Seed.of(1), Engine.ofThreads(1));
    assertThat(model.parameters().count(true)).isEqualTo(count);
    assertThat(model.outputs().get(0)).isEqualTo(Shape.of(8732, 5 + classes));
  }

  /** The boxes are those of SSD's rule for its scales and steps. */
  @Test
  void defaultBoxesAreThePapers() {
    BoxArray boxes = Ssd300.anchors(300, 300).boxes();
    DefaultBoxes rule =
        new DefaultBoxes(
            List.of(.1, .2, .37, .54, .71, .88, 1.05),
            List.of(
                List.of(2.0),
                List.of(2.0, 3.0),
                List.of(2.0, 3.0),
                List.of(2.0, 3.0),
                List.of(2.0),
                List.of(2.0)),
            List.of(8.0, 16.0, 32.0, 64.0, 100.0, 300.0),
            false);
    int[][] maps = {{38, 38}, {19, 19}, {10, 10}, {5, 5}, {3, 3}, {1, 1}};
    assertThat(boxes.toArray()).containsExactly(rule.of(300, 300, maps).toArray(), within(1e-3));
  }

  @Test
  void smallerPicturesHaveFewerMaps() {
    assertThat(Ssd300.anchors(64, 96).maps()).hasSize(4);
    assertThat(Ssd300.anchors(300, 300).count()).isEqualTo(8732);
  }
}
