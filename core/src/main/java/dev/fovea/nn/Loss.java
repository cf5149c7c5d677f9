package dev.fovea.nn;

import dev.fovea.data.Task;
import dev.fovea.op.Value;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import java.util.List;
import java.util.Optional;

/** A loss: the scalar that training minimises, a function of a network's output and its target. */
public interface Loss {
  /** Returns the name. */
  String name();

  /** Returns the name and its settings; losses of one description are the same. */
  default String description() {
    return name();
  }

  /** Returns whether targets are class indices, one output per class; false by default. */
  default boolean takesLabels() {
    return false;
  }

  /**
   * Returns the task of an output with this loss, if the loss determines it: by default where
   * targets are class indices.
   *
   * @param output the shape of the output for one sample
   */
  default Optional<Task> task(Shape output) {
    return takesLabels() ? Optional.of(Output.taskOfClasses(output)) : Optional.empty();
  }

  /**
   * Returns whether the loss compares the samples of a batch with each other, as those of pairs do,
   * so that it depends on which are together; false by default.
   */
  default boolean comparesSamples() {
    return false;
  }

  /** Returns whether a place with this label does not count and need not be a class. */
  default boolean ignores(float label) {
    return false;
  }

  /** Returns the shape of the target for an output of this shape, batch first. */
  Shape target(Shape output);

  /**
   * Returns the loss of a batch, a scalar: the mean over its elements, weighted where some of them
   * count more than others, or over pairs where the loss is of those.
   */
  Value of(Value output, Value target);

  /** Returns how many outputs, one after the other, the loss is of; 1 unless it is joint. */
  default int outputs() {
    return 1;
  }

  /**
   * Returns the shapes of the targets, one after the other, for outputs of these shapes, batch
   * first; one unless the loss is joint.
   */
  default List<Shape> targets(List<Shape> outputs) {
    return List.of(target(outputs.get(0)));
  }

  /** Returns the loss of as many outputs and targets of a batch as it is of. */
  default Value of(List<Value> outputs, List<Value> targets) {
    return of(outputs.get(0), targets.get(0));
  }

  /**
   * Returns the loss of a batch within a formula.
   *
   * @param target a signal of the elements of {@link #target} of the output's shape
   */
  default Signal of(Signal output, Signal target) {
    return output.with(of(output.value(), target.value().reshape(target(output.shape()))));
  }

  /**
   * Returns how much a batch counts in the mean loss over several batches: the number of samples by
   * default, the sum of all weights where samples or places have weights.
   *
   * @param target the batch's targets [N, …]
   */
  default double weight(Tensor target) {
    return target.shape().dim(0);
  }
}
