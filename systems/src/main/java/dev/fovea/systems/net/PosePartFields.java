package dev.fovea.systems.net;

import static dev.fovea.nn.Layers.sequence;

import dev.fovea.data.Task;
import dev.fovea.nn.Layer;
import dev.fovea.nn.Network;
import dev.fovea.nn.Signal;
import dev.fovea.systems.label.LabelledData;
import dev.fovea.systems.label.SceneCast;
import dev.fovea.systems.label.Skeleton;
import dev.fovea.systems.pose.ConfidenceMaps;
import dev.fovea.systems.pose.Limbs;
import dev.fovea.systems.pose.PartDecoder;
import dev.fovea.systems.pose.PartFields;
import dev.fovea.systems.pose.PoseRule;
import dev.fovea.systems.pose.PoseTargets;
import dev.fovea.systems.pose.WeightedSquares;
import dev.fovea.systems.pose.WeightedSquares.Weights;
import dev.fovea.tensor.Shape;
import dev.fovea.train.Objective;
import dev.fovea.vision.Placement.Size;
import dev.fovea.zoo.Recipe;
import dev.fovea.zoo.Scale;
import java.util.ArrayList;
import java.util.List;

/**
 * OpenPose for small pictures: confidence maps of joints and part affinity fields of limbs at
 * stride 2, in two stages, of which the second sees what the first answers. Features come down to
 * stride 16 and back, so that they see whole persons, and small ones, too, have several cells.
 */
final class PosePartFields implements VisionSystem {
  private static final int MAP_STRIDE = 2;
  private static final double SIGMA = 1.4;
  private static final double THICKNESS = 1.5;

  /** How much more cells with joints count: without it four epochs teach next to nothing. */
  private static final double EMPHASIS = 10;

  /** How far peaks of a kind are apart at least, in pixels of the input. */
  private static final double PEAK_DISTANCE = 4;

  private static final double SCORE = 0.2;
  private static final double POINT = 0.1;
  private static final Profile PROFILE =
      new Profile(
          "pose-paf",
          "OpenPose, for small pictures",
          2017,
          "Cao, Simon, Wei, Sheikh: Realtime Multi-Person 2D Pose Estimation using Part Affinity"
              + " Fields",
          Task.KEY_POINTS,
          Shape.of(128, 128, 3),
          new Recipe(
              "adamw",
              3e-3,
              "one-cycle",
              60,
              8,
              1e-3,
              10,
              "flip,rotate:10,scale:0.2,shift:0.08,brightness:0.2,contrast:0.2"));

  @Override
  public Profile profile() {
    return PROFILE;
  }

  @Override
  public SceneCast scenes() {
    return SceneCast.figures(2, 4);
  }

  @Override
  public Plan fitted(Plan plan, LabelledData samples) {
    return PosePlan.fitted(plan, name(), samples);
  }

  @Override
  public Setup setUp(Plan plan) {
    Skeleton skeleton = PosePlan.skeleton(plan, name());
    Limbs limbs = Limbs.of(skeleton);
    int kinds = skeleton.joints().size();
    Size input = PosePlan.input(plan, name(), PoseLayers.TRUNK_STRIDE);
    int height = input.height() / MAP_STRIDE;
    int width = input.width() / MAP_STRIDE;
    WeightedSquares loss = new WeightedSquares(Weights.CELLS);
    return new PoseSetup(
        name(),
        plan,
        network(new Scale(1, plan.width()), kinds + 1 + 2 * limbs.bones().size()),
        PoseTargets.parts(
            new ConfidenceMaps(height, width, kinds, SIGMA),
            new PartFields(height, width, THICKNESS, limbs),
            input,
            EMPHASIS),
        Objective.of(Objective.head(0, 0, loss), Objective.head(1, 0, loss)),
        new PoseRule(PartDecoder.of(skeleton, MAP_STRIDE, PEAK_DISTANCE), skeleton, SCORE, POINT),
        PoseSetup.Figures::several);
  }

  private static Network network(Scale scale, int maps) {
    Layer half = PoseLayers.half(scale).named("stride2");
    Layer quarter = PoseLayers.quarter(scale).named("stride4");
    Layer middle = PoseLayers.middle(scale).named("stride8");
    Layer deep = PoseLayers.deep(scale).named("stride16");
    Layer up8 = PoseLayers.doubled(scale.channels(64)).named("up8");
    Layer up4 = PoseLayers.doubled(scale.channels(64)).named("up4");
    Layer joined = PoseLayers.block(scale.channels(64), 3, 1).named("joined");
    Layer up2 = PoseLayers.doubled(scale.channels(48)).named("up2");
    Layer features = PoseLayers.block(scale.channels(48), 3, 1).named("features");
    Layer first = PoseLayers.maps(maps).named("stage1");
    Layer second =
        sequence(
                PoseLayers.block(scale.channels(48), 1, 1),
                PoseLayers.block(scale.channels(48), 3, 1),
                PoseLayers.maps(maps))
            .named("stage2");
    return in -> {
      Signal finest = half.apply(in.get(0));
      Signal fine = quarter.apply(finest);
      Signal coarse = middle.apply(fine);
      Signal eight = up8.apply(deep.apply(coarse)).concat(coarse);
      Signal four = joined.apply(up4.apply(eight).concat(fine));
      Signal seen = features.apply(up2.apply(four).concat(finest));
      Signal draft = first.apply(seen);
      List<Signal> all = new ArrayList<>(List.of(second.apply(seen.concat(draft))));
      // The draft is learned from, and no answer afterwards.
      if (in.get(0).trace().training()) {
        all.add(draft);
      }
      return all;
    };
  }
}
