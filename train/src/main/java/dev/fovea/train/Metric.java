package dev.fovea.train;

import dev.fovea.nn.Output;
import dev.fovea.tensor.Tensor;

/**
 * A metric of a network's quality that is computed from sums over all samples.
 *
 * <p>A metric is immutable; its sums are passed in, so that checkpoints can contain them. Sums are
 * taken in the order of the samples, in double precision.
 */
public interface Metric {
  /** Returns the name: lower-case letters, digits and underscores. */
  String name();

  /** Returns the index of the network's output that it evaluates; 0 by default. */
  default int output() {
    return 0;
  }

  /** Returns the index of the target that it compares with; 0 by default. */
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
   * Returns the number of sums.
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
   * @param target the target values [N, …]; NaN for labels that the loss ignores, which must be
   *     left out
   */
  void add(double[] sums, Output output, Tensor values, Tensor target);

  /** Returns the value of the metric from its sums. */
  double value(double[] sums);
}
