package dev.fovea.systems.net;

import static dev.fovea.nn.Layers.conv2d;
import static dev.fovea.nn.Layers.groupNorm;
import static dev.fovea.nn.Layers.maxPool;
import static dev.fovea.nn.Layers.relu;
import static dev.fovea.nn.Layers.sequence;
import static dev.fovea.nn.Layers.upsample;

import dev.fovea.data.Task;
import dev.fovea.nn.Initializer;
import dev.fovea.nn.Layer;
import dev.fovea.nn.Signal;
import dev.fovea.op.Movement;
import dev.fovea.op.Value;
import dev.fovea.systems.box.BoxCode;
import dev.fovea.systems.box.Matcher;
import dev.fovea.systems.detect.AnchorLoss;
import dev.fovea.systems.detect.GridAnchors;
import dev.fovea.systems.detect.GridAnchors.Size;
import dev.fovea.systems.label.LabelledData;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Shape;
import dev.fovea.zoo.Recipe;
import dev.fovea.zoo.Scale;
import java.util.ArrayList;
import java.util.List;

/**
 * A small RetinaNet: a feature pyramid of strides 8, 16 and 32, one pair of heads for all of its
 * maps, and focal loss.
 *
 * <p>Anchors are 2 and 2·√2 cells large with the ratios 1, 4/3 and 3/4. Heads are normalised in
 * groups, since the maps that share them have statistics of their own.
 */
final class RetinaNetSmall implements VisionSystem {
  private static final List<Integer> STRIDES = List.of(8, 16, 32);
  private static final int PER_CELL = 6;
  private static final int CHANNELS = 64;
  private static final int GROUPS = 8;

  /** With these logits every anchor begins as an object of each class with probability 0.01. */
  private static final double PRIOR = -Math.log(99);

  private static final Profile PROFILE =
      new Profile(
          "retinanet-small",
          "RetinaNet, for small sets",
          2017,
          "Lin, Goyal, Girshick, He, Dollár: Focal Loss for Dense Object Detection",
          Task.BOXES,
          Shape.of(128, 128, 3),
          new Recipe(
              "adamw",
              3e-3,
              "one-cycle",
              12,
              16,
              5e-3,
              10,
              "flip,scale:0.25,shift:0.1,brightness:0.2,contrast:0.25"));
  private static final AnchorRows ROWS =
      new AnchorRows(
          "retinanet-small",
          BoxCode.weighted(),
          Matcher.ofRetinaNet(),
          new AnchorLoss.Focal(0.25, 2, 1),
          0.4,
          0.45);

  @Override
  public Profile profile() {
    return PROFILE;
  }

  @Override
  public Plan fitted(Plan plan, LabelledData samples) {
    return AnchorSizes.fittedIfAuto(plan, samples, PER_CELL * STRIDES.size());
  }

  @Override
  public Setup setUp(Plan plan) {
    GridAnchors anchors = new AnchorSizes(name(), STRIDES).of(plan, RetinaNetSmall::usual);
    int each = anchors.maps().get(0).sizes().size();
    if (anchors.maps().stream().anyMatch(m -> m.sizes().size() != each)) {
      throw new FoveaException(
          name() + ": one pair of heads serves all maps, so each needs as many anchors");
    }
    Scale scale = new Scale(plan.classes().size(), plan.width());
    return ROWS.setUp(plan, anchors, network(scale, each));
  }

  private static List<List<Size>> usual() {
    List<List<Size>> all = new ArrayList<>();
    for (int stride : STRIDES) {
      List<Size> sizes = new ArrayList<>();
      for (double ratio : new double[] {1, 4.0 / 3, 3.0 / 4}) {
        for (double side : new double[] {2 * stride, 2 * Math.sqrt(2) * stride}) {
          sizes.add(new Size(side * Math.sqrt(ratio), side / Math.sqrt(ratio)));
        }
      }
      all.add(sizes);
    }
    return all;
  }

  private static Layer network(Scale scale, int anchors) {
    List<Layer> stages = stages(scale);
    List<Layer> laterals = new ArrayList<>();
    List<Layer> outs = new ArrayList<>();
    for (int i = 0; i < stages.size(); i++) {
      laterals.add(conv2d(scale.channels(CHANNELS), 1).named("lateral" + i));
      outs.add(Convolutions.normLeaky(scale.channels(CHANNELS), 3).named("pyramid" + i));
    }
    int classes = scale.classes();
    Layer classHead =
        head(scale, anchors, Convolutions.biases(classes, 0, classes, PRIOR)).named("classes");
    Layer boxHead = head(scale, anchors, new float[4]).named("boxes");
    Layer up = upsample(2);
    return x -> {
      List<Signal> features = new ArrayList<>();
      Signal y = x;
      for (Layer stage : stages) {
        y = stage.apply(y);
        features.add(y);
      }
      List<Signal> boxes = new ArrayList<>();
      List<Signal> logits = new ArrayList<>();
      Signal above = null;
      for (int i = features.size() - 1; i >= 0; i--) {
        Signal own = laterals.get(i).apply(features.get(i));
        Signal map = above == null ? own : own.plus(up.apply(above));
        above = map;
        Signal smooth = outs.get(i).apply(map);
        boxes.addFirst(boxHead.apply(smooth));
        logits.addFirst(classHead.apply(smooth));
      }
      Signal b = Convolutions.joined(4, boxes);
      Signal c = Convolutions.joined(classes, logits);
      return b.with(Value.of(new Movement.Concat(2), b.value(), c.value()));
    };
  }

  private static List<Layer> stages(Scale scale) {
    return List.of(
        sequence(
                Convolutions.normLeaky(scale.channels(16), 3),
                maxPool(2),
                Convolutions.normLeaky(scale.channels(32), 3),
                maxPool(2),
                Convolutions.normLeaky(scale.channels(64), 3),
                maxPool(2),
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
  }

  private static Layer head(Scale scale, int anchors, float[] bias) {
    List<Layer> all = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      all.add(conv2d(scale.channels(CHANNELS), 3).same().noBias().init(Initializer.heNormal()));
      all.add(groupNorm(Math.min(GROUPS, scale.channels(CHANNELS))));
      all.add(relu());
    }
    all.add(Convolutions.rows(anchors, bias));
    return sequence(all);
  }
}
