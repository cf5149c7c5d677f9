package dev.fovea.systems.net;

import static dev.fovea.nn.Layers.conv2d;
import static dev.fovea.nn.Layers.convTranspose2d;
import static dev.fovea.nn.Layers.relu;
import static dev.fovea.nn.Layers.sequence;
import static dev.fovea.nn.Layers.upsample;

import dev.fovea.data.Box;
import dev.fovea.data.Mark;
import dev.fovea.data.Sample;
import dev.fovea.nn.Initializer;
import dev.fovea.nn.Layer;
import dev.fovea.nn.Signal;
import dev.fovea.systems.detect.DetectionReader;
import dev.fovea.systems.detect.TwoStageSamples.Further;
import dev.fovea.systems.label.LabelledData;
import dev.fovea.systems.pose.PointPrecision;
import dev.fovea.systems.pose.RegionPointLoss;
import dev.fovea.systems.pose.RegionPointTargets;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import dev.fovea.train.Measure;
import dev.fovea.train.Objective;
import java.util.ArrayList;
import java.util.List;

/**
 * The second stage for key points (He et al., 2017): 3×3 convolutions over what is read of each
 * region, four times the resolution by a transposed convolution and interpolation, and a map for
 * each kind of point, whose highest cell holds it.
 */
final class PointHead implements Branch {
  /** By how much the resolution of what is read is multiplied. */
  static final int TIMES = 4;

  private static final int NUMBERS = 3;

  private final RegionReader reader;
  private final RegionPointTargets targets;
  private final int detections;
  private final int objects;
  private final Layer layers;

  /**
   * Creates the head.
   *
   * @param reader what is read of a region, in a quarter of the size of the maps
   * @param convolutions how many 3×3 convolutions there are
   * @param channels how many channels they have
   * @param targets what it learns
   * @param detections of how many detections it tells points
   * @param objects how many objects a picture has at most while the network is trained
   */
  PointHead(
      RegionReader reader,
      int convolutions,
      int channels,
      RegionPointTargets targets,
      int detections,
      int objects) {
    this.reader = reader;
    this.targets = targets;
    this.detections = detections;
    this.objects = objects;
    List<Layer> all = new ArrayList<>();
    for (int i = 0; i < convolutions; i++) {
      all.add(conv2d(channels, 3).same().init(Initializer.heNormal()));
      all.add(relu());
    }
    all.add(convTranspose2d(targets.kinds(), 4).stride(2).padding(1));
    all.add(upsample(2).bilinear());
    this.layers = sequence(all).named("points");
  }

  /** Returns the logits of each cell [N, R, H, W, kinds] for regions [N, R, 4]. */
  private Signal logits(Signal regions, List<Signal> maps) {
    Signal read = reader.read(regions, maps);
    Shape s = read.shape();
    Shape flat = Shape.of(s.dim(0) * s.dim(1), s.dim(2), s.dim(3), s.dim(4));
    Signal y = layers.apply(read.with(read.value().reshape(flat)));
    int size = targets.cells().size();
    return y.with(y.value().reshape(Shape.of(s.dim(0), s.dim(1), size, size, targets.kinds())));
  }

  @Override
  public List<Further> inputs() {
    return List.of(new Further(Shape.of(objects, NUMBERS * targets.kinds()), this::points));
  }

  private Tensor points(Sample sample) {
    List<Box> boxes = Further.mark(sample, Mark.Boxes.class, "boxes").boxes();
    int row = NUMBERS * targets.kinds();
    Tensor points = Tensor.zeros(Shape.of(objects, row));
    Shape one = Shape.of(targets.kinds(), NUMBERS);
    for (int i = 0; i < Math.min(objects, boxes.size()); i++) {
      new Mark.KeyPoints(boxes.get(i).points(), List.of()).write(one, points.data(), i * row);
    }
    return points;
  }

  /** Returns logits and cells of the first of the sampled regions. */
  @Override
  public List<Signal> learned(Signal rows, List<Signal> maps, List<Signal> inputs) {
    Signal regions = rows.with(rows.value().slice(1, 0, targets.regions()).slice(-1, 0, 4));
    return List.of(
        logits(regions, maps), rows.with(targets.of(rows.value(), inputs.get(0).value())));
  }

  @Override
  public int outputs() {
    return 2;
  }

  @Override
  public List<Objective.Head> losses(int output, int target) {
    return List.of(Objective.head(output, 0, new RegionPointLoss()));
  }

  @Override
  public List<Shape> shapes(int n) {
    int size = targets.cells().size();
    return List.of(Shape.of(n, detections, size, size, targets.kinds()));
  }

  /** Returns the maps of each detection's points [N, D, H, W, kinds]. */
  @Override
  public List<Signal> used(Signal found, List<Signal> maps) {
    return List.of(logits(found.channels(0, 4), maps));
  }

  @Override
  public List<Measure> measures(DetectionReader reader, LabelledData samples) {
    return List.of(new PointPrecision(reader, samples));
  }
}
