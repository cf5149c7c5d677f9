package dev.fovea.systems.net;

import static dev.fovea.nn.Layers.sequence;

import dev.fovea.data.Task;
import dev.fovea.nn.Layer;
import dev.fovea.systems.label.LabelledData;
import dev.fovea.systems.label.SceneCast;
import dev.fovea.systems.label.Skeleton;
import dev.fovea.systems.pose.HeatMapDecoder;
import dev.fovea.systems.pose.HeatMapDecoder.Refinement;
import dev.fovea.systems.pose.HeatMaps;
import dev.fovea.systems.pose.HeatMaps.Centre;
import dev.fovea.systems.pose.PoseRule;
import dev.fovea.systems.pose.PoseTargets;
import dev.fovea.systems.pose.WeightedSquares;
import dev.fovea.systems.pose.WeightedSquares.Weights;
import dev.fovea.tensor.Shape;
import dev.fovea.train.Objective;
import dev.fovea.vision.Placement.Size;
import dev.fovea.zoo.Recipe;
import dev.fovea.zoo.Scale;
import java.util.List;

/**
 * The simple baseline of pose estimation on a small residual network: two transposed convolutions
 * lead from stride 16 to heat maps of stride 4, one for each kind of point.
 */
final class PoseHeatMap implements VisionSystem {
  private static final double SIGMA = 1.5;
  private static final double SCORE = 0.2;
  private static final double POINT = 0.15;
  private static final Profile PROFILE =
      new Profile(
          "pose-heatmap",
          "Simple baseline of pose estimation, for small pictures",
          2018,
          "Xiao, Wu, Wei: Simple Baselines for Human Pose Estimation and Tracking",
          Task.KEY_POINTS,
          Shape.of(128, 128, 3),
          new Recipe(
              "adamw",
              3e-3,
              "one-cycle",
              40,
              8,
              1e-3,
              10,
              "flip,rotate:12,scale:0.2,shift:0.08,brightness:0.2,contrast:0.2"));

  @Override
  public Profile profile() {
    return PROFILE;
  }

  @Override
  public SceneCast scenes() {
    return SceneCast.figures(1, 1);
  }

  @Override
  public Plan fitted(Plan plan, LabelledData samples) {
    return PosePlan.fitted(plan, name(), samples);
  }

  @Override
  public Setup setUp(Plan plan) {
    return setUp(plan, name(), PoseSetup.Figures::one);
  }

  /** Returns the setup of a system with this network. */
  static Setup setUp(Plan plan, String name, PoseSetup.Figures figures) {
    Skeleton skeleton = PosePlan.skeleton(plan, name);
    int kinds = skeleton.joints().size();
    Size input = PosePlan.input(plan, name, PoseLayers.TRUNK_STRIDE);
    HeatMaps maps =
        new HeatMaps(
            input.height() / PoseLayers.MAP_STRIDE,
            input.width() / PoseLayers.MAP_STRIDE,
            kinds,
            SIGMA,
            Centre.POINT);
    Layer network = network(new Scale(1, plan.width()), kinds);
    return new PoseSetup(
        name,
        plan,
        in -> List.of(network.apply(in.get(0))),
        PoseTargets.heatMaps(maps, input),
        Objective.of(new WeightedSquares(Weights.CHANNELS)),
        new PoseRule(new HeatMapDecoder(0, kinds, Refinement.DARK), skeleton, SCORE, POINT),
        figures);
  }

  private static Layer network(Scale scale, int kinds) {
    return sequence(
        PoseLayers.stem(scale).named("stride4"),
        PoseLayers.middle(scale).named("stride8"),
        PoseLayers.deep(scale).named("stride16"),
        PoseLayers.doubled(scale.channels(96)).named("up8"),
        PoseLayers.doubled(scale.channels(64)).named("up4"),
        PoseLayers.maps(kinds).named("maps"));
  }
}
