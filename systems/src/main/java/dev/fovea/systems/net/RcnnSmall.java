package dev.fovea.systems.net;

import dev.fovea.data.Task;
import dev.fovea.systems.box.ClassDetections;
import dev.fovea.systems.box.Sampler;
import dev.fovea.tensor.Shape;
import dev.fovea.zoo.Recipe;
import dev.fovea.zoo.Scale;

/**
 * A small R-CNN: each of the regions that selective search has found, a square of 32×32, goes
 * through the whole network by itself. That takes long, and it learns in three steps: classes, then
 * machines, then boxes; Fast R-CNN came of it.
 */
final class RcnnSmall implements VisionSystem {
  private static final int SIDE = 32;
  private static final int DETECTIONS = 100;
  private static final double OVERLAP = 0.3;
  private static final Sampler REGIONS = new Sampler(32, 0.4);
  private static final Profile PROFILE =
      new Profile(
          "r-cnn-small",
          "R-CNN, for small sets",
          2014,
          "Girshick, Donahue, Darrell, Malik: Rich Feature Hierarchies for Accurate Object Detection"
              + " and Semantic Segmentation",
          Task.BOXES,
          Shape.of(128, 128, 3),
          recipe());

  /** Returns how networks of single regions are trained. */
  static Recipe recipe() {
    Recipe two = SmallTwoStage.recipe();
    return new Recipe(
        two.optimizer(),
        two.learningRate(),
        two.schedule(),
        10,
        two.batch(),
        two.weightDecay(),
        two.clipNorm(),
        two.augment());
  }

  @Override
  public Profile profile() {
    return PROFILE;
  }

  @Override
  public Setup setUp(Plan plan) {
    Scale scale = new Scale(plan.classes().size(), plan.width());
    RcnnNetwork network =
        RcnnNetwork.of(
            SearchStage.small(plan),
            SmallTwoStage.backbone(scale),
            SIDE,
            REGIONS,
            new ClassDetections(0.01, OVERLAP, DETECTIONS, 1),
            plan);
    return new RegionNetworkSetup(name(), plan, network, OVERLAP);
  }
}
