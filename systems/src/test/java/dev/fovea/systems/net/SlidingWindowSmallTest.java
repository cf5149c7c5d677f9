package dev.fovea.systems.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.fovea.data.Preprocessing;
import dev.fovea.engine.Engine;
import dev.fovea.nn.Model;
import dev.fovea.systems.Detection;
import dev.fovea.systems.box.BoxArray;
import dev.fovea.systems.detect.Detector;
import dev.fovea.systems.label.LabelOptions;
import dev.fovea.systems.label.Marking;
import dev.fovea.systems.label.Shapes;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import dev.fovea.train.BatchStatistics;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Windows everywhere, in one pass and one by one. */
final class SlidingWindowSmallTest {
  private static final Preprocessing RULE =
      Preprocessing.scaled(Shape.of(48, 64, 3))
          .withMeanAndStd(List.of(.5f, .5f, .5f), List.of(.25f, .25f, .25f));

  private static Setup setup(String way) {
    Plan plan = Plan.of(List.of("a", "b"), RULE).width(0.125).with("windows", way);
    return Systems.find("sliding-window-small").setUp(plan);
  }

  /** The same classifier gives the same boxes and scores both ways. */
  @Test
  void onePassFindsWhatEachWindowTells() {
    Model trained = setup("pass").model(Seed.of(4), Engine.ofThreads(2));
    // Larger weights tell classes apart.
    String last = "window.10.weight";
    Tensor weights = trained.parameters().tensor(last);
    for (int i = 0; i < weights.data().length; i++) {
      weights.data()[i] *= 10;
    }
    trained.parameters().set(last, weights);
    Tensor picture =
        Shapes.load(LabelOptions.of(RULE, Marking.BOXES)).test().read(1, Seed.of(0)).picture();
    List<Detection> pass = Detector.of(setup("pass").used(trained)).score(0).detect(picture);
    Model one =
        setup("each")
            .used(
                trained.withMetadata(
                    setup("each").model(Seed.of(0), Engine.ofThreads(1)).metadata()));
    List<Detection> each = Detector.of(one).score(0).detect(picture);
    assertThat(pass).hasSizeGreaterThan(10).hasSameSizeAs(each);
    assertThat(pass.get(0).score()).isGreaterThan(pass.getLast().score() + 0.01);
    for (int i = 0; i < pass.size(); i++) {
      assertThat(pass.get(i).score()).isCloseTo(each.get(i).score(), within(1e-5));
    }
  }

  @Test
  void windowsCoverThePicture() {
    Windows windows = new Windows(48, 64, List.of(12.0, 24.0, 96.0), 48, 8);
    BoxArray boxes = windows.boxes();
    // 192 × 256 pixels: 19 · 27 windows; 96 × 128: 7 · 11; 24 × 32: 1
    assertThat(boxes.size()).isEqualTo(19 * 27 + 7 * 11 + 1);
    assertThat(boxes.pick(0, 1, 27, 19 * 27, 19 * 27 + 77))
        .isEqualTo(
            BoxArray.of(0, 0, 12, 12, 2, 0, 14, 12, 0, 2, 12, 14, 0, 0, 24, 24, 0, 0, 96, 96));
    int last = 19 * 27 - 1;
    assertThat(boxes.right(last)).isEqualTo(64);
    assertThat(boxes.bottom(last)).isEqualTo(48);
  }

  /** 64 windows of a picture, or 32 regions, are learned: those of two pictures are enough. */
  @Test
  void batchNormsTakeTheMeanOfWindows() {
    Model model = setup("pass").model(Seed.of(4), Engine.ofThreads(1));
    assertThat(BatchStatistics.layersWithFewSamples(model, 2)).isEmpty();
    Model regions =
        Systems.find("r-cnn-small")
            .setUp(Plan.of(List.of("a", "b"), RULE).width(0.125).objects(3))
            .model(Seed.of(4), Engine.ofThreads(1));
    assertThat(BatchStatistics.layersWithFewSamples(regions, 2)).isEmpty();
    Plan plan =
        Plan.of(List.of("a", "b"), RULE).width(0.125).with("anchors", "6x6,12x12;20x20,30x30");
    Model whole = Systems.find("yolo-tiny").setUp(plan).model(Seed.of(4), Engine.ofThreads(1));
    assertThat(BatchStatistics.layersWithFewSamples(whole, 2)).contains("fine.0.1");
  }

  @Test
  void otherWaysAreRefused() {
    assertThatThrownBy(() -> setup("some"))
        .isInstanceOf(FoveaException.class)
        .hasMessage("sliding-window-small: windows \"some\": each or pass expected");
  }
}
