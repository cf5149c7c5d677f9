package dev.fovea.systems.net;

import dev.fovea.data.Task;
import dev.fovea.systems.region.RegionPool;
import dev.fovea.tensor.Shape;

/**
 * A small Fast R-CNN: the picture goes through the network once, and RoIPool reads the regions that
 * selective search has found of its map, which has a stride of 8. All of it but the search learns
 * together.
 */
final class FastRcnnSmall implements VisionSystem {
  private static final int DETECTIONS = 100;
  private static final Profile PROFILE =
      new Profile(
          "fast-rcnn-small",
          "Fast R-CNN, for small sets",
          2015,
          "Girshick: Fast R-CNN",
          Task.BOXES,
          Shape.of(128, 128, 3),
          SmallTwoStage.recipe());

  @Override
  public Profile profile() {
    return PROFILE;
  }

  @Override
  public Setup setUp(Plan plan) {
    RegionPool pool = new RegionPool(SmallTwoStage.BINS, SmallTwoStage.BINS, SmallTwoStage.STRIDE);
    return SmallTwoStage.setUp(
        name(),
        plan,
        SearchStage.small(plan),
        (regions, maps) -> pool.apply(regions, maps.get(0)),
        DETECTIONS);
  }
}
