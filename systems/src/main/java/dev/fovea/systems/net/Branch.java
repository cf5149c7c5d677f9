package dev.fovea.systems.net;

import dev.fovea.nn.Signal;
import dev.fovea.systems.detect.DetectionReader;
import dev.fovea.systems.detect.TwoStageSamples.Further;
import dev.fovea.systems.label.LabelledData;
import dev.fovea.tensor.Shape;
import dev.fovea.train.Measure;
import dev.fovea.train.Objective;
import java.util.List;

/** What a network of two stages tells beside boxes, such as a mask for each. */
interface Branch {
  /** Returns the further inputs that it learns from. */
  default List<Further> inputs() {
    return List.of();
  }

  /** Returns the further targets that it learns from. */
  default List<Further> targets() {
    return List.of();
  }

  /** Returns the shapes of what it tells of a batch. */
  List<Shape> shapes(int n);

  /**
   * Returns what it tells of pictures.
   *
   * @param found detections, see {@link dev.fovea.systems.detect.RegionDetector}
   * @param maps feature maps, finest first
   */
  List<Signal> used(Signal found, List<Signal> maps);

  /**
   * Returns what its losses are of.
   *
   * @param rows what was sampled, see {@link dev.fovea.systems.detect.RegionSampler}
   * @param maps feature maps, finest first
   * @param inputs its {@link #inputs}
   */
  List<Signal> learned(Signal rows, List<Signal> maps, List<Signal> inputs);

  /**
   * Returns its losses.
   *
   * @param output the number of the first output of {@link #learned}
   * @param target the number of the first of its {@link #targets}
   */
  List<Objective.Head> losses(int output, int target);

  /** Returns how many outputs {@link #learned} has. */
  int outputs();

  /**
   * Returns what is measured of it.
   *
   * @param reader how outputs are read, with a low least score
   * @param samples the samples that are evaluated
   */
  default List<Measure> measures(DetectionReader reader, LabelledData samples) {
    return List.of();
  }
}
