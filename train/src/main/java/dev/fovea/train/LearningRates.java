package dev.fovea.train;

import dev.fovea.nn.Parameters.Parameter;
import dev.fovea.tensor.FoveaException;
import java.util.Map;

/**
 * The learning rate of each step: that of the optimiser, times the factors of the schedule and of
 * the plateau; for some parameters, times a factor of their own.
 */
final class LearningRates {
  private final Trainer.Settings s;
  private final long steps;
  private double plateau = 1;

  /**
   * Creates the rates.
   *
   * @param steps the number of steps of the whole training
   */
  LearningRates(Trainer.Settings s, long steps) {
    this.s = s;
    this.steps = steps;
  }

  /** Lowers the rate of the next epoch where the epochs so far made no progress. */
  void beginEpoch(History history, boolean validates) {
    plateau = s.plateau.map(p -> p.factor(history, validates)).orElse(1.0);
  }

  /** Returns the rate of the step before which this many are done. */
  double at(long step) {
    double factor = s.schedule.factor(step, steps) * plateau;
    if (!(factor >= 0 && factor < Double.POSITIVE_INFINITY)) {
      throw new FoveaException(
          "schedule " + s.schedule.name() + ": factor " + factor + " at step " + (step + 1));
    }
    return s.optimizer.learningRate() * factor;
  }

  /** Returns what the rate is multiplied with for a parameter. */
  double factor(Parameter p) {
    double factor = 1;
    for (Map.Entry<String, Double> e : s.rates.entrySet()) {
      boolean matches = s.model.parameters().matching(e.getKey()).contains(p.name());
      factor *= matches ? e.getValue() : 1;
    }
    return factor;
  }
}
