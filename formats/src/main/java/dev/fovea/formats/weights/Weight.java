package dev.fovea.formats.weights;

import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;

/** The values of one parameter as a file holds them, brought into Fovea's layout when asked for. */
@FunctionalInterface
public interface Weight {
  /**
   * Returns the values.
   *
   * @param input the shape of what reaches the node, batch first
   * @param parameter the shape that the parameter has
   * @throws dev.fovea.tensor.FoveaException if the file holds another number of values
   */
  Tensor values(Shape input, Shape parameter);
}
