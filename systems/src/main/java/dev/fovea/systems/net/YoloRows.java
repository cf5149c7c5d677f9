package dev.fovea.systems.net;

import dev.fovea.nn.Layer;
import dev.fovea.systems.detect.DetectionRule;
import dev.fovea.systems.detect.GridAnchors;
import dev.fovea.systems.detect.YoloDecoder;
import dev.fovea.systems.detect.YoloLoss;
import dev.fovea.systems.detect.YoloTargets;
import dev.fovea.systems.label.LabelledData;
import dev.fovea.tensor.FoveaException;
import java.util.List;

/**
 * What YOLO's systems since the third version have in common: anchors that fit the data, and how
 * rows are learned and read.
 *
 * @param name the name of the system
 * @param anchors how many anchors there are over all maps
 * @param strides how many pixels a cell of each map is wide and high, the finest first
 * @param stretch by how many cells the middle of a box may move
 * @param threshold the IoU by size above which an anchor learns an object beside the best one
 * @param ignored the IoU above which a row that learns no object is left alone
 * @param boxes how boxes are compared
 */
record YoloRows(
    String name,
    int anchors,
    List<Integer> strides,
    double stretch,
    double threshold,
    double ignored,
    YoloLoss.Boxes boxes) {
  private static final double SCORE = 0.5;
  private static final double OVERLAP = 0.45;
  private static final int DETECTIONS = 100;

  /** Builds the network for the number of anchors of each map and the numbers of a row. */
  @FunctionalInterface
  interface Builder {
    Layer of(List<Integer> anchors, int numbers);
  }

  /** Returns a plan with anchors that fit the boxes of samples, if it has none. */
  Plan fitted(Plan plan, LabelledData samples) {
    return AnchorSizes.fittedUnlessNamed(plan, samples, anchors);
  }

  /** Returns the system for a plan whose anchors are said. */
  Setup setUp(Plan plan, Builder builder) {
    String text =
        plan.text(AnchorSizes.KEY)
            .orElseThrow(() ->
                new FoveaException(
                    name + ": no anchors are said; fit the plan to samples, or give them"));
    int classes = plan.classes().size();
    GridAnchors grid = new AnchorSizes(name, strides).of(plan, text);
    List<Integer> each = grid.maps().stream().map(m -> m.sizes().size()).toList();
    YoloTargets targets = new YoloTargets(grid, classes, threshold);
    return new RowSetup(
        name,
        plan,
        builder.of(each, targets.shape().dim(1)),
        targets.shape(),
        targets::of,
        new YoloLoss(targets, stretch, ignored, boxes, plan.objects()),
        new DetectionRule(new YoloDecoder(grid, classes, stretch), SCORE, OVERLAP, DETECTIONS));
  }
}
