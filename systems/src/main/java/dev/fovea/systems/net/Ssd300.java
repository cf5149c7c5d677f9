package dev.fovea.systems.net;

import static dev.fovea.nn.Layers.conv2d;
import static dev.fovea.nn.Layers.maxPool;
import static dev.fovea.nn.Layers.relu;
import static dev.fovea.nn.Layers.sequence;

import dev.fovea.data.Task;
import dev.fovea.nn.Initializer;
import dev.fovea.nn.Layer;
import dev.fovea.nn.Signal;
import dev.fovea.op.BinaryFunction;
import dev.fovea.op.UnaryFunction;
import dev.fovea.op.Value;
import dev.fovea.systems.box.BoxCode;
import dev.fovea.systems.box.Matcher;
import dev.fovea.systems.detect.AnchorLoss;
import dev.fovea.systems.detect.GridAnchors;
import dev.fovea.systems.detect.GridAnchors.Grid;
import dev.fovea.systems.detect.GridAnchors.Size;
import dev.fovea.systems.loss.MultiBoxLoss;
import dev.fovea.tensor.Shape;
import dev.fovea.zoo.Recipe;
import dev.fovea.zoo.Scale;
import java.util.ArrayList;
import java.util.List;

/**
 * SSD300 as published: VGG-16 up to its fifth stage, two convolutions in place of its dense layers
 * and four pairs behind them give maps of 38, 19, 10, 5, 3 and 1 cells a side with 8,732 default
 * boxes. The first map is divided by the norm of each place and multiplied by a learned scale of 20
 * (Liu et al., 2015). A smaller input has fewer maps.
 *
 * <p>26,285,486 parameters for the 20 classes of VOC, 35,641,826 for the 90 numbers of COCO.
 */
final class Ssd300 implements VisionSystem {
  private static final int SIDE = 300;

  /** Smallest and largest box of each map in pixels of 300, the latter that of the next. */
  private static final List<Integer> SIZES = List.of(30, 60, 111, 162, 213, 264, 315);

  private static final List<List<Integer>> RATIOS =
      List.of(List.of(2), List.of(2, 3), List.of(2, 3), List.of(2, 3), List.of(2), List.of(2));
  private static final List<Integer> STEPS = List.of(8, 16, 32, 64, 100, 300);
  private static final float BEGIN = 20;
  private static final float EPSILON = 1e-10f;

