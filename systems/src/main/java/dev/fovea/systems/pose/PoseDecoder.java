package dev.fovea.systems.pose;

import dev.fovea.systems.Pose;
import dev.fovea.systems.label.Skeleton;
import dev.fovea.tensor.FoveaException;
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

  /** Returns the number of the output that tells points. */
  int output();

  /**
   * Returns what a network tells of a mirrored picture as if it were told of the picture: turned
   * back left to right, each kind in the place of that which it is in a mirror image.
   *
   * @param told the output that tells points [N, …]
   * @param skeleton says which kinds change places
   * @throws FoveaException if the skeleton does not say so
   */
  Tensor unmirrored(Tensor told, Skeleton skeleton);

  /** Returns the name of the rule, such as {@code heat-maps}. */
  String kind();

  /** Returns the numbers of the rule as JSON values. */
  Map<String, Object> fields();
}
