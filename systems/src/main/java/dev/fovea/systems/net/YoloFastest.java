package dev.fovea.systems.net;

import static dev.fovea.nn.Layers.batchNorm;
import static dev.fovea.nn.Layers.concat;
import static dev.fovea.nn.Layers.conv2d;
import static dev.fovea.nn.Layers.depthwiseConv2d;
import static dev.fovea.nn.Layers.dropout;
import static dev.fovea.nn.Layers.leakyRelu;
import static dev.fovea.nn.Layers.maxPool;
import static dev.fovea.nn.Layers.sequence;
import static dev.fovea.nn.Layers.upsample;

import dev.fovea.data.Preprocessing;
import dev.fovea.data.Task;
import dev.fovea.nn.Conv2d;
import dev.fovea.nn.Initializer;
import dev.fovea.nn.Layer;
import dev.fovea.nn.Signal;
import dev.fovea.systems.detect.YoloLoss;
import dev.fovea.systems.label.LabelledData;
import dev.fovea.tensor.Shape;
import dev.fovea.zoo.Recipe;
import dev.fovea.zoo.Scale;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/**
 * YOLO-Fastest 1.1: inverted residual blocks of very few channels, maps of strides 16 and 32.
 *
 * <p>Its layers are called as Darknet's file has them, {@code convolutional_0} on, so that a
 * training may begin with weights of that file: all but the heads of other classes.
 */
final class YoloFastest implements VisionSystem {
  private static final double SLOPE = 0.1;
  private static final double DROPPED = 0.15;

  /** What the object's logits begin with: few rows have one. */
  private static final double OBJECT_BIAS = -4;

  private static final Profile PROFILE =
      new Profile(
          "yolo-fastest",
          "YOLO-Fastest 1.1",
          2020,
          "dog-qiuqiu: Yolo-Fastest",
          Task.BOXES,
          Shape.of(320, 320, 3),
          new Recipe(
              "adamw",
              2e-3,
              "one-cycle",
              20,
              16,
              5e-4,
              10,
              "flip,scale:0.25,shift:0.1,brightness:0.2,contrast:0.25"));

  private static final YoloRows ROWS =
      new YoloRows("yolo-fastest", 6, List.of(16, 32), 2, 0.55, 0.6, YoloLoss.Boxes.COMPLETE_IOU);

  @Override
  public Profile profile() {
    return PROFILE;
  }

  /** Returns values of 0 … 1, as Darknet has them. */
  @Override
  public Preprocessing preprocessing(Shape shape) {
    return Preprocessing.scaled(shape);
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
    Parts parts = new Parts(scale);
    UnaryOperator<Signal> fine = parts.fine();
    UnaryOperator<Signal> coarse = parts.coarse();
    float[] bias = Convolutions.biases(numbers, 4, 1, OBJECT_BIAS);
    UnaryOperator<Signal> coarseRows = parts.head(96, anchors.get(1), bias);
    parts.skip(4);
    UnaryOperator<Signal> fineRows = parts.head(120, anchors.get(0), bias);
    Layer up = upsample(2);
    return x -> {
      Signal f = fine.apply(x);
      Signal c = coarse.apply(f);
      Signal both = up.apply(c).concat(f);
      return Convolutions.joined(numbers, List.of(fineRows.apply(both), coarseRows.apply(c)));
    };
  }

  /** Makes parts whose convolutions are numbered as the sections of Darknet's file. */
  private static final class Parts {
    private final Scale scale;
    private int next;

    Parts(Scale scale) {
      this.scale = scale;
    }

    /** Passes over sections without convolutions. */
    void skip(int sections) {
      next += sections;
    }

    /** Returns what leads to stride 16. */
    UnaryOperator<Signal> fine() {
      List<UnaryOperator<Signal>> all = new ArrayList<>();
      all.add(normed(conv2d(scale.channels(8), 3).stride(2), true)::apply);
      all.add(block(8, 4, 1));
      all.add(added(8, 4));
      all.add(block(24, 8, 2));
      all.add(added(32, 8));
      all.add(added(32, 8));
      all.add(block(32, 8, 2));
      all.add(added(48, 8));
      all.add(added(48, 8));
      all.add(block(48, 16, 1));
      for (int i = 0; i < 4; i++) {
        all.add(added(96, 16));
      }
      all.add(block(96, 24, 2));
      for (int i = 0; i < 4; i++) {
        all.add(added(136, 24));
      }
      return joined(all);
    }

    /** Returns what leads from there to stride 32, seen at three more sizes. */
    UnaryOperator<Signal> coarse() {
      List<UnaryOperator<Signal>> all = new ArrayList<>();
      all.add(block(136, 48, 2));
      for (int i = 0; i < 5; i++) {
        all.add(added(224, 48));
      }
      List<Layer> pools = Stream.of(9, 5, 3).map(YoloFastest::pool).toList();
      all.add(x -> {
        List<Signal> sizes = new ArrayList<>();
        pools.forEach(pool -> sizes.add(pool.apply(x)));
        sizes.add(x);
        return concat(sizes);
      });
      skip(6);
      all.add(normed(conv2d(scale.channels(96), 1), true)::apply);
      return joined(all);
    }

    /** Returns what makes rows of numbers of a map. */
    UnaryOperator<Signal> head(int channels, int anchors, float... bias) {
      List<UnaryOperator<Signal>> all = new ArrayList<>();
      for (int i = 0; i < 2; i++) {
        all.add(normed(depthwiseConv2d(5), true)::apply);
        all.add(normed(conv2d(scale.channels(channels), 1), false)::apply);
      }
      all.add(Convolutions.rows(anchors, bias).named(name())::apply);
      return joined(all);
    }

    /** Returns an inverted residual block with what it is of added. */
    private UnaryOperator<Signal> added(int wide, int narrow) {
      UnaryOperator<Signal> block = block(wide, narrow, 1);
      Layer dropout = dropout(DROPPED);
      skip(2);
      return x -> x.plus(dropout.apply(block.apply(x)));
    }

    /** Returns convolutions that widen, look around and narrow. */
    private UnaryOperator<Signal> block(int wide, int narrow, int stride) {
      return joined(
          List.of(
              normed(conv2d(scale.channels(wide), 1), true)::apply,
              normed(depthwiseConv2d(3).stride(stride), true)::apply,
              normed(conv2d(scale.channels(narrow), 1), false)::apply));
    }

    private Layer normed(Conv2d conv, boolean leaky) {
      Layer kernel =
          conv.padding(conv.window().kernelHeight() / 2)
              .noBias()
              .init(Initializer.heNormal())
              .named("conv");
      Layer norm = batchNorm().named("norm");
      Layer all = leaky ? sequence(kernel, norm, leakyRelu(SLOPE)) : sequence(kernel, norm);
      return all.named(name());
    }

    private String name() {
      return "convolutional_" + next++;
    }
  }

  private static Layer pool(int kernel) {
    return maxPool(kernel).stride(1).padding(kernel / 2);
  }

  private static UnaryOperator<Signal> joined(List<UnaryOperator<Signal>> parts) {
    return x -> {
      Signal y = x;
      for (UnaryOperator<Signal> part : parts) {
        y = part.apply(y);
      }
      return y;
    };
  }
}
