package dev.fovea.systems.net;

import dev.fovea.data.Dataset;
import dev.fovea.nn.Model;
import dev.fovea.nn.Signal;
import dev.fovea.systems.detect.RegionDetector;
import java.util.List;
import java.util.Optional;

/** A network that tells of regions of the picture of which class they are, each by itself. */
interface RegionNetwork {
  /** Returns the rows of what is found, as {@link RegionDetector} has them. */
  Signal used(Signal pictures);

  /** Returns the network as others search regions for it, if it searches any. */
  default Optional<Searched> searched() {
    return Optional.empty();
  }

  /**
   * Returns the rows of what is found, and behind it the logits of regions [N, S, classes] and the
   * rows of a {@link dev.fovea.systems.detect.RegionSampler}, which say what they should be.
   *
   * @param inputs pictures, objects and draws of {@link dev.fovea.systems.detect.TwoStageSamples}
   */
  List<Signal> learned(List<Signal> inputs);

  /** Returns how the rows of what is found are made. */
  RegionDetector detector();

  /**
   * Fits what is not learned by gradients to samples; nothing by default.
   *
   * @param used the network as it is used, with what it has learned
   * @param samples the samples it has learned from, each as it is
   */
  default void fit(Model used, Dataset samples) {}
}
