package dev.fovea.systems.net;

import static dev.fovea.nn.Layers.dense;
import static dev.fovea.nn.Layers.dropout;
import static dev.fovea.nn.Layers.flatten;
import static dev.fovea.nn.Layers.relu;
import static dev.fovea.nn.Layers.sequence;

import dev.fovea.data.Task;
import dev.fovea.nn.Initializer;
import dev.fovea.nn.Layer;
import dev.fovea.systems.label.LabelledData;
import dev.fovea.systems.label.SceneCast;
import dev.fovea.systems.label.Skeleton;
import dev.fovea.systems.pose.CoordinateDecoder;
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
 * DeepPose's first stage on a small residual network: dense layers tell the coordinates of all
 * points at once.
 */
final class DeepPose implements VisionSystem {
  private static final int HIDDEN = 256;
  private static final Profile PROFILE =
      new Profile(
          "deeppose",
          "DeepPose, for small pictures",
          2014,
          "Toshev, Szegedy: DeepPose: Human Pose Estimation via Deep Neural Networks",
          Task.KEY_POINTS,
          Shape.of(128, 128, 3),
          new Recipe(
              "adamw",
              2e-3,
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
    Skeleton skeleton = PosePlan.skeleton(plan, name());
    int kinds = skeleton.joints().size();
    Size input = PosePlan.input(plan, name(), PoseLayers.TRUNK_STRIDE);
    Layer network = network(new Scale(1, plan.width()), kinds);
    return new PoseSetup(
        name(),
        plan,
        in -> List.of(network.apply(in.get(0))),
        PoseTargets.coordinates(kinds, input),
        Objective.of(new WeightedSquares(Weights.CHANNELS)),
        new PoseRule(CoordinateDecoder.deepPose(kinds), skeleton, 0, 0),
        PoseSetup.Figures::one);
  }

  private static Layer network(Scale scale, int kinds) {
    return sequence(
        PoseLayers.stem(scale).named("stride4"),
        PoseLayers.middle(scale).named("stride8"),
        PoseLayers.deep(scale).named("stride16"),
        PoseLayers.block(scale.channels(64), 1, 1).named("narrow"),
        flatten(),
        dense(scale.channels(HIDDEN)).named("hidden"),
        relu(),
        dropout(0.2),
        dense(2 * kinds).init(Initializer.normal(0.01)).named("coordinates"));
  }
}
