package dev.fovea.systems.net;

import static dev.fovea.nn.Layers.conv2d;
import static dev.fovea.nn.Layers.dense;
import static dev.fovea.nn.Layers.flatten;
import static dev.fovea.nn.Layers.maxPool;
import static dev.fovea.nn.Layers.relu;
import static dev.fovea.nn.Layers.sequence;

import dev.fovea.nn.Initializer;
import dev.fovea.nn.Layer;
import dev.fovea.nn.Layers;
import dev.fovea.nn.Signal;
import dev.fovea.op.Movement;
import dev.fovea.op.Normalization;
import dev.fovea.op.Value;
import dev.fovea.systems.detect.RegionDetector;
import dev.fovea.systems.detect.RegionSampler;
import dev.fovea.systems.window.FullyConvolutional;
import dev.fovea.systems.window.FullyConvolutional.Passed;
import dev.fovea.tensor.Shape;
import dev.fovea.zoo.Scale;
import java.util.ArrayList;
import java.util.List;

/**
 * A classifier of windows, background among its classes. It learns single windows; as it is used it
 * is fully convolutional and answers for all windows of a size in one pass, or it looks at one
 * window after the other, which gives the same.
 *
 * @param classifier from a window [N, side, side, C] to logits of classes, background first
 * @param windows which windows there are
 * @param onePass whether it answers for all windows of a size at once
 * @param sampler which windows of a picture are learned
 * @param detector which objects are found
 */
record WindowNetwork(
    Layer classifier,
    Windows windows,
    boolean onePass,
    RegionSampler sampler,
    RegionDetector detector)
    implements RegionNetwork {
  /** The side of a window in pixels of the classifier's input. */
  static final int SIDE = 48;

  /** How far apart the windows are that it answers for in one pass: the product of its strides. */
  static final int STEP = 8;

  private static final int UNITS = 256;
  private static final double SLOPE = 0.1;
  private static final double STD = 0.01;
  private static final int AT_ONCE = 512;

  /**
   * Returns the layers of {@link SmallTwoStage#backbone} up to its fourth convolution without
   * padding, which windows in one pass must not have, and two dense layers.
   */
  static Layer classifier(Scale scale) {
    return sequence(
        valid(scale.channels(16)),
        maxPool(2),
        valid(scale.channels(32)),
        maxPool(2),
        valid(scale.channels(64)),
        maxPool(2),
        valid(scale.channels(128)),
        flatten(),
        dense(scale.channels(UNITS)).init(Initializer.heNormal()),
        relu(),
        dense(scale.classes() + 1).init(Initializer.normal(STD)));
  }

  private static Layer valid(int filters) {
    return sequence(
        conv2d(filters, 3).noBias().init(Initializer.heNormal()),
        Layers.batchNorm(),
        Layers.leakyRelu(SLOPE));
  }

  @Override
  public Signal used(Signal pictures) {
    int n = pictures.shape().dim(0);
    Value regions = windows.regions(n);
    Value logits = onePass ? pass(pictures) : each(pictures, regions);
    Value sure = Value.of(new Normalization.Softmax(), logits);
    int numbers = 4 * sure.shape().dim(2);
    Value codes = Value.constant(0).broadcastTo(Shape.of(n, sure.shape().dim(1), numbers));
    return pictures.with(detector.of(regions, sure, codes));
  }

  /** Returns the logits of all windows [N, R, classes], those of a size in one pass. */
  private Value pass(Signal pictures) {
    List<Value> all = new ArrayList<>();
    for (Signal picture : windows.pyramid(pictures)) {
      Passed passed = FullyConvolutional.over(classifier, SIDE, SIDE, picture);
      int[] dims = passed.outputs().shape().dims();
      all.add(passed.outputs().value().reshape(Shape.of(dims[0], dims[1] * dims[2], dims[3])));
    }
    return Value.of(new Movement.Concat(1), all);
  }

  /** Returns the logits of all windows, some at a time. */
  private Value each(Signal pictures, Value regions) {
    List<Value> all = new ArrayList<>();
    int count = regions.shape().dim(1);
    for (int from = 0; from < count; from += AT_ONCE) {
      int some = Math.min(AT_ONCE, count - from);
      all.add(logits(pictures.with(regions.slice(1, from, some)), pictures));
    }
    return Value.of(new Movement.Concat(1), all);
  }

  private Value logits(Signal regions, Signal pictures) {
    Signal rows = classifier.apply(windows.cut(regions, pictures));
    Shape shape = regions.shape();
    return rows.value().reshape(Shape.of(shape.dim(0), shape.dim(1), rows.shape().dim(1)));
  }

  @Override
  public List<Signal> learned(List<Signal> inputs) {
    Signal pictures = inputs.get(0);
    int n = pictures.shape().dim(0);
    Signal rows =
        pictures.with(sampler.of(windows.regions(n), inputs.get(1).value(), inputs.get(2).value()));
    Signal said = pictures.with(logits(rows.channels(0, 4), pictures));
    Signal found =
        pictures.trace().training()
            ? pictures.with(Value.constant(0).broadcastTo(detector.shape(n)))
            : used(pictures);
    return List.of(found, said, rows);
  }
}
