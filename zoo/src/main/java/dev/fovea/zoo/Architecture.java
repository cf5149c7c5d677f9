package dev.fovea.zoo;

import dev.fovea.nn.Layer;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Shape;
import java.util.function.IntFunction;

/**
 * A network of the zoo: what it is, how it is built and how it is trained.
 *
 * @param name the name by which it is found, such as {@code lenet5}
 * @param title the name its authors gave it
 * @param year the year of its paper
 * @param paper authors and title of its paper
 * @param input the usual input of one sample [H, W, C]
 * @param classes the usual number of classes
 * @param task what the network answers
 * @param recipe how it is trained when nothing else is asked for
 * @param network builds the layers for a number of classes
 */
public record Architecture(
    String name,
    String title,
    int year,
    String paper,
    Shape input,
    int classes,
    Task task,
    Recipe recipe,
    IntFunction<Layer> network) {

  /** What a network answers. */
  public enum Task {
    /** One class per picture: logits [N, classes]. */
    CLASSIFICATION,
    /** One class per pixel: logits [N, H, W, classes]. */
    SEGMENTATION
  }

  /**
   * Returns the layers of this network.
   *
   * @param count the number of classes
   * @throws FoveaException if there are fewer than 2
   */
  public Layer build(int count) {
    if (count < 2) {
      throw new FoveaException(name + ": needs at least 2 classes, got " + count);
    }
    return network.apply(count);
  }
}
