package dev.fovea.systems.net;

import static dev.fovea.nn.Layers.maxPool;
import static dev.fovea.nn.Layers.sequence;

import dev.fovea.data.Task;
import dev.fovea.nn.Layer;
import dev.fovea.nn.Signal;
import dev.fovea.systems.box.BoxCode;
import dev.fovea.systems.box.Matcher;
import dev.fovea.systems.detect.AnchorLoss;
import dev.fovea.systems.detect.GridAnchors;
import dev.fovea.systems.detect.GridAnchors.Size;
import dev.fovea.systems.label.LabelledData;
import dev.fovea.systems.loss.MultiBoxLoss;
import dev.fovea.tensor.Shape;
import dev.fovea.zoo.Recipe;
import dev.fovea.zoo.Scale;
import java.util.ArrayList;
import java.util.List;

/**
 * A small SSD: maps of strides 8, 16 and 32, default boxes of 0.06, 0.16 and 0.32 of the picture
 * with the ratios 1, 4/3 and 3/4, and a square between each size and the next.
 */
final class SsdSmall implements VisionSystem {
  private static final List<Integer> STRIDES = List.of(8, 16, 32);
  private static final List<Double> SCALES = List.of(0.06, 0.16, 0.32, 0.5);
  private static final int ANCHORS = 9;
  private static final Profile PROFILE =
      new Profile(
          "ssd-small",
          "SSD, for small sets",
          2016,
          "Liu, Anguelov, Erhan, Szegedy, Reed, Fu, Berg: SSD: Single Shot MultiBox Detector",
          Task.BOXES,
          Shape.of(128, 128, 3),
          new Recipe(
              "adamw",
              4e-3,
              "one-cycle",
              12,
              16,
              5e-3,
              10,
              "flip,scale:0.25,shift:0.1,brightness:0.2,contrast:0.25"));
  private static final AnchorRows ROWS =
      new AnchorRows(
          "ssd-small",
          BoxCode.weighted(),
          Matcher.ofDefaultBoxes(),
          new AnchorLoss.HardNegatives(MultiBoxLoss.usual()),
          0.5,
          0.45);

  @Override
  public Profile profile() {
    return PROFILE;
  }

  @Override
  public Plan fitted(Plan plan, LabelledData samples) {
    return AnchorSizes.fittedIfAuto(plan, samples, ANCHORS);
  }

  @Override
  public Setup setUp(Plan plan) {
    GridAnchors anchors = new AnchorSizes(name(), STRIDES).of(plan, () -> usual(plan));
    Scale scale = new Scale(plan.classes().size(), plan.width());
    return ROWS.setUp(plan, anchors, network(scale, anchors, ROWS.numbers(plan)));
  }

  /** Returns the default boxes, as shares of the side of a square as large as the picture. */
  private static List<List<Size>> usual(Plan plan) {
    double side = Math.sqrt((double) plan.rule().height() * plan.rule().width());
    double wide = Math.sqrt(4.0 / 3);
    List<List<Size>> all = new ArrayList<>();
    for (int i = 0; i < STRIDES.size(); i++) {
      double s = SCALES.get(i) * side;
      double between = Math.sqrt(SCALES.get(i) * SCALES.get(i + 1)) * side;
      all.add(
          List.of(
              new Size(s, s),
              new Size(between, between),
              new Size(s * wide, s / wide),
              new Size(s / wide, s * wide)));
    }
    return all;
  }

  private static Layer network(Scale scale, GridAnchors anchors, int numbers) {
    List<Layer> stages =
        List.of(
            sequence(
                    Convolutions.normLeaky(scale.channels(16), 3),
                    maxPool(2),
                    Convolutions.normLeaky(scale.channels(32), 3),
                    maxPool(2),
                    Convolutions.normLeaky(scale.channels(64), 3),
                    maxPool(2),
                    Convolutions.normLeaky(scale.channels(128), 3),
                    Convolutions.normLeaky(scale.channels(64), 1),
                    Convolutions.normLeaky(scale.channels(128), 3))
                .named("stride8"),
            sequence(
                    maxPool(2),
                    Convolutions.normLeaky(scale.channels(256), 3),
                    Convolutions.normLeaky(scale.channels(128), 1),
                    Convolutions.normLeaky(scale.channels(256), 3))
                .named("stride16"),
            sequence(
                    maxPool(2),
                    Convolutions.normLeaky(scale.channels(128), 1),
                    Convolutions.normLeaky(scale.channels(256), 3))
                .named("stride32"));
    List<Layer> heads = new ArrayList<>();
    for (int i = 0; i < stages.size(); i++) {
      heads.add(
          sequence(
                  Convolutions.normLeaky(scale.channels(128), 3),
                  Convolutions.rows(anchors.maps().get(i).sizes().size(), new float[numbers]))
              .named("rows" + i));
    }
    return x -> {
      List<Signal> maps = new ArrayList<>();
      Signal y = x;
      for (int i = 0; i < stages.size(); i++) {
        y = stages.get(i).apply(y);
        maps.add(heads.get(i).apply(y));
      }
      return Convolutions.joined(numbers, maps);
    };
  }
}