  private static final Profile PROFILE =
      new Profile(
          "ssd300",
          "SSD300",
          2016,
          "Liu, Anguelov, Erhan, Szegedy, Reed, Fu, Berg: SSD: Single Shot MultiBox Detector",
          Task.BOXES,
          Shape.of(SIDE, SIDE, 3),
          new Recipe(
              "adamw",
              1e-4,
              "one-cycle",
              60,
              8,
              5e-4,
              10,
              "flip,scale:0.25,shift:0.1,brightness:0.2,contrast:0.25"));
  private static final AnchorRows ROWS =
      new AnchorRows(
          "ssd300",
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
  public Setup setUp(Plan plan) {
    GridAnchors anchors = anchors(plan.rule().height(), plan.rule().width());
    Scale scale = new Scale(plan.classes().size(), plan.width());
    return ROWS.setUp(plan, anchors, network(scale, anchors, ROWS.numbers(plan)));
  }

  /** Returns the default boxes for pictures of a size. */
  static GridAnchors anchors(int height, int width) {
    List<Integer> rows = cells(height);
    List<Integer> columns = cells(width);
    List<Grid> maps = new ArrayList<>();
    for (int k = 0; k < Math.min(rows.size(), columns.size()); k++) {
      double y = (double) height / SIDE;
      double x = (double) width / SIDE;
      // The published steps, which are not quite 300 / cells.
      double stepY = height == SIDE ? STEPS.get(k) : (double) height / rows.get(k);
      double stepX = width == SIDE ? STEPS.get(k) : (double) width / columns.get(k);
      maps.add(new Grid(rows.get(k), columns.get(k), stepY, stepX, sizes(k, y, x)));
    }
    return new GridAnchors(height, width, maps);
  }

  /** Returns the extent of each map along an axis, as far as there are maps. */
  private static List<Integer> cells(int extent) {
    int first = Math.ceilDiv(extent / 2 / 2, 2);
    int second = first / 2;
    int third = Math.ceilDiv(second, 2);
    int fourth = Math.ceilDiv(third, 2);
    List<Integer> cells = new ArrayList<>(List.of(first, second, third, fourth));
    for (int next = fourth - 2; next > 0 && cells.size() < STEPS.size(); next -= 2) {
      cells.add(next);
    }
    return cells;
  }

  private static List<Size> sizes(int k, double y, double x) {
    double s = SIZES.get(k);
    double between = Math.sqrt(s * SIZES.get(k + 1));
    List<Size> all = new ArrayList<>(List.of(new Size(s * x, s * y)));
    all.add(new Size(between * x, between * y));
    for (int r : RATIOS.get(k)) {
      double root = Math.sqrt(r);
      all.add(new Size(s * root * x, s / root * y));
      all.add(new Size(s / root * x, s * root * y));
    }
    return all;
  }

  private static Layer relued(int filters, int kernel, int stride, int padding) {
    return sequence(
        conv2d(filters, kernel).stride(stride).padding(padding).init(Initializer.heNormal()),
        relu());
  }

  private static Layer same(int filters) {
    return relued(filters, 3, 1, 1);
  }

  /** Returns the layers before each map and the next. */
  private static List<Layer> stages(Scale s) {
    int c64 = s.channels(64);
    int c128 = s.channels(128);
    int c256 = s.channels(256);
    int c512 = s.channels(512);
    int c1024 = s.channels(1024);
    return List.of(
        sequence(
            same(c64),
            same(c64),
            maxPool(2),
            same(c128),
            same(c128),
            maxPool(2),
            same(c256),
            same(c256),
            same(c256),
            maxPool(2).ceil(),
            same(c512),
            same(c512),
            same(c512)),
        sequence(
            maxPool(2),
            same(c512),
            same(c512),
            same(c512),
            maxPool(3).stride(1).padding(1),
            conv2d(c1024, 3).padding(6).dilation(6).init(Initializer.heNormal()),
            relu(),
            relued(c1024, 1, 1, 0)),
        sequence(relued(c256, 1, 1, 0), relued(c512, 3, 2, 1)),
        sequence(relued(c128, 1, 1, 0), relued(c256, 3, 2, 1)),
        sequence(relued(c128, 1, 1, 0), relued(c256, 3, 1, 0)),
        sequence(relued(c128, 1, 1, 0), relued(c256, 3, 1, 0)));
  }

  /** Divides each place by its norm and multiplies each channel by a learned number. */
  private static Signal normalised(Signal x) {
    Value squares = x.value().map(UnaryFunction.SQUARE).sum(3);
    Value norm = squares.with(BinaryFunction.MAX, Value.constant(EPSILON)).map(UnaryFunction.SQRT);
    Value scale =
        x.trace().parameter("scale", Shape.of(x.shape().dim(3)), Initializer.constant(BEGIN));
    return x.with(x.value().over(norm).times(scale));
  }

  private static Layer network(Scale scale, GridAnchors anchors, int numbers) {
    List<Layer> stages = stages(scale);
    List<Layer> named = new ArrayList<>();
    List<Layer> heads = new ArrayList<>();
    for (int k = 0; k < anchors.maps().size(); k++) {
      int each = anchors.maps().get(k).sizes().size();
      named.add(stages.get(k).named("stage" + (k + 1)));
      heads.add(
          conv2d(each * numbers, 3)
              .padding(1)
              .init(Initializer.glorotUniform())
              .named("rows" + (k + 1)));
    }
    Layer first = ((Layer) Ssd300::normalised).named("norm");
    return x -> {
      List<Signal> maps = new ArrayList<>();
      Signal y = x;
      for (int k = 0; k < named.size(); k++) {
        y = named.get(k).apply(y);
        maps.add(heads.get(k).apply(k == 0 ? first.apply(y) : y));
      }
      return Convolutions.joined(numbers, maps);
    };
  }
}
