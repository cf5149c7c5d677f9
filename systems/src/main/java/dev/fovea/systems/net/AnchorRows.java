package dev.fovea.systems.net;

import dev.fovea.nn.Layer;
import dev.fovea.systems.box.BoxCode;
import dev.fovea.systems.box.Matcher;
import dev.fovea.systems.detect.AnchorDecoder;
import dev.fovea.systems.detect.AnchorLoss;
import dev.fovea.systems.detect.AnchorTargets;
import dev.fovea.systems.detect.DetectionRule;
import dev.fovea.systems.detect.GridAnchors;

/**
 * What SSD and RetinaNet have in common: rows of a box's code and of classes for each anchor.
 *
 * @param name the name of the system
 * @param code how boxes are told beside anchors
 * @param matcher which anchor learns which object
 * @param classes how classes are learned
 * @param score how sure the network must be where nothing else is asked for
 * @param overlap the IoU above which the less sure of two boxes of a class goes
 */
record AnchorRows(
    String name,
    BoxCode code,
    Matcher matcher,
    AnchorLoss.Classes classes,
    double score,
    double overlap) {
  private static final int DETECTIONS = 100;

  /** Returns how many numbers a row has for some classes. */
  int numbers(Plan plan) {
    return 4 + plan.classes().size() + (hasBackground() ? 1 : 0);
  }

  private boolean hasBackground() {
    return classes instanceof AnchorLoss.HardNegatives;
  }

  /** Returns the system of anchors and a network that answers with their rows. */
  Setup setUp(Plan plan, GridAnchors anchors, Layer network) {
    int count = plan.classes().size();
    AnchorTargets targets = new AnchorTargets(anchors.boxes(), code, matcher);
    return new RowSetup(
        name,
        plan,
        network,
        targets.shape(),
        targets::of,
        new AnchorLoss(targets, classes, plan.objects()),
        new DetectionRule(
            new AnchorDecoder(anchors, code, count, hasBackground()), score, overlap, DETECTIONS));
  }
}
