package dev.fovea.systems.net;

import dev.fovea.systems.detect.RegionDecoder;
import dev.fovea.systems.detect.RegionMasks;
import dev.fovea.systems.label.LabelledData;
import dev.fovea.systems.label.Marking;
import dev.fovea.zoo.Scale;
import java.util.List;
import java.util.Map;

/**
 * A small Mask R-CNN: two stages over a feature pyramid, with a mask of 28×28 for each object, most
 * of which is read from the map of stride 4.
 */
final class MaskRcnnSmall implements VisionSystem {
  private static final int SIZE = 28;

  /** Sampled regions with objects are the first 25 at most; so many of them learn masks. */
  private static final int REGIONS = 12;

  private static final int CONVOLUTIONS = 2;
  private static final int CHANNELS = 48;
  private static final Profile PROFILE =
      SmallPyramid.profile(
          "mask-rcnn-small",
          "Mask R-CNN, for small sets",
          2017,
          "He, Gkioxari, Dollár, Girshick: Mask R-CNN",
          SmallPyramid.RECIPE);

  @Override
  public Profile profile() {
    return PROFILE;
  }

  @Override
  public List<Marking> markings() {
    return List.of(Marking.BOXES, Marking.INSTANCES);
  }

  @Override
  public Plan fitted(Plan plan, LabelledData samples) {
    return SmallPyramid.fitted(plan, samples);
  }

  /** Returns the head for masks. */
  static MaskHead head(Plan plan) {
    Scale scale = new Scale(plan.classes().size(), plan.width());
    return new MaskHead(
        SmallPyramid.details(SIZE / 2),
        CONVOLUTIONS,
        scale.channels(CHANNELS),
        new RegionMasks(REGIONS, SIZE),
        SmallPyramid.detections(plan),
        plan);
  }

  @Override
  public Setup setUp(Plan plan) {
    return SmallPyramid.setUp(name(), plan, List.of(head(plan)), new RegionDecoder(true), Map.of());
  }
}
