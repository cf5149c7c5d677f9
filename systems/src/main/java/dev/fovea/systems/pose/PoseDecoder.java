package dev.fovea.systems.pose;

import dev.fovea.systems.Pose;
import dev.fovea.tensor.Tensor;
import dev.fovea.vision.Placement.Size;
import java.util.List;
import java.util.Map;

/**
 * How the outputs of a network tell key points: the rule of its kind with its numbers. It is kept
 * in the metadata of the model, so that a file needs nothing beside it.
 */
public interface PoseDecoder {
  /**
   * Returns the poses of one sample, with all points, however unsure; several threads call this at
   * once.
   *
   * @param outputs the outputs of the network [N, …]
   * @param sample the number of the sample
   * @param input the size of the network's input, in whose pixels points are
   * @param label the name of the class
   */
  List<Pose> decode(List<Tensor> outputs, int sample, Size input, String label);

  /** Returns the name of the rule, such as {@code heat-maps}. */
  String kind();

  /** Returns the numbers of the rule as JSON values. */
  Map<String, Object> fields();
}
