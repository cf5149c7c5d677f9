package dev.fovea.train;

import dev.fovea.data.Batch;
import dev.fovea.engine.autodiff.Autodiff;
import dev.fovea.engine.compile.Compiler;
import dev.fovea.engine.graph.Graph;
import dev.fovea.engine.runtime.CompiledFunction;
import dev.fovea.engine.runtime.Device;
import dev.fovea.engine.runtime.Execution;
import dev.fovea.engine.runtime.SharedMemory;
import dev.fovea.nn.Model;
import dev.fovea.nn.Parameters;
import dev.fovea.nn.Parameters.Parameter;
import dev.fovea.nn.Traced;
import dev.fovea.op.Source;
import dev.fovea.op.Value;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Loss and gradients of batches of one size: a function and the memory that it works in. */
final class StepFunction {
  private final Formula formula;
  private final int batch;
  private final CompiledFunction function;
  private final List<Tensor> results;
  private @Nullable Execution execution;

  /** The models whose states take next values: those in training mode, trained or not. */
  private final Parameters[] followed;

  private final float[] key = new float[Source.RandomMask.KEY_LENGTH];

  private StepFunction(Formula formula, int batch, CompiledFunction function, Graph graph) {
    this.formula = formula;
    this.batch = batch;
    this.function = function;
    this.results = function.results().stream().map(Tensor::zeros).toList();
    this.followed =
        graph.updates().keySet().stream()
            .map(Source.Parameter::store)
            .filter(Parameters.class::isInstance)
            .map(Parameters.class::cast)
            .distinct()
            .toArray(Parameters[]::new);
  }

  /**
   * Compiles the step of a batch size.
   *
   * @param gradients where the gradients of the trained models go
   * @param memory what is shared with the steps of other batch sizes
   */
  static StepFunction of(
      Formula formula, Map<Parameters, float[]> gradients, int batch, SharedMemory memory) {
    if (batch < 1) {
      throw new FoveaException("training step: a batch has 1 sample or more, got " + batch);
    }
    List<Value> inputs = formula.given(batch);
    Traced traced = Traced.of(formula.network(), inputs, formula.trained());
    DataCheck.requireMoments(traced);
    List<Value> results = new ArrayList<>(traced.outputs());
    if (results.get(0).shape().elements() != 1) {
      throw new FoveaException(
          "training step: the loss must be one number for a batch, got "
              + results.get(0).shape()
              + "; take the mean");
    }
    Value loss = results.get(0).reshape(Shape.scalar());
    results.set(0, loss);
    traced.paths().label(loss, "");
    List<Value> given = new ArrayList<>(inputs);
    given.add(Source.Input.randomKey());
    Graph graph =
        new Graph(
            given,
            results,
            gradients(traced, loss, formula.trained()),
            traced.updates(),
            traced.paths());
    CompiledFunction f =
        CompiledFunction.of(
            formula.trained().get(0).engine().unwrap(Device.class),
            graph,
            Compiler.Mode.TRAIN,
            gradients,
            memory);
    return new StepFunction(formula, batch, f, graph);
  }

  /** Returns the last layer's gradients first: each is then computed as soon as it can be. */
  private static Map<Source.Parameter, Value> gradients(
      Traced traced, Value loss, List<Model> models) {
    List<Source.Parameter> used = new ArrayList<>();
    List<Value> wrt = new ArrayList<>();
    for (Model m : models.reversed()) {
      int others = used.size();
      for (Parameter p : DataCheck.trained(m).reversed()) {
        Source.Parameter of = new Source.Parameter(m.parameters(), p.name(), p.shape());
        Value v = traced.parameters().get(of);
        if (v != null) {
          used.add(of);
          wrt.add(v);
        }
      }
      if (used.size() == others) {
        throw new FoveaException(
            "training step: the formula does not apply model %s of the %s to train"
                .formatted(models.indexOf(m) + 1, models.size()));
      }
    }
    List<Value> found = Autodiff.gradients(loss, wrt, traced.paths());
    Map<Source.Parameter, Value> gradients = new LinkedHashMap<>();
    for (int i = 0; i < used.size(); i++) {
      gradients.put(used.get(i), found.get(i));
    }
    return gradients;
  }

  /** Leaves its memory to another batch size. */
  void leave() {
    function.release(execution());
    execution = null;
  }

  /** Takes memory to work in. */
  void enter() {
    execution = function.acquire();
  }

  /** Returns how much memory a step works in beside parameters and gradients, in bytes. */
  long bytes() {
    return function.bytes();
  }

  /** Returns how much memory its results have, which no other function shares, in bytes. */
  long bytesOfResults() {
    return 4 * function.results().stream().mapToLong(Shape::elements).sum();
  }

  /** Returns the number of samples. */
  int batch() {
    return batch;
  }

  /** Hands in a batch and the randomness of its step; allocates nothing. */
  void set(Batch samples, Seed seed) {
    set(0, formula.inputs().size(), samples.inputs());
    set(formula.inputs().size(), formula.targets().size(), samples.targets());
    set(seed);
  }

  private void set(int first, int count, List<Tensor> tensors) {
    if (tensors.size() != count) {
      throw new FoveaException(
          "batch: %s tensors arrived where samples have %s".formatted(tensors.size(), count));
    }
    for (int i = 0; i < count; i++) {
      Shape takes = function.program().inputs().get(first + i).shape();
      Tensor arrived = tensors.get(i);
      if (!takes.sameButForOnes(arrived.shape())) {
        throw new FoveaException(
            "batch: %s arrived where each of %s samples is %s"
                .formatted(arrived.shape(), takes.dim(0), takes.dropFirst()));
      }
      execution().set(first + i, arrived.data(), 0);
    }
  }

  /** Hands in inputs and targets, and the randomness of their step. */
  void set(Seed seed, Tensor... given) {
    int takes = formula.inputs().size() + formula.targets().size();
    if (given.length != takes) {
      throw new FoveaException(
          "training step: takes %s tensors, got %s".formatted(takes, given.length));
    }
    for (int i = 0; i < takes; i++) {
      Shape wanted = function.program().inputs().get(i).shape();
      if (!given[i].shape().equals(wanted)) {
        throw new FoveaException(
            "training step: tensor %s must be %s, got %s".formatted(i, wanted, given[i].shape()));
      }
      execution().set(i, given[i]);
    }
    set(seed);
  }

  private void set(Seed seed) {
    for (int i = 0; i < key.length; i++) {
      key[i] = (seed.value() >>> (48 - 16 * i)) & 0xFFFF;
    }
    execution().set(formula.inputs().size() + formula.targets().size(), key, 0);
  }

  /** Computes gradients and the next running statistics; returns the loss. */
  float compute() {
    execution().run();
    return execution().scalar(0);
  }

  /** Gives running statistics the values that the last run computed. */
  void update() {
    execution().update();
    for (int i = 0; i < followed.length; i++) {
      followed[i].changed();
    }
  }

  /** Returns output {@code i} of the last run, in memory that the next run uses again. */
  Tensor read(int i) {
    if (i < 0 || i >= results.size() - 1) {
      throw new FoveaException(
          "training step: no output %s, there are %s".formatted(i, results.size() - 1));
    }
    Tensor output = results.get(i + 1);
    execution().get(i + 1, output.data(), 0);
    return output;
  }

  Execution execution() {
    return Objects.requireNonNull(execution);
  }

  CompiledFunction function() {
    return function;
  }
}
