package dev.fovea.systems.net;

import dev.fovea.nn.Signal;
import dev.fovea.systems.detect.ProposalTargets;
import dev.fovea.systems.detect.RegionSearcher;
import dev.fovea.train.Objective;
import java.util.List;
import java.util.Optional;

/** What says where in a picture objects may be. */
interface FirstStage {
  /**
   * What a first stage says of a batch.
   *
   * @param regions boxes in pixels of the input, empty ones where there are no more [N, R, 4]
   * @param learned the outputs of the network that it learns by; none if it does not learn
   */
  record Proposed(Signal regions, List<Signal> learned) {}

  /** Returns the regions of pictures with these feature maps, finest first. */
  Proposed of(Signal pictures, List<Signal> maps);

  /** Returns how regions are searched, if it does that: no other tool can. */
  default Optional<RegionSearcher> search() {
    return Optional.empty();
  }

  /** Returns what it learns, if it learns. */
  default Optional<ProposalTargets> targets() {
    return Optional.empty();
  }

  /**
   * Returns the losses of what it learns by.
   *
   * @param output the number of its first output
   * @param target the number of its target
   */
  default List<Objective.Head> losses(int output, int target) {
    return List.of();
  }
}
