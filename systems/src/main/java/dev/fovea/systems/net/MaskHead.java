package dev.fovea.systems.net;

import static dev.fovea.nn.Layers.conv2d;
import static dev.fovea.nn.Layers.convTranspose2d;
import static dev.fovea.nn.Layers.relu;
import static dev.fovea.nn.Layers.sequence;

import dev.fovea.data.Mark;
import dev.fovea.nn.Initializer;
import dev.fovea.nn.Layer;
import dev.fovea.nn.Signal;
import dev.fovea.op.Activation;
import dev.fovea.op.Movement;
import dev.fovea.op.Value;
import dev.fovea.systems.detect.DetectionReader;
import dev.fovea.systems.detect.MaskPrecision;
import dev.fovea.systems.detect.RegionMaskLoss;
import dev.fovea.systems.detect.RegionMasks;
import dev.fovea.systems.detect.TwoStageSamples.Further;
import dev.fovea.systems.label.LabelledData;
import dev.fovea.tensor.Shape;
import dev.fovea.train.Measure;
import dev.fovea.train.Objective;
import java.util.ArrayList;
import java.util.List;

/**
 * The second stage for masks (He et al., 2017): 3×3 convolutions over what is read of each region,
 * twice the resolution by a transposed convolution, and a map for each class.
 */
final class MaskHead implements Branch {
  private final RegionReader reader;
  private final RegionMasks targets;
  private final int classes;
  private final int detections;
  private final Shape picture;
  private final Layer layers;

  /**
   * Creates the head.
   *
   * @param reader what is read of a region, in half the size of the masks
   * @param convolutions how many 3×3 convolutions there are
   * @param channels how many channels they have
   * @param targets what it learns
   * @param detections of how many detections it tells masks
   * @param plan what the network is set up for
   */
  MaskHead(
      RegionReader reader,
      int convolutions,
      int channels,
      RegionMasks targets,
      int detections,
      Plan plan) {
    this.reader = reader;
    this.targets = targets;
    this.classes = plan.classes().size();
    this.detections = detections;
    this.picture = Shape.of(plan.rule().height(), plan.rule().width());
    List<Layer> all = new ArrayList<>();
    for (int i = 0; i < convolutions; i++) {
      all.add(conv2d(channels, 3).same().init(Initializer.heNormal()));
      all.add(relu());
    }
    all.add(convTranspose2d(channels, 2).stride(2).init(Initializer.heNormal()));
    all.add(relu());
    all.add(conv2d(classes, 1));
    this.layers = sequence(all).named("masks");
  }

  /** Returns the logits of each class [N, R, H, W, classes] for regions [N, R, 4]. */
  private Signal logits(Signal regions, List<Signal> maps) {
    Signal read = reader.read(regions, maps);
    Shape s = read.shape();
    Shape flat = Shape.of(s.dim(0) * s.dim(1), s.dim(2), s.dim(3), s.dim(4));
    Signal y = layers.apply(read.with(read.value().reshape(flat)));
    Shape own = Shape.of(s.dim(0), s.dim(1), targets.size(), targets.size(), classes);
    return y.with(y.value().reshape(own));
  }

  @Override
  public List<Further> inputs() {
    return List.of(
        new Further(picture, s -> Further.mark(s, Mark.Instances.class, "instances").numbers()));
  }

  /** Returns the sampled rows, then logits and targets of the first of them. */
  @Override
  public List<Signal> learned(Signal rows, List<Signal> maps, List<Signal> inputs) {
    Value regions = rows.value().slice(1, 0, targets.regions()).slice(-1, 0, 4);
    return List.of(
        rows,
        logits(rows.with(regions), maps),
        rows.with(targets.of(rows.value(), inputs.get(0).value())));
  }

  @Override
  public int outputs() {
    return 3;
  }

  @Override
  public List<Objective.Head> losses(int output, int target) {
    return List.of(Objective.head(output, 0, new RegionMaskLoss()));
  }

  @Override
  public List<Measure> measures(DetectionReader reader, LabelledData samples) {
    return List.of(new MaskPrecision(reader, samples));
  }

  @Override
  public List<Shape> shapes(int n) {
    return List.of(Shape.of(n, detections, targets.size(), targets.size()));
  }

  /** Returns the mask of each detection's own class [N, D, H, W], 0 … 1. */
  @Override
  public List<Signal> used(Signal found, List<Signal> maps) {
    int n = found.shape().dim(0);
    int count = found.shape().dim(1);
    Signal all = logits(found.channels(0, 4), maps);
    Value labels = found.value().slice(-1, 5, 1).reshape(Shape.of(n, count));
    Value hot =
        Value.of(new Movement.OneHot(classes), labels).reshape(Shape.of(n, count, 1, 1, classes));
    Value own = all.value().times(hot).sum(4).reshape(shapes(n).get(0));
    return List.of(found.with(own.activate(Activation.SIGMOID)));
  }
}
