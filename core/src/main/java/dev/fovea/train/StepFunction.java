package dev.fovea.train;

import dev.fovea.autodiff.Autodiff;
import dev.fovea.compile.Compiler;
import dev.fovea.data.Batch;
import dev.fovea.graph.Graph;
import dev.fovea.nn.Model;
import dev.fovea.nn.Parameters;
import dev.fovea.nn.Parameters.Parameter;
import dev.fovea.nn.Traced;
import dev.fovea.op.Source;
import dev.fovea.op.Value;
import dev.fovea.runtime.CompiledFunction;
import dev.fovea.runtime.Execution;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/** Loss and gradients of batches of one size: a function and the memory that it works in. */
final class StepFunction {
  private final CompiledFunction function;
  private final Execution execution;
  private final List<Shape> inputs;
  private final List<Shape> targets;
  private final Map<Integer, Integer> numbers;
  private final List<Tensor> results;
  private final float[] key = new float[Source.RandomMask.KEY_LENGTH];

  private StepFunction(
      CompiledFunction function,
      List<Shape> inputs,
      List<Shape> targets,
      Map<Integer, Integer> numbers) {
    this.function = function;
    this.execution = function.acquire();
    this.inputs = inputs;
    this.targets = targets;
    this.numbers = numbers;
    this.results = function.results().stream().map(Tensor::zeros).toList();
  }

  /** Returns the targets of a batch as values. */
  static List<Value> targets(List<Shape> shapes, int batch) {
    List<Value> targets = new ArrayList<>();
    for (int i = 0; i < shapes.size(); i++) {
      targets.add(Source.Input.target(i, shapes.get(i).prepend(batch)));
    }
    return targets;
  }

  /**
   * Compiles the step of a batch size.
   *
   * @param targetShapes the shapes of the targets of a sample
   * @param trained the parameters whose gradients are wanted
   * @param gradients where they go
   * @param wanted which of the network's outputs are wanted besides
   */
  static StepFunction of(
      Model model,
      Objective objective,
      List<Shape> targetShapes,
      int batch,
      List<Parameter> trained,
      float[] gradients,
      Set<Integer> wanted) {
    Traced traced = model.trace(batch, true);
    DataCheck.requireMoments(traced);
    List<Value> targets = targets(targetShapes, batch);
    Value loss = objective.of(traced.outputs(), targets);
    traced.paths().label(loss, "");
    List<Value> results = new ArrayList<>(List.of(loss));
    Map<Integer, Integer> numbers = new LinkedHashMap<>();
    for (int i : wanted) {
      numbers.put(i, results.size());
      results.add(traced.outputs().get(i));
    }
    List<Value> inputs = new ArrayList<>(traced.inputs());
    inputs.addAll(targets);
    inputs.add(Source.Input.randomKey());
    Map<Source.Parameter, Value> slopes = gradients(traced, loss, model.parameters(), trained);
    Graph graph = new Graph(inputs, results, slopes, traced.updates(), traced.paths());
    CompiledFunction f =
        CompiledFunction.of(
            model.engine(), graph, Compiler.Mode.TRAIN, Map.of(model.parameters(), gradients));
    return new StepFunction(f, model.inputs(), targetShapes, numbers);
  }

  /** Returns the last layer's gradients first: each is then computed as soon as it can be. */
  private static Map<Source.Parameter, Value> gradients(
      Traced traced, Value loss, Parameters parameters, List<Parameter> trained) {
    List<Source.Parameter> used =
        trained.reversed().stream()
            .map(p -> new Source.Parameter(parameters, p.name(), p.shape()))
            .filter(traced.parameters()::containsKey)
            .toList();
    List<Value> wrt = new ArrayList<>();
    used.forEach(p -> wrt.add(Objects.requireNonNull(traced.parameters().get(p))));
    List<Value> found = Autodiff.gradients(loss, wrt, traced.paths());
    Map<Source.Parameter, Value> gradients = new LinkedHashMap<>();
    for (int i = 0; i < used.size(); i++) {
      gradients.put(used.get(i), found.get(i));
    }
    return gradients;
  }

  /** Hands in a batch and the randomness of its step; allocates nothing. */
  void set(Batch batch, Seed seed) {
    set(0, inputs, batch.input());
    set(inputs.size(), targets, batch.target());
    for (int i = 0; i < key.length; i++) {
      key[i] = (seed.value() >>> (48 - 16 * i)) & 0xFFFF;
    }
    execution.set(inputs.size() + targets.size(), key, 0);
  }

  /** Hands in what a batch holds of each sample one after the other. */
  private void set(int first, List<Shape> shapes, Tensor batch) {
    int stride = 0;
    for (int i = 0; i < shapes.size(); i++) {
      stride += shapes.get(i).elements();
    }
    Shape takes = function.program().inputs().get(first).shape();
    float[] packed = batch.data();
    boolean fits =
        shapes.size() == 1
            ? takes.sameButForOnes(batch.shape())
            : packed.length == takes.dim(0) * stride;
    if (!fits) {
      throw new FoveaException(
          "batch: %s arrived where each of %d samples is %s"
              .formatted(batch.shape(), takes.dim(0), shapes));
    }
    int from = 0;
    for (int i = 0; i < shapes.size(); i++) {
      execution.setRows(first + i, packed, from, stride);
      from += shapes.get(i).elements();
    }
  }

  /** Computes gradients and the next running statistics; returns the loss. */
  float run() {
    execution.run();
    return execution.scalar(0);
  }

  /** Gives running statistics the values that the last run computed. */
  void update() {
    execution.update();
  }

  /** Returns output {@code i} of the last run, in memory that the next run uses again. */
  Tensor read(int i) {
    Integer number = numbers.get(i);
    if (number == null) {
      throw new IllegalStateException("output " + i + " was not asked for");
    }
    Tensor output = results.get(number);
    execution.get(number, output.data(), 0);
    return output;
  }

  Execution execution() {
    return execution;
  }

  CompiledFunction function() {
    return function;
  }
}
