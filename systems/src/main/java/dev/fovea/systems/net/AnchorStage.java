package dev.fovea.systems.net;

import static dev.fovea.nn.Layers.conv2d;
import static dev.fovea.nn.Layers.relu;
import static dev.fovea.nn.Layers.sequence;

import dev.fovea.nn.Initializer;
import dev.fovea.nn.Layer;
import dev.fovea.nn.Signal;
import dev.fovea.systems.box.BoxCode;
import dev.fovea.systems.box.Matcher;
import dev.fovea.systems.box.Proposals;
import dev.fovea.systems.box.Sampler;
import dev.fovea.systems.detect.FirstStageLoss;
import dev.fovea.systems.detect.GridAnchors;
import dev.fovea.systems.detect.ProposalTargets;
import dev.fovea.systems.detect.RegionProposer;
import dev.fovea.systems.loss.ProposalLoss;
import dev.fovea.tensor.Shape;
import dev.fovea.train.Objective;
import java.util.List;
import java.util.Optional;

/**
 * The region proposal network (Ren et al., 2015): a 3×3 convolution over each map, then of each
 * anchor whether it holds an object, and where. All maps share its weights.
 */
final class AnchorStage implements FirstStage {
  private static final double STD = 0.01;

  private final RegionProposer proposer;
  private final Sampler sampler;
  private final Layer common;
  private final Layer objectness;
  private final Layer boxes;

  /**
   * Creates the network.
   *
   * @param anchors the anchors, as many for each cell of all maps
   * @param channels how many channels the 3×3 convolution has
   * @param sampler how many anchors of a picture learn
   * @param rule which regions go on
   */
  AnchorStage(GridAnchors anchors, int channels, Sampler sampler, Proposals rule) {
    int each = anchors.maps().get(0).sizes().size();
    Initializer small = Initializer.normal(STD);
    this.proposer = new RegionProposer(anchors, BoxCode.plain(), rule);
    this.sampler = sampler;
    this.common = sequence(conv2d(channels, 3).same().init(small), relu()).named("rpn");
    this.objectness = conv2d(each, 1).init(small).named("rpn_objectness");
    this.boxes = conv2d(4 * each, 1).init(small).named("rpn_boxes");
  }

  @Override
  public Proposed of(Signal pictures, List<Signal> maps) {
    int n = pictures.shape().dim(0);
    List<Signal> features =
        maps.subList(0, proposer.anchors().maps().size()).stream().map(common::apply).toList();
    Signal rows = Convolutions.joined(1, features.stream().map(objectness::apply).toList());
    Signal logits = rows.with(rows.value().reshape(Shape.of(n, rows.shape().dim(1))));
    Signal deltas = Convolutions.joined(4, features.stream().map(boxes::apply).toList());
    Signal regions = logits.with(proposer.of(logits.value(), deltas.value()));
    return new Proposed(regions, List.of(logits, deltas));
  }

  @Override
  public Optional<ProposalTargets> targets() {
    return Optional.of(
        new ProposalTargets(
            proposer.anchors().boxes(), proposer.code(), Matcher.ofProposals(), sampler));
  }

  @Override
  public List<Objective.Head> losses(int output, int target) {
    return List.of(Objective.head(output, target, new FirstStageLoss(ProposalLoss.BETA)));
  }
}
