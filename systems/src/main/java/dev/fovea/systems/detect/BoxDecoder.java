package dev.fovea.systems.detect;

import dev.fovea.op.Value;
import dev.fovea.systems.label.Skeleton;
import dev.fovea.tensor.Tensor;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * How the outputs of a network tell boxes: the rule of its kind with its numbers. It is kept in the
 * metadata of the model, so that a file needs nothing beside it.
 */
public interface BoxDecoder {
  /**
   * Adds the boxes of one sample that are not less sure than wanted; several threads call this at
   * once.
   *
   * @param outputs the outputs of the network [N, …]
   * @param sample the number of the sample
   * @param least the least score
   * @param to where boxes go, in pixels of the network's input
   */
  void decode(List<Tensor> outputs, int sample, double least, Candidates to);

  /**
   * Returns the boxes of all samples as values of a graph, if they can be told so.
   *
   * @param outputs the outputs of the network [N, …]
   */
  default Optional<ToldBoxes> told(List<Value> outputs) {
    return Optional.empty();
  }

  /** Returns the boxes that the network begins from in each cell of its maps; none by default. */
  default Optional<GridAnchors> anchors() {
    return Optional.empty();
  }

  /** Returns the name of the rule, such as {@code yolo-v3}. */
  String kind();

  /** Returns the key points that objects are told with; none by default. */
  default Skeleton skeleton() {
    return Skeleton.NONE;
  }

  /** Returns the numbers of the rule as JSON values. */
  Map<String, Object> fields();
}
