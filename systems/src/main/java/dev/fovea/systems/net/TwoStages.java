package dev.fovea.systems.net;

import dev.fovea.nn.Signal;
import dev.fovea.op.Normalization;
import dev.fovea.op.Value;
import dev.fovea.systems.box.BoxCode;
import dev.fovea.systems.box.ClassDetections;
import dev.fovea.systems.box.Matcher;
import dev.fovea.systems.box.Sampler;
import dev.fovea.systems.detect.RegionDetector;
import dev.fovea.systems.detect.RegionSampler;
import dev.fovea.tensor.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * The network of a detector of two stages: the first says where objects may be, the second what is
 * there (Girshick et al., 2014, and all that came of it).
 *
 * <p>As it is used its outputs are those of {@link #used}. As it is trained its inputs are those of
 * {@link dev.fovea.systems.detect.TwoStageSamples}, and behind the outputs of its use, which are
 * zeros while it learns, stand logits, codes and rows of the sampled regions, what the first stage
 * learns by, and what the branches do.
 *
 * @param features the feature maps of pictures, finest first
 * @param first says where
 * @param second says what
 * @param branches tell what there is beside boxes
 * @param sampler which regions the second stage learns
 * @param detector which objects are found
 */
record TwoStages(
    Function<Signal, List<Signal>> features,
    FirstStage first,
    RegionHead second,
    List<Branch> branches,
    RegionSampler sampler,
    RegionDetector detector) {
  private static final double OBJECT = 0.5;

  /** Behind the picture, the objects and the number that regions are drawn by. */
  private static final int INPUTS = 3;

  /**
   * Creates a network that reads boxes as usual.
   *
   * @param drawn how many regions of a picture the second stage learns
   * @param found which objects are found
   * @param plan what it is set up for
   */
  static TwoStages of(
      Function<Signal, List<Signal>> features,
      FirstStage first,
      RegionHead second,
      List<Branch> branches,
      Sampler drawn,
      ClassDetections found,
      Plan plan) {
    BoxCode code = BoxCode.weighted();
    return new TwoStages(
        features,
        first,
        second,
        branches,
        new RegionSampler(Matcher.above(OBJECT), drawn, code),
        new RegionDetector(code, found, plan.rule().height(), plan.rule().width()));
  }

  /** Returns what is found in pictures: the rows of detections, then what the branches tell. */
  List<Signal> used(Signal pictures) {
    List<Signal> maps = features.apply(pictures);
    return found(first.of(pictures, maps).regions(), maps);
  }

  /** Returns the network as others search regions for it, if its first stage searches. */
  Optional<Searched> searched() {
    return first
        .search()
        .map(s -> new Searched(s, in -> found(in.get(1), features.apply(in.get(0)))));
  }

  private List<Signal> found(Signal regions, List<Signal> maps) {
    RegionHead.Said said = second.of(regions, maps);
    Value probabilities = Value.of(new Normalization.Softmax(), said.logits().value());
    Signal rows = regions.with(detector.of(regions.value(), probabilities, said.deltas().value()));
    List<Signal> all = new ArrayList<>(List.of(rows));
    branches.forEach(b -> all.addAll(b.used(rows, maps)));
    return all;
  }

  /** Returns what is found, and behind it what the losses are of. */
  List<Signal> learned(List<Signal> inputs) {
    Signal pictures = inputs.get(0);
    List<Signal> maps = features.apply(pictures);
    FirstStage.Proposed proposed = first.of(pictures, maps);
    Signal regions = proposed.regions();
    List<Signal> all =
        new ArrayList<>(pictures.trace().training() ? nothing(pictures) : found(regions, maps));
    Signal rows =
        regions.with(sampler.of(regions.value(), inputs.get(1).value(), inputs.get(2).value()));
    RegionHead.Said said = second.of(rows.channels(0, 4), maps);
    all.addAll(List.of(said.logits(), said.deltas(), rows));
    all.addAll(proposed.learned());
    int next = INPUTS;
    for (Branch b : branches) {
      int end = next + b.inputs().size();
      all.addAll(b.learned(rows, maps, inputs.subList(next, end)));
      next = end;
    }
    return all;
  }

  /** Returns zeros in place of what is found: while the network learns nobody looks at it. */
  private List<Signal> nothing(Signal pictures) {
    int n = pictures.shape().dim(0);
    Shape rows = detector.shape(n);
    List<Signal> all = new ArrayList<>(List.of(zeros(pictures, rows)));
    branches.forEach(b -> b.shapes(n).forEach(s -> all.add(zeros(pictures, s))));
    return all;
  }

  private static Signal zeros(Signal of, Shape shape) {
    return of.with(Value.constant(0).broadcastTo(shape));
  }
}
