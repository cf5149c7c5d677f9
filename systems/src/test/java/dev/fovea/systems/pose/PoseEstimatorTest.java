package dev.fovea.systems.pose;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.fovea.data.Box;
import dev.fovea.data.KeyPoint;
import dev.fovea.data.Preprocessing;
import dev.fovea.nn.Initializer;
import dev.fovea.nn.Layer;
import dev.fovea.nn.Layers;
import dev.fovea.nn.Model;
import dev.fovea.systems.Pose;
import dev.fovea.systems.label.Skeleton;
import dev.fovea.systems.pose.HeatMapDecoder.Refinement;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import dev.fovea.vision.InputRule;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Poses in parts of pictures, and the mean with those of mirror images. */
final class PoseEstimatorTest {
  private static final Skeleton SIDES =
      Skeleton.of(List.of("left_hand", "right_hand", "head"), List.of());

  private static Model described(Layer layer, int side, PoseRule rule) {
    Shape input = Shape.of(side, side, 3);
    Map<String, String> texts = new LinkedHashMap<>();
    new InputRule(Preprocessing.scaled(input), false).put(texts);
    texts.put(PoseRule.KEY, rule.toText());
    texts.put("labels", "person");
    return Model.build(layer, input, Seed.of(1)).withMetadata(texts);
  }

  /**
   * A network whose maps are the picture's colours: each point is where its colour is brightest.
   */
  private static PoseEstimator ofColours(int side, Skeleton skeleton) {
    Initializer identity =
        (shape, values, offset, rng) -> {
          for (int i = 0; i < 9; i++) {
            values[offset + i] = i % 4 == 0 ? 1 : 0;
          }
        };
    PoseRule rule = new PoseRule(new HeatMapDecoder(0, 3, Refinement.NONE), skeleton, 0, 0.2);
    return PoseEstimator.of(described(Layers.conv2d(3, 1).init(identity), side, rule));
  }

  private static void light(Tensor picture, int x, int y, int channel) {
    picture.data()[(y * picture.shape().dim(1) + x) * 3 + channel] = 255;
  }

  private static List<Double> place(KeyPoint p) {
    return List.of(p.x(), p.y());
  }

  @Test
  void partsOfPicturesAreMappedBack() {
    Tensor picture = Tensor.zeros(Shape.of(40, 60, 3));
    light(picture, 12, 7, 0);
    light(picture, 14, 20, 1);
    light(picture, 50, 30, 2);
    PoseEstimator estimator = ofColours(20, SIDES);
    // Of 16×16 pixels times 1.25 a part of the size of the input is seen as it is.
    List<Pose> poses =
        estimator.estimate(picture, List.of(new Box(5, 6, 21, 22, 0), new Box(45, 25, 61, 41, 0)));
    assertThat(poses).hasSize(2);
    assertThat(place(poses.get(0).points().get(0))).containsExactly(12.5, 7.5);
    assertThat(place(poses.get(0).points().get(1))).containsExactly(14.5, 20.5);
    assertThat(poses.get(0).found()).hasSize(2);
    // The second part reaches beyond the picture.
    assertThat(poses.get(1).found()).hasSize(1);
    assertThat(place(poses.get(1).points().get(2))).containsExactly(50.5, 30.5);
    assertThat(poses.get(1).points().get(0).x()).isZero();
    assertThat(estimator.estimate(picture, List.of())).isEmpty();
  }

  /** A part has the proportions of the input, however long the box is. */
  @Test
  void partsKeepProportions() {
    assertThat(Crop.around(new Box(10, 10, 20, 50, 0), 1.5, 1)).isEqualTo(new Crop(-15, 0, 60, 60));
    assertThat(Crop.around(new Box(10, 10, 20, 50, 0), 1, 2)).isEqualTo(new Crop(-25, 10, 80, 40));
    Box huge = new Box(-1e6, -1e6, 1e6, 1e6, 0);
    assertThatThrownBy(() -> Crop.around(huge, 1, 1)).hasMessageEndingWith("too large to look at");
  }

  @Test
  void coordinatesAreSharesOfTheInput() {
    CoordinateDecoder decoder = CoordinateDecoder.deepPose(3);
    Layer middle = Layers.sequence(Layers.flatten(), Layers.dense(6).init(Initializer.zeros()));
    PoseEstimator estimator =
        PoseEstimator.of(described(middle, 16, new PoseRule(decoder, SIDES, 0, 0, 1)));
    List<Pose> poses =
        estimator.estimate(Tensor.zeros(Shape.of(30, 30, 3)), List.of(new Box(4, 8, 14, 28, 0)));
    poses.get(0).points().forEach(p -> assertThat(place(p)).containsExactly(9.0, 18.0));
  }

  /**
   * The colours of hands are seen as they are in the picture, and exchanged in its mirror image.
   */
  @Test
  void mirrorImagesAreAveraged() {
    Tensor picture = Tensor.zeros(Shape.of(20, 20, 3));
    light(picture, 3, 5, 0);
    light(picture, 14, 8, 1);
    light(picture, 9, 2, 2);
    Pose pose = ofColours(20, SIDES).flipped().estimate(picture).get(0);
    // Half of either hand's map shows the other; of equals the first row wins.
    assertThat(place(pose.points().get(0))).containsExactly(3.5, 5.5);
    assertThat(place(pose.points().get(1))).containsExactly(3.5, 5.5);
    assertThat(place(pose.points().get(2))).containsExactly(9.5, 2.5);
    assertThat(pose.scores().get(0)).isCloseTo(0.5, within(1e-6));
    assertThat(pose.scores().get(2)).isCloseTo(1, within(1e-6));
  }

  @Test
  void skeletonsWithoutSidesAreRefused() {
    PoseEstimator estimator = ofColours(20, Skeleton.of(List.of("a", "b", "c"), List.of()));
    assertThatThrownBy(estimator::flipped)
        .hasMessage(
            "flip test: the skeleton does not say which of its 3 joints change sides in a mirror"
                + " image; names with left and right do");
  }
}
