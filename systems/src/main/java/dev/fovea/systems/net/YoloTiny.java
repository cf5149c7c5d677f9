package dev.fovea.systems.net;

import static dev.fovea.nn.Layers.maxPool;
import static dev.fovea.nn.Layers.sequence;
import static dev.fovea.nn.Layers.upsample;

import dev.fovea.data.Task;
import dev.fovea.nn.Layer;
import dev.fovea.nn.Signal;
import dev.fovea.systems.detect.YoloLoss;
import dev.fovea.systems.label.LabelledData;
import dev.fovea.tensor.Shape;
import dev.fovea.zoo.Recipe;
import dev.fovea.zoo.Scale;
import java.util.List;

/**
 * A small YOLO in the manner of version 3's: maps of strides 8 and 16, the finer one with features
 * of the coarser.
 *
 * <p>It learns small sets from scratch: boxes by CIoU, every anchor that fits an object well learns
 * it, and middles may leave their cell by half of it.
 */
final class YoloTiny implements VisionSystem {
  private static final Profile PROFILE =
      new Profile(
          "yolo-tiny",
          "YOLO v3 tiny, for small sets",
          2018,
          "Redmon, Farhadi: YOLOv3: An Incremental Improvement",
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

  private static final YoloRows ROWS =
      new YoloRows("yolo-tiny", 5, List.of(8, 16), 2, 0.55, 0.6, YoloLoss.Boxes.COMPLETE_IOU);

  /** What the object's logits begin with: few rows have one. */
  private static final double OBJECT_BIAS = -4;

  @Override
  public Profile profile() {
    return PROFILE;
  }

  @Override
  public Plan fitted(Plan plan, LabelledData samples) {
    return ROWS.fitted(plan, samples);
  }

  @Override
  public Setup setUp(Plan plan) {
    Scale scale = new Scale(plan.classes().size(), plan.width());
    return ROWS.setUp(plan, (anchors, numbers) -> network(scale, anchors, numbers));
  }

  private static Layer network(Scale scale, List<Integer> anchors, int numbers) {
    Layer fine = backbone(scale).named("fine");
    Layer coarse =
        sequence(
                maxPool(2),
                Convolutions.normLeaky(scale.channels(256), 3),
                Convolutions.normLeaky(scale.channels(128), 1),
                Convolutions.normLeaky(scale.channels(256), 3),
                Convolutions.normLeaky(scale.channels(128), 1))
            .named("coarse");
    Layer up = sequence(Convolutions.normLeaky(scale.channels(64), 1), upsample(2)).named("up");
    float[] bias = Convolutions.biases(numbers, 4, 1, OBJECT_BIAS);
    Layer fineRows =
        sequence(
                Convolutions.normLeaky(scale.channels(128), 3),
                Convolutions.rows(anchors.get(0), bias))
            .named("fine_rows");
    Layer coarseRows =
        sequence(
                Convolutions.normLeaky(scale.channels(256), 3),
                Convolutions.rows(anchors.get(1), bias))
            .named("coarse_rows");
    return x -> {
      Signal f = fine.apply(x);
      Signal c = coarse.apply(f);
      Signal both = f.concat(up.apply(c));
      return Convolutions.joined(numbers, List.of(fineRows.apply(both), coarseRows.apply(c)));
    };
  }

  private static Layer backbone(Scale scale) {
    return sequence(
        Convolutions.normLeaky(scale.channels(16), 3),
        maxPool(2),
        Convolutions.normLeaky(scale.channels(32), 3),
        maxPool(2),
        Convolutions.normLeaky(scale.channels(64), 3),
        maxPool(2),
        Convolutions.normLeaky(scale.channels(128), 3));
  }
}
