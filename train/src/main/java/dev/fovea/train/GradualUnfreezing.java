package dev.fovea.train;

import dev.fovea.nn.Model;
import dev.fovea.nn.Parameters;
import dev.fovea.nn.Parameters.Parameter;
import dev.fovea.optim.OptimizerState;
import dev.fovea.tensor.FoveaException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The step of a training over the parameters that its present epoch trains: some may stay frozen
 * until a later epoch begins.
 */
final class GradualUnfreezing {
  private final Trainer.Settings s;
  private final TrainingSizes sizes;
  private final Set<Integer> outputs;
  private final List<Parameter> trained;
  private final float[] gradients;
  private final OptimizerState optimizer;
  private TrainingStep step;

  /** The state over the parameters that the present epoch trains. */
  private OptimizerState current;

  /** The patterns of the parameters that wait for a later epoch. */
  private List<String> frozen = List.of();

  /**
   * Creates the step over all parameters that are ever trained.
   *
   * @param sizes the sizes of the pictures
   * @param stepsOfEpoch the number of steps of an epoch
   */
  GradualUnfreezing(
      Trainer.Settings s, TrainingSizes sizes, LearningRates rates, long stepsOfEpoch) {
    this.s = s;
    this.sizes = sizes;
    this.outputs = s.metrics.stream().map(Metric::output).collect(Collectors.toSet());
    this.trained = DataCheck.trained(s.model);
    TrainingMemory.ofState(s).require(); // before its arrays are allocated
    this.gradients = new float[s.model.parameters().values().length];
    this.optimizer =
        new OptimizerState(
            s.optimizer,
            s.model.parameters(),
            trained::contains,
            gradients,
            rates::factor,
            p -> (firstEpoch(p) - 1) * stepsOfEpoch);
    this.current = optimizer;
    this.step = step(s.model, optimizer);
  }

  private TrainingStep step(Model changing, OptimizerState state) {
    List<Formula> formulas =
        sizes.all().stream().map(size -> size.formula(changing, outputs)).toList();
    OptimizerStep update = new OptimizerStep(changing, state);
    Map<Parameters, float[]> arrays = Map.of(changing.parameters(), gradients);
    return new TrainingStep(formulas, arrays, List.of(update), s.optimizer.learningRate());
  }

  /** Returns the epoch in which a parameter is first trained. */
  private int firstEpoch(Parameter p) {
    int epoch = 1;
    for (Unfreezing u : s.unfreezing) {
      boolean named =
          u.patterns().stream().anyMatch(n -> s.model.parameters().matching(n).contains(p.name()));
      epoch = named ? Math.max(epoch, u.epoch()) : epoch;
    }
    return epoch;
  }

  /**
   * Begins an epoch.
   *
   * @param epoch its number, from 1
   * @param stepsDone the number of steps before it
   * @throws FoveaException if all parameters are frozen in it
   */
  void enter(int epoch, long stepsDone) {
    List<String> waiting =
        s.unfreezing.stream()
            .filter(u -> u.epoch() > epoch)
            .flatMap(u -> u.patterns().stream())
            .toList();
    if (waiting.equals(frozen)) {
      return;
    }
    Model now = s.model.freeze(waiting.toArray(String[]::new));
    List<Parameter> changing = trained.stream().filter(p -> !now.isFrozen(p.name())).toList();
    if (changing.isEmpty()) {
      throw new FoveaException("nothing to train in epoch " + epoch + ": all is frozen");
    }
    OptimizerState state = optimizer.training(changing::contains);
    state.resumeAt(stepsDone);
    current = state;
    Arrays.fill(gradients, 0);
    step = step(now, state);
    frozen = waiting;
  }

  /** Sets the number of steps that are done, where others did them. */
  void resumeAt(long stepsDone) {
    current.resumeAt(stepsDone);
  }

  /** Returns the step of the present epoch. */
  TrainingStep step() {
    return step;
  }

  /** Returns the parameters that are trained in some epoch. */
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
