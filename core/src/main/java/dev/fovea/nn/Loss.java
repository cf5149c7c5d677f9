package dev.fovea.nn;

import dev.fovea.op.Value;
import dev.fovea.tensor.Shape;

/** What training makes small: a scalar made of a network's output and what it should have been. */
public interface Loss {
  /** Returns the name. */
  String name();

  /** Returns the name with its numbers; losses of one description are the same. */
  default String description() {
    return name();
  }

  /** Returns whether targets are numbers of classes, one output per class; false by default. */
  default boolean takesLabels() {
    return false;
  }

  /** Returns whether a place with this label does not count and need not be a class. */
  default boolean ignores(float label) {
    return false;
  }

  /** Returns the shape of the target for an output of this shape, batch first. */
  Shape target(Shape output);

  /** Returns the mean loss over all elements of the batch, a scalar. */
  Value of(Value output, Value target);
}
