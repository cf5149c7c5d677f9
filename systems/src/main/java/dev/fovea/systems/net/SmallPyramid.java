package dev.fovea.systems.net;

import static dev.fovea.nn.Layers.sequence;

import dev.fovea.data.Task;
import dev.fovea.nn.Layer;
import dev.fovea.nn.Signal;
import dev.fovea.systems.box.ClassDetections;
import dev.fovea.systems.box.Proposals;
import dev.fovea.systems.box.PyramidLevels;
import dev.fovea.systems.box.Sampler;
import dev.fovea.systems.detect.GridAnchors;
import dev.fovea.systems.detect.GridAnchors.Size;
import dev.fovea.systems.detect.RegionDecoder;
import dev.fovea.systems.label.LabelledData;
import dev.fovea.systems.net.VisionSystem.Profile;
import dev.fovea.systems.region.RegionAlign;
import dev.fovea.tensor.Shape;
import dev.fovea.zoo.Recipe;
import dev.fovea.zoo.Scale;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What the small networks of two stages that look at details have in common: a feature pyramid of
 * strides 4, 8 and 16, of whose maps each region is read from one.
 */
final class SmallPyramid {
  /** Of crowded pictures more objects are found, and more regions looked at. */
  private static final int LEAST_DETECTIONS = 50;

  private static final int MOST_DETECTIONS = 200;
  private static final int REGIONS_EACH = 3;
  private static final List<Integer> STRIDES = List.of(4, 8, 16);

  /** How many maps the pyramid has. */
  static final int MAPS = STRIDES.size();

  private static final int CHANNELS = 64;
  private static final int UNITS = 256;
  private static final int BINS = 7;
  private static final int PLACES = 2;
  private static final Sampler ANCHORS = new Sampler(128, 0.5);
  private static final Sampler REGIONS = new Sampler(64, 0.4);

  /** Sizes of anchors of each map as shares of the side of a square as large as the picture. */
  private static final List<List<Double>> SIZES =
      List.of(List.of(0.08, 0.13), List.of(0.21, 0.32), List.of(0.48, 0.7));

  private static final List<Double> RATIOS = List.of(0.6, 1.0, 1.67);
  private static final int CELL_ANCHORS = 6;

  /** A region of so many pixels is read from the map of stride 16, of half of it of stride 8. */
  private static final double BOX_SIZE = 112;

  /** What draws outlines reads the map of stride 4 nearly always. */
  private static final double OUTLINE_SIZE = 224;

  /** How systems are trained that are judged by boxes and places. */
  static final Recipe RECIPE =
      new Recipe(
          "adamw",
          2e-3,
          "one-cycle",
          25,
          8,
          5e-3,
          10,
          "flip,scale:0.25,shift:0.1,brightness:0.2,contrast:0.25");

  private SmallPyramid() {}

  /**
   * Returns how many objects are found at most: as many as pictures to train on have, 50 to 200.
   */
  static int detections(Plan plan) {
    return Math.clamp(plan.objects(), LEAST_DETECTIONS, MOST_DETECTIONS);
  }

  /**
   * Returns what a system with these maps says of itself.
   *
   * @param title what people call it
   * @param year when its paper came out
   * @param recipe how it is trained
   */
  static Profile profile(String name, String title, int year, String paper, Recipe recipe) {
    return new Profile(name, title, year, paper, Task.BOXES, Shape.of(128, 128, 3), recipe);
  }

  /** Returns a plan with anchors that fit the samples, if it asks for that. */
  static Plan fitted(Plan plan, LabelledData samples) {
    return AnchorSizes.fittedIfAuto(plan, samples, CELL_ANCHORS * STRIDES.size());
  }

  /** Returns how many channels each map of the pyramid has. */
  static int channels(Scale scale) {
    return scale.channels(CHANNELS);
  }

  private static List<Layer> stages(Scale scale) {
    return List.of(
        sequence(
                Convolutions.normLeaky(scale.channels(24), 5, 2),
                Convolutions.normLeaky(scale.channels(48), 3, 2),
                Convolutions.normLeaky(scale.channels(64), 3))
            .named("stride4"),
        sequence(
                Convolutions.normLeaky(scale.channels(128), 3, 2),
                Convolutions.normLeaky(scale.channels(128), 3))
            .named("stride8"),
        sequence(
                Convolutions.normLeaky(scale.channels(128), 3, 2),
                Convolutions.normLeaky(scale.channels(128), 3))
            .named("stride16"));
  }

  private static List<Signal> maps(List<Layer> stages, Signal pictures) {
    List<Signal> all = new ArrayList<>();
    Signal x = pictures;
    for (Layer stage : stages) {
      x = stage.apply(x);
      all.add(x);
    }
    return all;
  }

  private static AnchorStage first(String system, Plan plan, Scale scale) {
    GridAnchors anchors = new AnchorSizes(system, STRIDES).of(plan, () -> usual(plan));
    int regions = REGIONS_EACH * detections(plan);
    Proposals proposals = new Proposals(2 * regions, regions, 0.7, 1);
    return new AnchorStage(anchors, channels(scale), ANCHORS, proposals);
  }

  private static List<List<Size>> usual(Plan plan) {
    double side = Math.sqrt((double) plan.rule().height() * plan.rule().width());
    List<List<Size>> all = new ArrayList<>();
    for (List<Double> sizes : SIZES) {
      List<Size> own = new ArrayList<>();
      for (double size : sizes) {
        for (double ratio : RATIOS) {
          own.add(new Size(size * side / Math.sqrt(ratio), size * side * Math.sqrt(ratio)));
        }
      }
      all.add(own);
    }
    return all;
  }

  /** Returns what reads square bins of regions for outlines or places within them. */
  static RegionReader details(int bins) {
    return reader(bins, OUTLINE_SIZE);
  }

  private static RegionReader reader(int bins, double size) {
    PyramidLevels levels = new PyramidLevels(2, 4, size, 4);
    RegionAlign align = RegionAlign.of(bins, levels, STRIDES.get(0)).places(PLACES);
    return (regions, maps) ->
        align.apply(regions, maps.subList(0, STRIDES.size()).toArray(Signal[]::new));
  }

  /**
   * Returns a system with these branches.
   *
   * @param decoder how outputs are read
   * @param texts what else is in the metadata
   */
  static Setup setUp(
      String system,
      Plan plan,
      List<Branch> branches,
      RegionDecoder decoder,
      Map<String, String> texts) {
    Scale scale = new Scale(plan.classes().size(), plan.width());
    List<Layer> stages = stages(scale);
    Pyramid pyramid = new Pyramid(STRIDES.size(), channels(scale));
    return new TwoStageSetup(
        system,
        plan,
        TwoStages.of(
            x -> pyramid.of(maps(stages, x)),
            first(system, plan, scale),
            new RegionHead(
                reader(BINS, BOX_SIZE), scale.channels(UNITS), plan.classes().size() + 1),
            branches,
            REGIONS,
            new ClassDetections(0.01, 0.5, detections(plan), 1),
            plan),
        decoder,
        texts);
  }
}
