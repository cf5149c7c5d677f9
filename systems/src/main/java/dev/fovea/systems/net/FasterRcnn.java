package dev.fovea.systems.net;

import dev.fovea.data.Task;
import dev.fovea.nn.Signal;
import dev.fovea.systems.box.ClassDetections;
import dev.fovea.systems.box.Proposals;
import dev.fovea.systems.box.PyramidLevels;
import dev.fovea.systems.box.Sampler;
import dev.fovea.systems.detect.GridAnchors.Size;
import dev.fovea.systems.detect.RegionDecoder;
import dev.fovea.systems.label.LabelledData;
import dev.fovea.systems.region.RegionAlign;
import dev.fovea.tensor.Shape;
import dev.fovea.zoo.Backbone;
import dev.fovea.zoo.Recipe;
import dev.fovea.zoo.Scale;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Faster R-CNN over a feature pyramid of a ResNet, whose name is the plan's text {@code backbone};
 * ResNet-18 by default.
 *
 * <p>Anchors of a map are four cells wide, which is half of what they are for photographs of 800
 * pixels: pictures of 256 pixels are the usual input.
 */
final class FasterRcnn implements VisionSystem {
  /** The name of the plan's text that says which backbone it has. */
  static final String BACKBONE = "backbone";

  private static final String USUAL = "resnet18";
  private static final List<Integer> STRIDES = List.of(4, 8, 16, 32, 64);
  private static final int MAPS = 4;
  private static final int CELLS = 4;
  private static final List<Double> RATIOS = List.of(0.5, 1.0, 2.0);
  private static final int CHANNELS = 256;
  private static final int UNITS = 1024;
  private static final int BINS = 7;
  private static final int PLACES = 2;
  private static final int DETECTIONS = 100;

  /** Half of the size of 224 pixels that belongs to level 4 in large photographs. */
  private static final PyramidLevels LEVELS = new PyramidLevels(2, 5, 112, 4);

  private static final Profile PROFILE =
      new Profile(
          "faster-rcnn",
          "Faster R-CNN with a feature pyramid",
          2017,
          "Lin, Dollár, Girshick, He, Hariharan, Belongie: Feature Pyramid Networks for Object"
              + " Detection",
          Task.BOXES,
          Shape.of(256, 256, 3),
          new Recipe(
              "adamw",
              1e-3,
              "one-cycle",
              15,
              8,
              5e-3,
              10,
              "flip,scale:0.25,shift:0.1,brightness:0.2,contrast:0.25"));

  @Override
  public Profile profile() {
    return PROFILE;
  }

  @Override
  public Plan fitted(Plan plan, LabelledData samples) {
    return AnchorSizes.fittedIfAuto(plan, samples, STRIDES.size() * RATIOS.size());
  }

  @Override
  public Setup setUp(Plan plan) {
    Scale scale = new Scale(plan.classes().size(), plan.width());
    Backbone backbone = Backbone.of(plan.text(BACKBONE).orElse(USUAL), scale);
    Pyramid pyramid = new Pyramid(MAPS, scale.channels(CHANNELS));
    AnchorStage first =
        new AnchorStage(
            new AnchorSizes(name(), STRIDES).of(plan, FasterRcnn::usual),
            scale.channels(CHANNELS),
            Sampler.ofProposals(),
            new Proposals(500, 300, 0.7, 1));
    RegionAlign align = RegionAlign.of(BINS, LEVELS, STRIDES.get(0)).places(PLACES);
    RegionReader reader =
        (regions, maps) -> align.apply(regions, maps.subList(0, MAPS).toArray(Signal[]::new));
    return new TwoStageSetup(
        name(),
        plan,
        TwoStages.of(
            x -> pyramid.of(backbone.maps(x)),
            first,
            new RegionHead(reader, scale.channels(UNITS), plan.classes().size() + 1),
            List.of(),
            new Sampler(128, 0.25),
            new ClassDetections(0.01, 0.5, DETECTIONS, 1),
            plan),
        new RegionDecoder(false),
        Map.of());
  }

  private static List<List<Size>> usual() {
    List<List<Size>> all = new ArrayList<>();
    for (int stride : STRIDES) {
      double side = (double) CELLS * stride;
      all.add(
          RATIOS.stream().map(r -> new Size(side / Math.sqrt(r), side * Math.sqrt(r))).toList());
    }
    return all;
  }
}
