package dev.fovea.formats.onnx.walk;

import dev.fovea.nn.Initializer;
import dev.fovea.op.Value;
import dev.fovea.tensor.Shape;

/** Turns the tensors of a file into the values that the network computes with. */
public interface Weights {
  /** Returns a tensor that training changes. */
  Value parameter(String name, Shape shape, Initializer values);

  /** Returns a tensor that a network tracks while it is trained. */
  Value state(String name, Shape shape, Initializer values);

  /** Returns whether operators are to behave as in training. */
  boolean training();

  /**
   * Returns whether a norm is to use its running statistics rather than the batch's.
   *
   * @param names its scale and its shift
   */
  default boolean usesRunningStatistics(String... names) {
    return !training();
  }

  /** Says which node made a value. */
  default void label(Value value, String path) {}

  /** Says what a tracked tensor becomes after a step of training. */
  void follow(String name, Value state, Value next);

  /** Returns a random mask: 1/keep with probability keep, else 0. */
  Value mask(Shape shape, float keep);
}
