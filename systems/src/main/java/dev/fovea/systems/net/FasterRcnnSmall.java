package dev.fovea.systems.net;

import dev.fovea.data.Task;
import dev.fovea.systems.label.LabelledData;
import dev.fovea.tensor.Shape;

/**
 * A small Faster R-CNN: one map of stride 8, whose regions are proposed by a network of its own and
 * read by RoIAlign.
 */
final class FasterRcnnSmall implements VisionSystem {
  private static final int DETECTIONS = 100;
  private static final Profile PROFILE =
      new Profile(
          "faster-rcnn-small",
          "Faster R-CNN, for small sets",
          2015,
          "Ren, He, Girshick, Sun: Faster R-CNN: Towards Real-Time Object Detection with Region"
              + " Proposal Networks",
          Task.BOXES,
          Shape.of(128, 128, 3),
          SmallTwoStage.recipe());

  @Override
  public Profile profile() {
    return PROFILE;
  }

  @Override
  public Plan fitted(Plan plan, LabelledData samples) {
    return SmallTwoStage.fitted(plan, samples);
  }

  @Override
  public Setup setUp(Plan plan) {
    return SmallTwoStage.setUp(name(), plan, SmallTwoStage.first(name(), plan), DETECTIONS);
  }
}
