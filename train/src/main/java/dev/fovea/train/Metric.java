package dev.fovea.train;

import dev.fovea.nn.Output;
import dev.fovea.tensor.Tensor;

/**
 * A measure of a network's quality, computed from sums over all samples.
 *
 * <p>A metric never changes; its sums are handed in, so that they can be put into a checkpoint.
 * Sums are taken in the order of the samples, in double precision.
 */
public interface Metric {
  /** Returns the name: lower-case letters, digits and underscores. */
  String name();

  /** Returns which of the network's outputs it is of; the first, 0, by default. */
  default int output() {
    return 0;
  }

  /** Returns which of the samples' targets it is of; the first, 0, by default. */
  default int target() {
    return 0;
  }

  /** Returns this metric for another output and target, whose indices become part of the name. */
  default Metric of(int output, int target) {
    return new MetricOf(this, output, target);
  }

  /** Returns whether larger is better; true by default. */
  default boolean higherIsBetter() {
    return true;
  }

  /**
   * Returns how many sums there are.
   *
   * @param output what the output is
   */
  default int sums(Output output) {
    return 2;
  }

  /**
   * Adds a batch to the sums.
   *
   * @param sums the sums so far, zeros at first
   * @param output what the output is
   * @param values the values of the output [N, …]
   * @param target the target values [N, …]; NaN for labels that a loss of this target ignores,
   *     which do not count
   */
  void add(double[] sums, Output output, Tensor values, Tensor target);

  /** Returns the value of the metric from its sums. */
  double value(double[] sums);
}
