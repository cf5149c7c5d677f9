package dev.fovea.systems.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fovea.data.Dataset;
import dev.fovea.data.Preprocessing;
import dev.fovea.engine.Engine;
import dev.fovea.nn.Model;
import dev.fovea.systems.Detection;
import dev.fovea.systems.detect.Detector;
import dev.fovea.systems.label.LabelOptions;
import dev.fovea.systems.label.LabelSplit;
import dev.fovea.systems.label.Marking;
import dev.fovea.systems.label.Shapes;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What systems of two stages have beyond what holds for all. */
final class TwoStageTest {
  private static final int SIDE = 64;
  private static final Preprocessing RULE =
      Preprocessing.scaled(Shape.of(SIDE, SIDE, 3))
          .withMeanAndStd(List.of(.5f, .5f, .5f), List.of(.25f, .25f, .25f));

  private static LabelSplit shapes(VisionSystem system) {
    return Shapes.load(LabelOptions.of(RULE, system.markings().toArray(Marking[]::new)));
  }

  private static Setup setup(VisionSystem system, LabelSplit split) {
    int most = split.train().targets().get(0).shape().dim(0);
    Plan plan = Plan.of(split.train().things(), RULE).objects(most).width(0.125);
    return system.setUp(system.fitted(plan, split.train()));
  }

  /**
   * What is saved of a training takes pictures alone, and tells masks where it has learned them.
   */
  @ParameterizedTest
  @ValueSource(
      strings = {"faster-rcnn-small", "faster-rcnn", "mask-rcnn-small", "panoptic-fpn-small"})
  void trainedIsUsedAlone(String name) {
    VisionSystem system = Systems.find(name);
    LabelSplit split = shapes(system);
    Setup setup = setup(system, split);
    Model trained = setup.model(Seed.of(1), Engine.ofThreads(1));
    Model used = setup.used(trained);
    assertThat(used.inputs()).containsExactly(RULE.shape());
    assertThat(used.parameters().values()).isEqualTo(trained.parameters().values());
    Tensor picture = split.test().read(0, Seed.of(0)).picture();
    List<Detection> found = Detector.of(used).score(0).detect(picture);
    boolean masks = system.markings().contains(Marking.INSTANCES);
    assertThat(found).isNotEmpty().allMatch(d -> d.mask().isPresent() == masks);
  }

  /** Crowded pictures of which a fixed number of objects is found: as many as there are, to 200. */
  @Test
  void asManyObjectsAreFoundAsThereAre() {
    VisionSystem system = Systems.find("mask-rcnn-small");
    Plan plan = Plan.of(List.of("cell"), RULE).width(0.125);
    for (int[] each : new int[][] {{9, 50}, {120, 120}, {2000, 200}}) {
      Setup setup = system.setUp(plan.objects(each[0]));
      Model used = setup.used(setup.model(Seed.of(1), Engine.ofThreads(1)));
      assertThat(used.outputs()).containsExactly(Shape.of(each[1], 6), Shape.of(each[1], 28, 28));
    }
  }

  @Test
  void samplesWithoutMasksAreRefused() {
    VisionSystem system = Systems.find("mask-rcnn-small");
    Dataset boxes = Shapes.load(LabelOptions.of(RULE, Marking.BOXES)).train();
    Setup setup = setup(system, shapes(system));
    assertThatThrownBy(() -> setup.targets(boxes).read(0, Seed.of(0)))
        .isInstanceOf(FoveaException.class)
        .hasMessage("two stages: samples have no instances");
  }
}
