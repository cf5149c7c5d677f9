package dev.fovea.systems.net;

import static dev.fovea.nn.Layers.residual;
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
import java.util.ArrayList;
import java.util.List;

/** YOLO v3 as published: Darknet-53 and maps of strides 8, 16 and 32. */
final class YoloV3 implements VisionSystem {
  private static final Profile PROFILE =
      new Profile(
          "yolo-v3",
          "YOLO v3",
          2018,
          "Redmon, Farhadi: YOLOv3: An Incremental Improvement",
          Task.BOXES,
          Shape.of(416, 416, 3),
          new Recipe(
              "adamw",
              1e-3,
              "one-cycle",
              30,
              8,
              5e-4,
              10,
              "flip,scale:0.25,shift:0.1,brightness:0.2,contrast:0.25"));

  private static final YoloRows ROWS =
      new YoloRows("yolo-v3", 9, List.of(8, 16, 32), 1, 1, 0.7, YoloLoss.Boxes.COORDINATES);

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
    Layer fine =
        sequence(
                Convolutions.normLeaky(scale.channels(32), 3),
                stage(scale, 64, 1),
                stage(scale, 128, 2),
                stage(scale, 256, 8))
            .named("stride8");
    Layer middle = stage(scale, 512, 8).named("stride16");
    Layer coarse = stage(scale, 1024, 4).named("stride32");
    List<Layer> neck = new ArrayList<>();
    List<Layer> rows = new ArrayList<>();
    List<Layer> up = new ArrayList<>();
    float[] bias = Convolutions.biases(numbers, 4, 1, OBJECT_BIAS);
    for (int i = 0; i < 3; i++) {
      int channels = 128 << i;
      neck.add(five(scale, channels).named("neck" + i));
      rows.add(
          sequence(
                  Convolutions.normLeaky(scale.channels(2 * channels), 3),
                  Convolutions.rows(anchors.get(i), bias))
              .named("rows" + i));
      up.add(
          sequence(Convolutions.normLeaky(scale.channels(channels / 2), 1), upsample(2))
              .named("up" + i));
    }
    return x -> {
      Signal f = fine.apply(x);
      Signal m = middle.apply(f);
      Signal c = neck.get(2).apply(coarse.apply(m));
      Signal b = neck.get(1).apply(up.get(2).apply(c).concat(m));
      Signal a = neck.get(0).apply(up.get(1).apply(b).concat(f));
      return Convolutions.joined(
          numbers, List.of(rows.get(0).apply(a), rows.get(1).apply(b), rows.get(2).apply(c)));
    };
  }

  /** Returns a convolution of stride 2 and residual blocks of 1×1 and 3×3. */
  private static Layer stage(Scale scale, int channels, int blocks) {
    List<Layer> all = new ArrayList<>();
    all.add(Convolutions.normLeaky(scale.channels(channels), 3, 2));
    for (int i = 0; i < blocks; i++) {
      all.add(
          residual(
              sequence(
                  Convolutions.normLeaky(scale.channels(channels / 2), 1),
                  Convolutions.normLeaky(scale.channels(channels), 3))));
    }
    return sequence(all);
  }

  private static Layer five(Scale scale, int channels) {
    int narrow = scale.channels(channels);
    int wide = scale.channels(2 * channels);
    return sequence(
        Convolutions.normLeaky(narrow, 1),
        Convolutions.normLeaky(wide, 3),
        Convolutions.normLeaky(narrow, 1),
        Convolutions.normLeaky(wide, 3),
        Convolutions.normLeaky(narrow, 1));
  }
}
