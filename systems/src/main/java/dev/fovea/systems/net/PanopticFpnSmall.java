package dev.fovea.systems.net;

import dev.fovea.systems.detect.RegionDecoder;
import dev.fovea.systems.label.LabelledData;
import dev.fovea.systems.label.Marking;
import dev.fovea.systems.panoptic.PanopticRule;
import dev.fovea.zoo.Recipe;
import dev.fovea.zoo.Scale;
import java.util.List;
import java.util.Map;

/**
 * A small Panoptic FPN: {@link MaskRcnnSmall} with the classes of pixels over the same feature
 * pyramid.
 */
final class PanopticFpnSmall implements VisionSystem {

  /** Behind detections and masks. */
  private static final int OUTPUT = 2;

  /**
   * Many steps of few pictures, which are neither scaled nor moved: that would blur them and
   * roughen outlines, by which this system is judged.
   */
  private static final Recipe RECIPE =
      new Recipe("adamw", 2e-3, "one-cycle", 25, 4, 5e-3, 10, "flip,brightness:0.2,contrast:0.25");

  private static final Profile PROFILE =
      SmallPyramid.profile(
          "panoptic-fpn-small",
          "Panoptic FPN, for small sets",
          2019,
          "Kirillov, Girshick, He, Dollár: Panoptic Feature Pyramid Networks",
          RECIPE);

  @Override
  public Profile profile() {
    return PROFILE;
  }

  @Override
  public List<Marking> markings() {
    return List.of(Marking.BOXES, Marking.INSTANCES, Marking.MASK);
  }

  @Override
  public Plan fitted(Plan plan, LabelledData samples) {
    return SmallPyramid.fitted(SemanticBranch.fitted(plan, name(), samples), samples);
  }

  @Override
  public Setup setUp(Plan plan) {
    Scale scale = new Scale(plan.classes().size(), plan.width());
    SemanticBranch pixels =
        new SemanticBranch(plan, name(), SmallPyramid.MAPS, SmallPyramid.channels(scale), OUTPUT);
    return SmallPyramid.setUp(
        name(),
        plan,
        List.of(MaskRcnnSmall.head(plan), pixels),
        new RegionDecoder(true),
        Map.of(PanopticRule.KEY, pixels.rule().toText()));
  }
}
