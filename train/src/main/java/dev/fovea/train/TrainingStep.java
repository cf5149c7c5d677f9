package dev.fovea.train;

import dev.fovea.data.Batch;
import dev.fovea.engine.runtime.LastUsed;
import dev.fovea.engine.runtime.SharedMemory;
import dev.fovea.nn.Loss;
import dev.fovea.nn.Model;
import dev.fovea.nn.Network;
import dev.fovea.nn.Parameters;
import dev.fovea.optim.Optimizer;
import dev.fovea.optim.OptimizerState;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A training step in two parts: the gradients of a batch, and the optimiser's step along them.
 * {@link Trainer} uses it, and so can a training loop of your own:
 *
 * <pre>{@code
 * TrainingStep step = TrainingStep.of(model, crossEntropy(), adam(1e-3), 32);
 * for (int epoch = 0; epoch < 5; epoch++) {
 *   Seed seed = Seed.of(1).split(epoch);
 *   try (BatchStream stream = batches.open(seed)) {
 *     for (Batch b = stream.next(); b != null; b = stream.next()) {
 *       float loss = step.gradients(b, seed.split(b.index()));
 *       step.apply(loss > 1 ? 1e-3 : 1e-4);
 *     }
 *   }
 * }
 * }</pre>
 *
 * <p>The loss may be any function of any models, some of which are trained. In a generative
 * adversarial network, two steps over the same models alternate:
 *
 * <pre>{@code
 * Loss loss = binaryCrossEntropy();
 * TrainingStep discriminatorStep = TrainingStep.of(
 *     in -> {
 *       Signal real = discriminator.apply(in.get(0));
 *       Signal fake = discriminator.apply(generator.apply(in.get(1)));
 *       return List.of(loss.of(real, real.filled(1)).plus(loss.of(fake, fake.filled(0))));
 *     },
 *     List.of(Shape.of(2), Shape.of(8)), adam(2e-3), 64, discriminator);
 * TrainingStep generatorStep = TrainingStep.of(
 *     in -> {
 *       Signal fake = discriminator.apply(generator.apply(in.get(0)));
 *       return List.of(loss.of(fake, fake.filled(1)));
 *     },
 *     List.of(Shape.of(8)), adam(2e-3), 64, generator);
 * for (int i = 0; i < 1000; i++) {
 *   discriminatorStep.gradients(seed.split(i), real(i), noise(i));
 *   discriminatorStep.apply();
 *   generatorStep.gradients(seed.split(i), noise(i));
 *   generatorStep.apply();
 * }
 * }</pre>
 *
 * <p>After the first few steps of a batch size, steps allocate nothing. The batch sizes used last
 * stay compiled. Not thread-safe.
 */
public final class TrainingStep {
  /** What is computed, for each size of samples. */
  private final List<Formula> formulas;

  private final Map<Parameters, float[]> gradients;
  private final List<OptimizerStep> updates;
  private final double rate;
  private final LastUsed<Form, StepFunction> functions = new LastUsed<>();
  private final SharedMemory memory = new SharedMemory();

  /**
   * What a function is compiled for.
   *
   * @param size the size of samples, as a number from 0
   * @param batch the number of samples
   */
  private record Form(int size, int batch) {}

  /** The form of the last batch; its size is 0 unless there are several. */
  private Form form = new Form(0, 0);

  private @Nullable StepFunction current;

  /** Whether there are gradients along which no step was taken yet. */
  private boolean pending;

  /**
   * Creates a step with the optimisers' steps over its trained models.
   *
   * @param formulas what is computed, for each size of samples
   */
  TrainingStep(
      List<Formula> formulas,
      Map<Parameters, float[]> gradients,
      List<OptimizerStep> updates,
      double rate) {
    this.formulas = formulas;
    this.gradients = gradients;
    this.updates = updates;
    this.rate = rate;
  }

  /** Creates a step whose optimisers begin anew. */
  static TrainingStep of(Formula formula, Optimizer optimizer) {
    Map<Parameters, float[]> gradients = new LinkedHashMap<>();
    List<OptimizerStep> updates = new ArrayList<>();
    for (Model m : formula.trained()) {
      if (gradients.containsKey(m.parameters())) {
        throw new FoveaException("training step: two of the models to train share parameters");
      }
      List<Parameters.Parameter> trained = DataCheck.trained(m);
      float[] array = new float[m.parameters().values().length];
      gradients.put(m.parameters(), array);
      OptimizerState state =
          new OptimizerState(optimizer, m.parameters(), trained::contains, array);
      updates.add(new OptimizerStep(m, state));
    }
    return new TrainingStep(List.of(formula), gradients, updates, optimizer.learningRate());
  }

  /**
   * Compiles the step of a model whose first output has a loss; all parameters that are not frozen
   * are trained.
   *
   * @param batch the number of samples of a batch; other batch sizes are compiled when they occur
   * @throws FoveaException if every parameter is frozen
   */
  public static TrainingStep of(Model model, Loss loss, Optimizer optimizer, int batch) {
    return of(model, Objective.of(loss), optimizer, batch);
  }

  /**
   * Compiles the step of a model any of whose outputs have losses.
   *
   * @param batch the number of samples of a batch; other batch sizes are compiled when they occur
   * @throws FoveaException if every parameter is frozen or the losses do not suit the outputs
   */
  public static TrainingStep of(Model model, Objective objective, Optimizer optimizer, int batch) {
    List<Shape> outputs =
        model.trace(1, true).outputs().stream().map(v -> v.shape().dropFirst()).toList();
    DataCheck.requireOutputs(objective, outputs.size(), model.outputs().size());
    Set<Integer> all = new TreeSet<>(IntStream.range(0, outputs.size()).boxed().toList());
    List<Shape> targets = objective.targetShapes(outputs);
    TrainingStep step = of(Formula.of(model, objective, targets, all), optimizer);
    step.function(0, batch);
    return step;
  }

