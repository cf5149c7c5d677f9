package dev.fovea.train;

import dev.fovea.nn.Model;
import dev.fovea.nn.Parameters;
import dev.fovea.nn.Parameters.Parameter;
import dev.fovea.optim.OptimizerState;
import dev.fovea.tensor.FoveaException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The step of a training over the parameters that are trained now: some may be frozen for a while.
 */
final class ChangingStep {
  private final Trainer.Settings s;
  private final TrainingSizes sizes;
  private final Set<Integer> outputs;
  private final List<Parameter> trained;
  private final FrozenParameters frozen;
  private final long stepsOfEpoch;
  private final float[] gradients;
  private final OptimizerState optimizer;
  private TrainingStep step;

  /** The state over the parameters that are trained now. */
  private OptimizerState current;

  /**
   * Creates the step over all parameters that are ever trained.
   *
   * @param sizes the sizes of the pictures
   * @param stepsOfEpoch the number of steps of an epoch
   * @throws FoveaException if all parameters are frozen in a step by rules that are known to begin
   *     then
   */
  ChangingStep(Trainer.Settings s, TrainingSizes sizes, LearningRates rates, long stepsOfEpoch) {
    this.s = s;
    this.sizes = sizes;
    this.stepsOfEpoch = stepsOfEpoch;
    this.outputs = s.metrics.stream().map(Metric::output).collect(Collectors.toSet());
    this.trained = DataCheck.trained(s.model);
    List<Freezing> rules = rules(s, stepsOfEpoch);
    this.frozen = new FrozenParameters(s.model, trained, rules);
    requireTrained(rules, frozen, stepsOfEpoch);
    TrainingMemory.ofState(s).require(); // before its arrays are allocated
    this.gradients = new float[s.model.parameters().values().length];
    this.optimizer =
        new OptimizerState(
            s.optimizer, s.model.parameters(), trained::contains, gradients, rates::factor);
    this.current = optimizer;
    this.step = step(s.model, optimizer);
  }

  /** Returns the rules, those that hold until an epoch begins among them. */
  private static List<Freezing> rules(Trainer.Settings s, long stepsOfEpoch) {
    List<Freezing> rules = new ArrayList<>(s.freezing);
    for (Unfreezing u : s.unfreezing) {
      if (u.epoch() > 1) {
        rules.add(new FrozenSteps(0, (u.epoch() - 1) * stepsOfEpoch, u.patterns()));
      }
    }
    return rules;
  }

  /** Refuses what would end a training in the middle, as far as rules say where they begin. */
  private static void requireTrained(
      List<Freezing> rules, FrozenParameters frozen, long stepsOfEpoch) {
    for (Freezing rule : rules) {
      if (rule instanceof FrozenSteps some && frozen.isAllFrozen(some.from())) {
        throw nothingToTrain(some.from(), stepsOfEpoch);
      }
    }
  }

  private static FoveaException nothingToTrain(long number, long stepsOfEpoch) {
    return new FoveaException(
        "nothing to train in epoch %s, step %s: all is frozen"
            .formatted(number / stepsOfEpoch + 1, number + 1));
  }

  private TrainingStep step(Model model, OptimizerState state) {
    List<Formula> formulas =
        sizes.all().stream().map(size -> size.formula(model, outputs)).toList();
    OptimizerStep update = new OptimizerStep(model, state);
    Map<Parameters, float[]> arrays = Map.of(model.parameters(), gradients);
    return new TrainingStep(formulas, arrays, List.of(update), s.optimizer.learningRate());
  }

  /**
   * Goes to a step: to the next, or to any where others did those before it.
   *
   * @param number the number of steps before it
   * @throws FoveaException if all parameters are frozen in it
   */
  void enter(long number) {
    if (frozen.enter(number)) {
      Map<Parameter, Long> changing = frozen.changing();
      if (changing.isEmpty()) {
        throw nothingToTrain(number, stepsOfEpoch);
      }
      current = optimizer.training(changing::containsKey, p -> changing.getOrDefault(p, 0L));
      Arrays.fill(gradients, 0);
      step = step(s.model.freeze(frozen.patterns().toArray(String[]::new)), current);
    }
    current.resumeAt(number);
  }

  /** Sets the number of steps that are done, where others did them. */
  void resumeAt(long stepsDone) {
    current.resumeAt(stepsDone);
  }

  /** Returns the present step. */
  TrainingStep step() {
    return step;
  }

  /** Returns the parameters that are trained in some step. */
  List<Parameter> trained() {
    return trained;
  }

  /** Returns their gradients, laid out like the model's values. */
  float[] gradients() {
    return gradients;
  }

  /** Returns the optimiser's state of all of them. */
  OptimizerState optimizer() {
    return optimizer;
  }
}
