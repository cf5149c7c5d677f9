package dev.fovea.nn;

import dev.fovea.data.Task;
import dev.fovea.op.Value;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A loss function: the scalar that training minimises, computed from a network's output and its
 * target.
 */
public interface Loss {
  /** Returns the name. */
  String name();

  /** Returns the name with all settings; two losses with the same description are the same. */
  default String description() {
    return name();
  }

  /**
   * Returns whether targets are class indices and the output has one number per class; false by
   * default.
   */
  default boolean takesLabels() {
    return false;
  }

  /**
   * Returns the task of an output that is trained with this loss, if the loss determines it; by
   * default it does where targets are class indices.
   *
   * @param output the shape of the output for one sample
   */
  default Optional<Task> task(Shape output) {
    return takesLabels() ? Optional.of(Output.taskOfClasses(output)) : Optional.empty();
  }

  /**
   * Returns whether the loss compares the samples of a batch with each other, as a triplet loss
   * does; its value then depends on which samples share a batch. False by default.
   */
  default boolean comparesSamples() {
    return false;
  }

  /** Returns whether positions with this label are left out; such a label need not be a class. */
  default boolean ignores(float label) {
    return false;
  }

  /** Returns the shape of the target for an output of this shape, batch first. */
  Shape target(Shape output);

  /**
   * Returns the loss of a batch, a scalar: the mean over its elements, weighted if they have
   * weights, or over pairs if the loss compares samples.
   */
  Value of(Value output, Value target);

  /**
   * Returns the number of consecutive outputs that the loss takes; 1 unless it is a {@link
   * JointLoss}.
   */
  default int outputs() {
    return 1;
  }

  /**
   * Returns the shapes of the targets for outputs of these shapes, batch first; one target unless
   * the loss is a {@link JointLoss}.
   */
  default List<Shape> targets(List<Shape> outputs) {
    return List.of(target(outputs.get(0)));
  }

  /** Returns the loss of a batch for all its outputs and targets. */
  default Value of(List<Value> outputs, List<Value> targets) {
    return of(outputs.get(0), targets.get(0));
  }

  /**
   * Returns the terms that the loss is the sum of, by name and in order, where it has several; none
   * by default. They are columns of a training's history.
   */
  default Map<String, Value> parts(List<Value> outputs, List<Value> targets) {
    return Map.of();
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
   * Returns the weight of a batch in the mean loss over several batches: the number of samples by
   * default, the sum of the weights if samples or positions have weights.
   *
   * @param target the batch's targets [N, …]
   */
  default double weight(Tensor target) {
    return target.shape().dim(0);
  }
}