  /**
   * Compiles the step of a loss that is any function of any models.
   *
   * @param formula returns the loss, a single number, and any further outputs; it applies models
   *     ({@link Model#apply}) to the inputs
   * @param inputs the shapes of the inputs of one sample, targets among them
   * @param batch the number of samples of a batch; other batch sizes are compiled when they occur
   * @param trained the models whose parameters the step trains, except frozen ones; all other
   *     models are in inference mode and unchanged. Gradients are clipped by norm for each model
   *     separately
   * @throws FoveaException if the loss is not a single number, every parameter is frozen, or a
   *     model to train is not applied or is given twice
   */
  public static TrainingStep of(
      Network formula, List<Shape> inputs, Optimizer optimizer, int batch, Model... trained) {
    if (trained.length == 0) {
      throw new FoveaException("training step: needs at least one model to train");
    }
    TrainingStep step = of(new Formula(formula, inputs, List.of(), List.of(trained)), optimizer);
    step.function(0, batch);
    return step;
  }

  /** Returns the function of a size and a number of samples, which is now the current one. */
  private StepFunction function(int size, int batch) {
    pending = false;
    StepFunction f = current;
    if (f == null || form.size != size || form.batch != batch) {
      if (f != null) {
        current = null;
        f.leave();
      }
      f = compiled(size, batch);
      f.enter();
      current = f;
      form = new Form(size, batch);
    }
    return f;
  }

  /** Returns the function of a size and a number of samples, which may have no memory yet. */
  StepFunction compiled(int size, int batch) {
    Form wanted = new Form(size, batch);
    StepFunction f = functions.get(wanted);
    if (f == null) {
      f = StepFunction.of(formulas.get(size), gradients, batch, memory);
      functions.put(wanted, f);
    }
    return f;
  }

  /** Returns the function of the last batch. */
  StepFunction function() {
    StepFunction f = current;
    if (f == null) {
      throw new IllegalStateException("training step: no gradients have been computed");
    }
    return f;
  }

  /**
   * Computes the loss and the gradients of a batch; nothing else changes.
   *
   * @param batch the samples
   * @param seed the seed of this step's random choices
   * @return the loss
   */
  public float gradients(Batch batch, Seed seed) {
    return gradients(0, batch, seed);
  }

  /** Computes loss and gradients of a batch of the samples of a size. */
  float gradients(int size, Batch batch, Seed seed) {
    StepFunction f = function(size, batch.size());
    f.set(batch, seed);
    return loss(f);
  }

  /**
   * Computes the loss and the gradients of a batch given as tensors; nothing else changes.
   *
   * @param seed the seed of this step's random choices
   * @param given the inputs and then the targets, batch axis first
   * @return the loss
   * @throws FoveaException if a shape is not that of the step's
   */
  public float gradients(Seed seed, Tensor... given) {
    boolean samples = given.length > 0 && given[0].shape().rank() > 0;
    StepFunction f = samples ? function(0, given[0].shape().dim(0)) : function();
    f.set(seed, given);
    return loss(f);
  }

  private float loss(StepFunction f) {
    float loss = f.compute();
    pending = true;
    return loss;
  }

  /**
   * Returns an output for the last batch: output {@code i} of the model, or the {@code i}-th result
   * of a formula after the loss, from 0. The next batch reuses its memory.
   *
   * @throws FoveaException if there is no such output
   */
  public Tensor output(int i) {
    return function().read(i);
  }

  /** Takes the optimiser's step with its own learning rate; see {@link #apply(double)}. */
  public void apply() {
    apply(rate);
  }

  /**
   * Takes the optimiser's step along the last gradients and updates running statistics.
   *
   * @param learningRate the learning rate of this step
   * @throws FoveaException if no gradients have been computed since the last step
   * @throws DivergedException if the norm of the gradients is not finite; nothing is changed then
   */
  public void apply(double learningRate) {
    if (!pending) {
      throw new FoveaException(
          "training step: apply() needs new gradients; call gradients() first");
    }
    if (!tryApply(learningRate)) {
      throw new DivergedException(
          "training step: the norm of the gradients is not finite, the loss is "
              + function().execution().scalar(0)
              + NonFinite.advice(learningRate));
    }
  }

  /** Takes the step unless the norm of the gradients is not finite; allocates nothing. */
  boolean tryApply(double learningRate) {
    if (!tryMove(learningRate)) {
      return false;
    }
    function().update();
    pending = false;
    return true;
  }

  /**
   * Changes the parameters, and no running statistics, along gradients that may have been computed
   * elsewhere, unless their norm is not finite; allocates nothing.
   */
  boolean tryMove(double learningRate) {
    for (int i = 0; i < updates.size(); i++) {
      if (!updates.get(i).prepare()) {
        return false;
      }
    }
    for (int i = 0; i < updates.size(); i++) {
      updates.get(i).apply(learningRate);
    }
    return true;
  }

  /**
   * Computes the gradients of a batch and takes the optimiser's step with its own learning rate.
   *
   * @param batch the samples
   * @param seed the seed of this step's random choices
   * @return the loss before the update
   * @throws DivergedException if the norm of the gradients is not finite; nothing is changed then
   */
  public float trainOn(Batch batch, Seed seed) {
    float loss = gradients(batch, seed);
    apply();
    return loss;
  }

  /**
   * Returns the compiled computation of the last batch, for Fovea's own modules that measure it. It
   * must be run before the next {@link #apply()}.
   *
   * @throws ClassCastException if it is not of this type
   */
  public <T> T unwrap(Class<T> type) {
    T execution = type.cast(function().execution());
    pending = true;
    return execution;
  }
}
