package dev.fovea.systems.net;

import static dev.fovea.nn.Layers.dense;
import static dev.fovea.nn.Layers.relu;
import static dev.fovea.nn.Layers.sequence;

import dev.fovea.data.Dataset;
import dev.fovea.nn.Initializer;
import dev.fovea.nn.Layer;
import dev.fovea.nn.Model;
import dev.fovea.nn.Signal;
import dev.fovea.op.Activation;
import dev.fovea.op.Movement;
import dev.fovea.op.Normalization;
import dev.fovea.op.Value;
import dev.fovea.systems.box.BoxCode;
import dev.fovea.systems.box.ClassDetections;
import dev.fovea.systems.box.Matcher;
import dev.fovea.systems.box.Sampler;
import dev.fovea.systems.detect.RegionDetector;
import dev.fovea.systems.detect.RegionSampler;
import dev.fovea.tensor.Shape;
import dev.fovea.zoo.Scale;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * The network of R-CNN (Girshick et al., 2014): each region that a first stage proposes is warped
 * to a square and goes through the whole of a network by itself. It learns classes by a softmax; as
 * it is used, a support vector machine for each class tells how surely the region shows it, and a
 * regression where its box is, both of the last hidden layer.
 *
 * @param first says where
 * @param crops warps regions
 * @param features from a square to the last hidden layer [N, units]
 * @param logits of classes, background first, from the hidden layer
 * @param machines the margins of classes from the hidden layer
 * @param boxes the codes of classes' boxes from the hidden layer
 * @param sampler which regions of a picture are learned
 * @param detector which objects are found
 */
record RcnnNetwork(
    FirstStage first,
    CropReader crops,
    Layer features,
    Layer logits,
    Layer machines,
    Layer boxes,
    RegionSampler sampler,
    RegionDetector detector)
    implements RegionNetwork {
  private static final int UNITS = 256;
  private static final double STD = 0.01;
  private static final double OBJECT = 0.5;

  /** Of a picture to be looked at so many regions go through the network at a time. */
  private static final int AT_ONCE = 50;

  /** Returns the network over the layers up to the map, for squares of a side. */
  static RcnnNetwork of(
      FirstStage first, Layer backbone, int side, Sampler drawn, ClassDetections found, Plan plan) {
    int classes = plan.classes().size();
    int units = new Scale(classes, plan.width()).channels(UNITS);
    Layer hidden =
        sequence(
                dense(units).init(Initializer.heNormal()),
                relu(),
                dense(units).init(Initializer.heNormal()),
                relu())
            .named("regions");
    BoxCode code = BoxCode.plain();
    return new RcnnNetwork(
        first,
        CropReader.withContext(side),
        x -> hidden.apply(flat(backbone.apply(x))),
        dense(classes + 1).init(Initializer.normal(STD)).named("classes"),
        dense(classes).init(Initializer.zeros()).named("machines"),
        dense(4 * classes).init(Initializer.zeros()).named("boxes"),
        new RegionSampler(Matcher.above(OBJECT), drawn, code),
        new RegionDetector(code, found, plan.rule().height(), plan.rule().width()));
  }

  private static Signal flat(Signal map) {
    int n = map.shape().dim(0);
    return map.reshape(Shape.of(map.shape().elements() / n));
  }

  /** Returns the last hidden layer for regions [N, R, 4] of pictures: [N · R, units]. */
  Signal hidden(Signal regions, Signal pictures) {
    Signal squares = crops.of(regions, pictures);
    int[] dims = squares.shape().dims();
    return features.apply(
        squares.with(
            squares.value().reshape(Shape.of(dims[0] * dims[1], dims[2], dims[3], dims[4]))));
  }

  /** Returns what a layer tells of the hidden layer of regions, some at a time: [N, R, numbers]. */
  private Signal told(Signal regions, Signal pictures, Layer... layers) {
    int n = regions.shape().dim(0);
    int count = regions.shape().dim(1);
    List<Value> parts = new ArrayList<>();
    for (int from = 0; from < count; from += AT_ONCE) {
      int some = Math.min(AT_ONCE, count - from);
      Signal hidden = hidden(regions.with(regions.value().slice(1, from, some)), pictures);
      List<Value> all = new ArrayList<>();
      for (Layer layer : layers) {
        Signal rows = layer.apply(hidden);
        all.add(rows.value().reshape(Shape.of(n, some, rows.shape().dim(1))));
      }
      parts.add(joined(2, all));
    }
    return regions.with(joined(1, parts));
  }

  private static Value joined(int axis, List<Value> parts) {
    return parts.size() == 1 ? parts.get(0) : Value.of(new Movement.Concat(axis), parts);
  }

  @Override
  public Signal used(Signal pictures) {
    return used(pictures, first.of(pictures, List.of()).regions());
  }

  @Override
  public Optional<Searched> searched() {
    return first.search().map(s -> new Searched(s, in -> List.of(used(in.get(0), in.get(1)))));
  }

  private Signal used(Signal pictures, Signal regions) {
    Signal told = told(regions, pictures, machines, boxes);
    int classes = told.shape().dim(2) / 5;
    Signal sure = told.channels(0, classes).activate(Activation.SIGMOID);
    return found(
        regions, withBackground(sure, 1), withBackground(told.channels(classes, 4 * classes), 4));
  }

  /** Returns numbers of classes with zeros for the background before them. */
  private static Signal withBackground(Signal classes, int numbers) {
    Signal none = classes.channels(0, numbers).times(0);
    return none.concat(classes);
  }

  private Signal found(Signal regions, Signal probabilities, Signal codes) {
    return regions.with(detector.of(regions.value(), probabilities.value(), codes.value()));
  }

  /** Returns what is found by classes as they are learned, with boxes as they are proposed. */
  private Signal foundWhileLearning(Signal regions, Signal pictures) {
    Signal told = told(regions, pictures, logits);
    Signal sure = told.with(Value.of(new Normalization.Softmax(), told.value()));
    Signal one = told.channels(0, 1).times(0);
    Signal[] three = IntStream.range(0, 3).mapToObj(i -> one).toArray(Signal[]::new);
    Signal four = one.concat(three);
    int more = told.shape().dim(2) - 1;
    Signal[] others = IntStream.range(0, more).mapToObj(i -> four).toArray(Signal[]::new);
    return found(regions, sure, four.concat(others));
  }

  @Override
  public List<Signal> learned(List<Signal> inputs) {
    Signal pictures = inputs.get(0);
    Signal regions = first.of(pictures, List.of()).regions();
    Signal rows =
        regions.with(sampler.of(regions.value(), inputs.get(1).value(), inputs.get(2).value()));
    int n = rows.shape().dim(0);
    Signal hidden = logits.apply(hidden(rows.channels(0, 4), pictures));
    Shape each = Shape.of(n, rows.shape().dim(1), hidden.shape().dim(1));
    Signal said = hidden.with(hidden.value().reshape(each));
    Shape nothing = detector.shape(n);
    Signal found =
        pictures.trace().training()
            ? rows.with(Value.constant(0).broadcastTo(nothing))
            : foundWhileLearning(regions, pictures);
    return List.of(found, said, rows);
  }

  @Override
  public void fit(Model used, Dataset samples) {
    new RcnnFitting(this, used, samples).fit();
  }
}
