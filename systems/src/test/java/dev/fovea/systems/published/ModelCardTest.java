package dev.fovea.systems.published;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.fovea.data.Preprocessing.Resize;
import dev.fovea.data.Task;
import dev.fovea.nn.Initializer;
import dev.fovea.nn.Layers;
import dev.fovea.nn.Model;
import dev.fovea.systems.Detection;
import dev.fovea.systems.box.BoxArray;
import dev.fovea.systems.detect.Detector;
import dev.fovea.systems.label.Skeleton;
import dev.fovea.systems.label.Skeleton.Bone;
import dev.fovea.systems.pose.PoseEstimator;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import dev.fovea.vision.InputRule;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ModelCardTest {
  /** Cells of 8, 16 and 32 pixels of an input of 32×32: 16 + 4 + 1. */
  private static Model yolox(int classes) {
    return Model.build(
        Layers.sequence(
            Layers.flatten(), Layers.dense(21 * (5 + classes)), Layers.reshape(21, 5 + classes)),
        Shape.of(32, 32, 3),
        Seed.of(1));
  }

  private static Model described(String name, Model model, List<String> labels) {
    ModelCard card = ModelCards.find(name);
    return card.describe(model, card.rule(model.inputs().get(0)), labels);
  }

  @Test
  void aDescribedModelNeedsNothingElse() {
    Model model = described("yolox", yolox(2), List.of("cat", "dog"));
    assertThat(model.output(0).task()).isEqualTo(Task.BOXES);
    Detector detector = Detector.of(model);
    assertThat(detector.labels()).containsExactly("cat", "dog");
    assertThat(detector.rule().score()).isEqualTo(0.3);
    InputRule rule = InputRule.of(model.metadata(), "model").orElseThrow();
    assertThat(rule.bgr()).isTrue();
    assertThat(rule.preprocessing().resize()).isEqualTo(Resize.CORNER);
    assertThat(rule.preprocessing().scale()).isEqualTo(1);
  }

  @Test
  void usualNamesAreTakenWhereThereAreAsMany() {
    assertThat(described("yolox", yolox(80), List.of()).labels()).startsWith("person").hasSize(80);
    assertThat(described("yolox", yolox(3), List.of()).labels()).isEmpty();
    assertThatThrownBy(() -> described("yolox", yolox(3), List.of("cat", "dog")))
        .hasMessage("yolox: 2 labels, the network has 3 classes");
  }

  @Test
  void aNameOfTheBackgroundIsLeftOut() {
    List<String> names = List.of("???", "cat", "dog");
    assertThat(described("yolox", yolox(2), names).labels()).containsExactly("cat", "dog");
  }

  @Test
  void classesOfPixelsHaveNames() {
    Model net = Model.build(Layers.conv2d(2, 1), Shape.of(4, 4, 3), Seed.of(1));
    Model model = described("portrait-sinet", net, List.of());
    assertThat(model.labels()).containsExactly("background", "person");
    assertThat(model.output(0).task()).isEqualTo(Task.MASK);
    // ((x − mean) / std) / 255 of a published example, for blue.
    float blue =
        InputRule.of(model.metadata(), "m").orElseThrow().preprocessing().normalize(200, 0);
    assertThat((double) blue).isCloseTo((200 - 102.890434) / 62.93292 / 255, within(1e-7));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "yolox",
        "ssd-mobilenet",
        "ultraface",
        "super-resolution",
        "yolo",
        "faceapi-detector",
        "faceapi-landmarks",
        "openpose",
        "cpm-pose",
        "blazepose"
      })
  void networksOfAnotherKindAreRefused(String name) {
    Model net = Model.build(Layers.conv2d(2, 3), Shape.of(4, 4, 3), Seed.of(1));
    assertThatThrownBy(() -> described(name, net, List.of())).hasMessageContaining("expected");
  }

  @Test
  void picturesOfOtherChannelsAreRefused() {
    assertThatThrownBy(() -> ModelCards.find("portrait-sinet").rule(Shape.of(4, 4, 1)))
        .hasMessage("portrait-sinet: takes pictures of 3 channels, the network takes [N,4,4,1]");
    assertThatThrownBy(() -> ModelCards.find("yolx"))
        .hasMessageStartingWith("published network \"yolx\" is not known");
  }

  /**
   * Rows of the file of anchors that goes with the network, [y, x, height, width] as shares: the
   * first five, some in the middle and the last.
   */
  @ParameterizedTest
  @CsvSource({
    "0, 0.025812, 0.025812, 0.096796, 0.096796",
    "1, 0.025812, 0.025812, 0.141967, 0.283935",
    "2, 0.025812, 0.025812, 0.283935, 0.141967",
    "3, 0.025812, 0.077437, 0.096796, 0.096796",
    "1911, 0.496886, 0.496886, 0.948600, 0.948600",
    "1915, 0.496886, 0.496886, 1.645530, 0.548510",
    "1916, 0.496886, 0.496886, 0.974412, 0.974412"
  })
  void anchorsAreThoseOfTheFile(int row, double y, double x, double height, double width) {
    BoxArray boxes = BoxAnswer.ssdBoxes();
    assertThat(boxes.size()).isEqualTo(1917);
    assertThat(boxes.centreY(row) / 300).isCloseTo(y, within(2e-6));
    assertThat(boxes.centreX(row) / 300).isCloseTo(x, within(2e-6));
    assertThat(boxes.height(row) / 300).isCloseTo(height, within(2e-6));
    assertThat(boxes.width(row) / 300).isCloseTo(width, within(2e-6));
  }

  /** In a mirror image of a mirror image every point is itself, and lines are lines. */
  @Test
  void skeletonsHaveSides() {
    for (Skeleton s :
        List.of(Skeletons.OPENPOSE, Skeletons.AI_CHALLENGER, Skeletons.BLAZEPOSE, Skeletons.FACE)) {
      List<Integer> other = s.mirrored();
      for (int k = 0; k < s.joints().size(); k++) {
        assertThat(other.get(other.get(k))).isEqualTo(k);
      }
      for (Bone b : s.bones()) {
        Bone mirrored = new Bone(other.get(b.from()), other.get(b.to()));
        Bone back = new Bone(mirrored.to(), mirrored.from());
        assertThat(s.bones()).as("%s", b).containsAnyOf(mirrored, back);
      }
    }
    assertThat(Skeletons.FACE.joints()).hasSize(68);
    assertThat(Skeletons.FACE.joints().get(8)).isEqualTo("jaw_9");
    assertThat(Skeletons.FACE.joints().get(48)).isEqualTo("lips_1");
  }

  @Test
  void persons() {
    Model maps = Model.build(Layers.conv2d(57, 3), Shape.of(8, 10, 3), Seed.of(1));
    Model model = described("openpose", maps, List.of());
    assertThat(model.labels()).containsExactly("person");
    assertThat(model.output(0).task()).isEqualTo(Task.KEY_POINTS);
    InputRule rule = InputRule.of(model.metadata(), "model").orElseThrow();
    assertThat(rule.preprocessing().fill()).isZero();
    assertThat(PoseEstimator.of(model).estimate(Tensor.zeros(Shape.of(9, 9, 3)))).isEmpty();
  }

  /** The face detector's middle anchor at the middle cell: 4.27 × 5.18 cells of 32 pixels. */
  @Test
  void facesWithoutClasses() {
    Model net =
        Model.build(
            Layers.sequence(
                Layers.conv2d(25, 32)
                    .stride(32)
                    .init(Initializer.zeros())
                    .initBias(Initializer.zeros())),
            Shape.of(416, 416, 3),
            Seed.of(1));
    Detector detector = Detector.of(described("faceapi-detector", net, List.of())).score(0.5);
    List<Detection> found = detector.overlap(1).detect(Tensor.zeros(Shape.of(416, 416, 3)));
    assertThat(found).hasSize(5 * 13 * 13);
    assertThat(found)
        .anySatisfy(d -> {
          assertThat(d.label()).isEqualTo("face");
          assertThat(d.box().left()).isCloseTo(208 - 2.1334525 * 32, within(1e-3));
          assertThat(d.box().bottom()).isCloseTo(208 + 2.5894285 * 32, within(1e-3));
        });
  }

  @Test
  void aCascadeIsOfThreeNetworks() {
    Model one = Model.build(Layers.conv2d(2, 3), Shape.of(24, 24, 3), Seed.of(1));
    assertThatThrownBy(() -> new Mtcnn(one, one, one))
        .hasMessage("mtcnn: the first network takes [[24,24,3]], [138, 138, 3] expected");
  }

  @Test
  void darknetTellsItself() {
    assertThat(ModelCards.of(Map.of("yolo", "{}")).orElseThrow().name()).isEqualTo("yolo");
    assertThat(ModelCards.of(Map.of("yolo", "{}", "detector", "{}"))).isEmpty();
    assertThat(ModelCards.of(Map.of())).isEmpty();
  }
}
