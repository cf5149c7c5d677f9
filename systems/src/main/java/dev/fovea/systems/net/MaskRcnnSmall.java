package dev.fovea.systems.net;

import dev.fovea.data.Task;
import dev.fovea.systems.detect.RegionMasks;
import dev.fovea.systems.label.LabelledData;
import dev.fovea.systems.label.Marking;
import dev.fovea.tensor.Shape;
import dev.fovea.zoo.Scale;
import java.util.List;
import java.util.Optional;

/** A small Mask R-CNN: {@link FasterRcnnSmall} with a mask of 28×28 for each object. */
final class MaskRcnnSmall implements VisionSystem {
  private static final int DETECTIONS = 50;
  private static final int SIZE = 28;

  /** Sampled regions with objects are the first 25 at most; so many of them learn masks. */
  private static final int REGIONS = 16;

  private static final int CONVOLUTIONS = 2;
  private static final int CHANNELS = 64;
  private static final Profile PROFILE =
      new Profile(
          "mask-rcnn-small",
          "Mask R-CNN, for small sets",
          2017,
          "He, Gkioxari, Dollár, Girshick: Mask R-CNN",
          Task.BOXES,
          Shape.of(128, 128, 3),
          SmallTwoStage.recipe());

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
    return SmallTwoStage.fitted(plan, samples);
  }

  /** Returns the head for masks. */
  static MaskHead head(Plan plan) {
    Scale scale = new Scale(plan.classes().size(), plan.width());
    return new MaskHead(
        SmallTwoStage.reader(SIZE / 2),
        CONVOLUTIONS,
        scale.channels(CHANNELS),
        plan.classes().size(),
        new RegionMasks(REGIONS, SIZE));
  }

  @Override
  public Setup setUp(Plan plan) {
    return SmallTwoStage.setUp(
        name(), plan, SmallTwoStage.first(name(), plan), Optional.of(head(plan)), DETECTIONS);
  }
}
