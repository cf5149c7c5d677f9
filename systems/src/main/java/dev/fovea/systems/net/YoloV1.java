package dev.fovea.systems.net;

import static dev.fovea.nn.Layers.conv2d;
import static dev.fovea.nn.Layers.maxPool;
import static dev.fovea.nn.Layers.sequence;

import dev.fovea.data.Task;
import dev.fovea.nn.Initializer;
import dev.fovea.nn.Layer;
import dev.fovea.nn.Signal;
import dev.fovea.op.Activation;
import dev.fovea.systems.detect.DetectionRule;
import dev.fovea.systems.detect.YoloV1Decoder;
import dev.fovea.systems.detect.YoloV1Grid;
import dev.fovea.systems.detect.YoloV1Loss;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Shape;
import dev.fovea.zoo.Recipe;
import dev.fovea.zoo.Scale;
import java.util.List;

/**
 * The first YOLO: a grid of one object a cell and no anchors, 7×7 cells of a picture of 224×224.
 *
 * <p>A 1×1 convolution answers in place of dense layers, and confidences and places in the cell are
 * kept in 0 … 1, which a small network learns more steadily.
 */
final class YoloV1 implements VisionSystem {
  private static final int STRIDE = 32;
  private static final int BOXES = 2;
  private static final double SCORE = 0.2;
  private static final double OVERLAP = 0.45;
  private static final int DETECTIONS = 100;
  private static final Profile PROFILE =
      new Profile(
          "yolo-v1",
          "YOLO",
          2016,
          "Redmon, Divvala, Girshick, Farhadi: You Only Look Once: Unified, Real-Time Object"
              + " Detection",
          Task.BOXES,
          Shape.of(224, 224, 3),
          new Recipe(
              "adamw",
              4e-3,
              "one-cycle",
              12,
              16,
              5e-3,
              10,
              "flip,scale:0.25,shift:0.1,brightness:0.2,contrast:0.25"));

  @Override
  public Profile profile() {
    return PROFILE;
  }

  @Override
  public Setup setUp(Plan plan) {
    int height = plan.rule().height();
    int width = plan.rule().width();
    if (height % STRIDE != 0 || width % STRIDE != 0) {
      throw new FoveaException(
          "yolo-v1: pictures of %s×%s pixels: height and width must be multiples of %s"
              .formatted(height, width, STRIDE));
    }
    YoloV1Grid grid = new YoloV1Grid(height / STRIDE, width / STRIDE, BOXES, plan.classes().size());
    return new RowSetup(
        name(),
        plan,
        network(new Scale(plan.classes().size(), plan.width()), grid),
        grid.targetShape(),
        objects -> grid.targets(objects, height, width),
        new YoloV1Loss(grid, true, plan.objects()),
        new DetectionRule(new YoloV1Decoder(grid, height, width), SCORE, OVERLAP, DETECTIONS));
  }

  private static Layer network(Scale scale, YoloV1Grid grid) {
    Layer features =
        sequence(
                Convolutions.normLeaky(scale.channels(16), 3),
                maxPool(2),
                Convolutions.normLeaky(scale.channels(32), 3),
                maxPool(2),
                Convolutions.normLeaky(scale.channels(64), 3),
                maxPool(2),
                Convolutions.normLeaky(scale.channels(128), 3),
                maxPool(2),
                Convolutions.normLeaky(scale.channels(256), 3),
                maxPool(2),
                Convolutions.normLeaky(scale.channels(256), 3),
                Convolutions.normLeaky(scale.channels(256), 3))
            .named("features");
    Layer cells = conv2d(grid.numbers(), 1).init(Initializer.normal(0.01)).named("cells");
    return x -> {
      Signal y = cells.apply(features.apply(x));
      List<Signal> parts = new java.util.ArrayList<>();
      parts.add(y.channels(grid.classes(), grid.boxes()).activate(Activation.SIGMOID));
      for (int b = 0; b < grid.boxes(); b++) {
        int first = grid.classes() + grid.boxes() + 4 * b;
        parts.add(y.channels(first, 2).activate(Activation.SIGMOID));
        parts.add(y.channels(first + 2, 2));
      }
      Signal all = y.channels(0, grid.classes()).concat(parts.toArray(Signal[]::new));
      return all.reshape(Shape.of(grid.rows() * grid.columns(), grid.numbers()));
    };
  }
}
