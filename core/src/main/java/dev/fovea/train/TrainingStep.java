package dev.fovea.train;

import dev.fovea.compile.Program;
import dev.fovea.data.Batch;
import dev.fovea.nn.Loss;
import dev.fovea.nn.Model;
import dev.fovea.nn.Parameters.Parameter;
import dev.fovea.optim.Optimizer;
import dev.fovea.optim.OptimizerState;
import dev.fovea.runtime.StepObserver;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Shape;
import java.util.List;
import java.util.Set;

/**
 * One step of training on batches of one size, the one that {@link Trainer} runs: loss, gradients,
 * update. For loops of one's own, and to measure it.
 *
 * <p>Steps after the first few allocate nothing. One caller at a time.
 */
public final class TrainingStep {
  private final StepFunction function;
  private final OptimizerStep update;
  private final double rate;

  private TrainingStep(StepFunction function, OptimizerStep update, double rate) {
    this.function = function;
    this.update = update;
    this.rate = rate;
  }

  /**
   * Compiles the step; all parameters that are not frozen are trained.
   *
   * @param batch the number of samples of every batch
   * @throws FoveaException if every parameter is frozen
   */
  public static TrainingStep of(Model model, Loss loss, Optimizer optimizer, int batch) {
    List<Parameter> trained = DataCheck.trained(model);
    float[] gradients = new float[model.parameters().values().length];
    List<Shape> targets = List.of(loss.target(model.outputs().get(0).prepend(batch)).dropFirst());
    StepFunction function =
        StepFunction.of(model, Objective.of(loss), targets, batch, trained, gradients, Set.of());
    OptimizerState state =
        new OptimizerState(optimizer, model.parameters(), trained::contains, gradients);
    return new TrainingStep(function, new OptimizerStep(model, state), optimizer.learningRate());
  }

  /** Returns the program that computes loss and gradients. */
  public Program program() {
    return function.function().program();
  }

  /**
   * Does a step.
   *
   * @param batch the samples
   * @param seed the randomness of this step
   * @return the loss before the update
   * @throws DivergedException if the gradients are not finite; nothing is updated then
   */
  public float run(Batch batch, Seed seed) {
    function.set(batch, seed);
    float loss = function.run();
    update(loss);
    return loss;
  }

  /**
   * Does a step as {@link #run(Batch, Seed)} does and reports how long the program's steps took.
   */
  public float run(Batch batch, Seed seed, StepObserver observer) {
    function.set(batch, seed);
    function.execution().run(observer);
    float loss = function.execution().scalar(0);
    update(loss);
    return loss;
  }

  private void update(float loss) {
    if (!update.run(rate)) {
      throw new DivergedException(
          "training step: the norm of the gradients is not finite, the loss is "
              + loss
              + NonFinite.advice(rate));
    }
    function.update();
  }
}
