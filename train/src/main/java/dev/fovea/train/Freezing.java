package dev.fovea.train;

import java.util.List;

/**
 * A rule that says which parameters are frozen in each step of a training, and so may freeze layers
 * and let them learn again while it runs.
 *
 * <p>A frozen parameter keeps its bits: gradients, weight decay and momentum do not touch it, and
 * its gradient does not count to the norm by which gradients are clipped. What the optimiser
 * remembers of it rests, too: its slots stay as they are, and rules that count steps, such as Adam,
 * do not count those in which it was frozen. So it goes on where it stopped, as in PyTorch with a
 * parameter without a gradient. A batch norm whose weight and bias are frozen uses its running
 * statistics, and they keep their bits where the pattern names them, too, as that of the layer
 * does: as a PyTorch layer after {@code requires_grad_(False)} and {@code eval()}; {@link
 * dev.fovea.nn.Model#asInTraining} keeps it in training mode.
 */
public interface Freezing {
  /**
   * Returns the patterns of the parameters that are frozen in a step, as {@link
   * dev.fovea.nn.Model#freeze} takes them. The answer for a step must always be the same: a
   * training that is resumed or computed anew asks for all steps before it again.
   *
   * @param step the number of the step, from 0
   */
  List<String> at(long step);

  /** Returns the rule with all settings; two rules with the same description are the same. */
  String description();
}
