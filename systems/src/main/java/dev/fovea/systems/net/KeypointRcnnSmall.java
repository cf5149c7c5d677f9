package dev.fovea.systems.net;

import dev.fovea.systems.detect.RegionDecoder;
import dev.fovea.systems.label.LabelledData;
import dev.fovea.systems.label.SceneCast;
import dev.fovea.systems.label.Skeleton;
import dev.fovea.systems.pose.RegionPointTargets;
import dev.fovea.systems.region.RegionPoints;
import dev.fovea.zoo.Scale;
import java.util.List;
import java.util.Map;

/**
 * A small Keypoint R-CNN: two stages over a feature pyramid that find objects of all classes and
 * the key points of those that have them.
 */
final class KeypointRcnnSmall implements VisionSystem {
  private static final int SIZE = 56;
  private static final int REGIONS = 12;
  private static final int CONVOLUTIONS = 3;
  private static final int CHANNELS = 64;
  private static final Profile PROFILE =
      SmallPyramid.profile(
          "keypoint-rcnn-small",
          "Keypoint R-CNN, for small sets",
          2017,
          "He, Gkioxari, Dollár, Girshick: Mask R-CNN",
          SmallPyramid.RECIPE);

  @Override
  public Profile profile() {
    return PROFILE;
  }

  @Override
  public SceneCast scenes() {
    return SceneCast.figures(1, 3);
  }

  @Override
  public Plan fitted(Plan plan, LabelledData samples) {
    return SmallPyramid.fitted(PosePlan.fittedToAll(plan, name(), samples), samples);
  }

  @Override
  public Setup setUp(Plan plan) {
    Scale scale = new Scale(plan.classes().size(), plan.width());
    Skeleton skeleton = PosePlan.skeleton(plan, name());
    PointHead points =
        new PointHead(
            SmallPyramid.details(SIZE / PointHead.TIMES),
            CONVOLUTIONS,
            scale.channels(CHANNELS),
            new RegionPointTargets(REGIONS, new RegionPoints(SIZE), skeleton.joints().size()),
            SmallPyramid.detections(plan),
            plan.objects());
    RegionDecoder decoder = new RegionDecoder(false, skeleton, PosePlan.posed(plan, name()));
    return SmallPyramid.setUp(name(), plan, List.of(points), decoder, Map.of());
  }
}
