package dev.fovea.systems.net;

import static dev.fovea.nn.Layers.maxPool;
import static dev.fovea.nn.Layers.sequence;

import dev.fovea.nn.Layer;
import dev.fovea.systems.box.ClassDetections;
import dev.fovea.systems.box.Proposals;
import dev.fovea.systems.box.Sampler;
import dev.fovea.systems.detect.GridAnchors;
import dev.fovea.systems.detect.GridAnchors.Size;
import dev.fovea.systems.detect.RegionDecoder;
import dev.fovea.systems.label.LabelledData;
import dev.fovea.systems.region.RegionAlign;
import dev.fovea.zoo.Recipe;
import dev.fovea.zoo.Scale;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What the small networks of two stages have in common: one map of stride 8, three sizes of anchors
 * with three ratios, 64 regions of a picture that learn.
 */
final class SmallTwoStage {
  static final int STRIDE = 8;
  static final int UNITS = 256;

  /** Which regions of a picture the second stage learns. */
  static final Sampler REGIONS = new Sampler(64, 0.4);

  private static final Sampler ANCHORS = new Sampler(128, 0.5);
  private static final Proposals PROPOSALS = new Proposals(600, 200, 0.7, 1);
  private static final int CELL_ANCHORS = 9;
  private static final int CHANNELS = 128;

  /** Sizes of anchors as shares of the side of a square as large as the picture. */
  private static final List<Double> SIZES = List.of(0.072, 0.18, 0.37);

  private static final List<Double> RATIOS = List.of(0.75, 1.0, 1.33);

  /** The bins of a region along each axis. */
  static final int BINS = 7;

  private static final int PLACES = 2;

  private SmallTwoStage() {}

  /** Returns how these systems are trained. */
  static Recipe recipe() {
    return new Recipe(
        "adamw",
        1.5e-3,
        "one-cycle",
        15,
        8,
        5e-3,
        10,
        "flip,scale:0.25,shift:0.1,brightness:0.2,contrast:0.25");
  }

  /** Returns a plan with anchors that fit the samples, if it asks for that. */
  static Plan fitted(Plan plan, LabelledData samples) {
    return AnchorSizes.fittedIfAuto(plan, samples, CELL_ANCHORS);
  }

  /** Returns the layers up to the map. */
  static Layer backbone(Scale scale) {
    return sequence(
            Convolutions.normLeaky(scale.channels(16), 3),
            maxPool(2),
            Convolutions.normLeaky(scale.channels(32), 3),
            maxPool(2),
            Convolutions.normLeaky(scale.channels(64), 3),
            maxPool(2),
            Convolutions.normLeaky(scale.channels(CHANNELS), 3),
            Convolutions.normLeaky(scale.channels(CHANNELS), 3),
            Convolutions.normLeaky(scale.channels(CHANNELS), 3))
        .named("backbone");
  }

  /** Returns the first stage. */
  static AnchorStage first(String system, Plan plan) {
    GridAnchors anchors =
        new AnchorSizes(system, List.of(STRIDE)).of(plan, () -> List.of(usual(plan)));
    int channels = new Scale(plan.classes().size(), plan.width()).channels(CHANNELS);
    return new AnchorStage(anchors, channels, ANCHORS, PROPOSALS);
  }

  private static List<Size> usual(Plan plan) {
    double side = Math.sqrt((double) plan.rule().height() * plan.rule().width());
    List<Size> all = new ArrayList<>();
    for (double size : SIZES) {
      for (double ratio : RATIOS) {
        all.add(new Size(size * side / Math.sqrt(ratio), size * side * Math.sqrt(ratio)));
      }
    }
    return all;
  }

  /** Returns what reads square bins of regions. */
  static RegionReader reader(int bins) {
    RegionAlign align = RegionAlign.of(bins, STRIDE).places(PLACES);
    return (regions, maps) -> align.apply(regions, maps.get(0));
  }

  /**
   * Returns a system of these parts that reads regions by RoIAlign.
   *
   * @param found how many objects are found at most
   */
  static Setup setUp(String system, Plan plan, FirstStage first, int found) {
    return setUp(system, plan, first, reader(BINS), found);
  }

  /**
   * Returns a system of these parts.
   *
   * @param reader what the second stage reads of a region
   * @param found how many objects are found at most
   */
  static Setup setUp(String system, Plan plan, FirstStage first, RegionReader reader, int found) {
    Scale scale = new Scale(plan.classes().size(), plan.width());
    Layer backbone = backbone(scale);
    return new TwoStageSetup(
        system,
        plan,
        TwoStages.of(
            x -> List.of(backbone.apply(x)),
            first,
            new RegionHead(reader, scale.channels(UNITS), plan.classes().size() + 1),
            List.of(),
            REGIONS,
            new ClassDetections(0.01, 0.5, found, 1),
            plan),
        new RegionDecoder(false),
        Map.of());
  }
}
