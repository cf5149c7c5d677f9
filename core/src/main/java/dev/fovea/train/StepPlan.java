package dev.fovea.train;

import dev.fovea.autodiff.Autodiff;
import dev.fovea.compile.Compiler;
import dev.fovea.data.Batch;
import dev.fovea.graph.Graph;
import dev.fovea.nn.Model;
import dev.fovea.nn.Parameters.Parameter;
import dev.fovea.nn.Trace;
import dev.fovea.nn.Traced;
import dev.fovea.op.Source;
import dev.fovea.op.Value;
import dev.fovea.runtime.Execution;
import dev.fovea.runtime.Plan;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;

/** Loss and gradients of batches of one size: a plan and the memory that it works in. */
final class StepPlan {
  static final String LOSS = "loss";

  private final Plan plan;
  private final Execution execution;
  private final Feed inputs;
  private final Feed targets;
  private final boolean readsKey;
  private final Map<Integer, Tensor> outputs;
  private final float[] key = new float[Source.RandomMask.KEY_LENGTH];

  private StepPlan(
      Plan plan, Execution execution, Feed inputs, Feed targets, Map<Integer, Tensor> outputs) {
    this.plan = plan;
    this.execution = execution;
    this.inputs = inputs;
    this.targets = targets;
    this.readsKey = execution.hasInput(Trace.RANDOM_KEY);
    this.outputs = outputs;
  }

  /** Returns the name of an output of the network. */
  static String output(int i) {
    return "output" + i;
  }

  /** Returns the name of a target. */
  static String target(int i) {
    return "target" + i;
  }

  /** Returns the targets of a batch as values. */
  static List<Value> targets(List<Shape> shapes, int batch) {
    List<Value> targets = new ArrayList<>();
    for (int i = 0; i < shapes.size(); i++) {
      targets.add(Value.of(new Source.Input(target(i), shapes.get(i).prepend(batch))));
    }
    return targets;
  }

  static Feed inputFeed(Execution e, List<Shape> shapes, int batch) {
    List<String> names = IntStream.range(0, shapes.size()).mapToObj(Traced::input).toList();
    return new Feed(e, names, shapes, batch);
  }

  static Feed targetFeed(Execution e, List<Shape> shapes, int batch) {
    List<String> names = IntStream.range(0, shapes.size()).mapToObj(StepPlan::target).toList();
    return new Feed(e, names, shapes, batch);
  }

  /**
   * Compiles the step of a batch size.
   *
   * @param targetShapes the shapes of the targets of a sample
   * @param trained the parameters whose gradients are wanted
   * @param gradients where they go
   * @param wanted which of the network's outputs are wanted besides
   */
  static StepPlan of(
      Model model,
      Objective objective,
      List<Shape> targetShapes,
      int batch,
      List<Parameter> trained,
      float[] gradients,
      Set<Integer> wanted) {
    Traced traced = model.trace(batch, true);
    Value scalar = objective.of(traced.outputs(), targets(targetShapes, batch));
    traced.paths().label(scalar, "");
    Map<String, Value> named = new LinkedHashMap<>();
    named.put(LOSS, scalar);
    Map<Integer, Tensor> outputs = new LinkedHashMap<>();
    for (int i : wanted) {
      named.put(output(i), traced.outputs().get(i));
      outputs.put(i, Tensor.zeros(traced.outputs().get(i).shape()));
    }
    putGradients(named, traced, scalar, trained);
    traced.updates().forEach((name, next) -> named.put(Compiler.UPDATE + name, next));
    Plan plan = model.plan(new Graph(named, traced.paths()), Compiler.Mode.TRAIN, gradients);
    Execution e = plan.acquire();
    return new StepPlan(
        plan, e, inputFeed(e, model.inputs(), batch), targetFeed(e, targetShapes, batch), outputs);
  }

  /** Puts the last layer's gradients first: each is then computed as soon as it can be. */
  private static void putGradients(
      Map<String, Value> named, Traced traced, Value scalar, List<Parameter> trained) {
    List<Parameter> used =
        trained.reversed().stream().filter(p -> traced.parameters().containsKey(p.name())).toList();
    List<Value> wrt = used.stream().map(p -> parameter(traced, p)).toList();
    List<Value> gradients = Autodiff.gradients(scalar, wrt, traced.paths());
    for (int i = 0; i < used.size(); i++) {
      named.put(Compiler.GRADIENT + used.get(i).name(), gradients.get(i));
    }
  }

  private static Value parameter(Traced traced, Parameter p) {
    Value v = traced.parameters().get(p.name());
    if (v == null) {
      throw new IllegalStateException("the network has no parameter " + p.name());
    }
    return v;
  }

  /** Hands in a batch and the randomness of its step. */
  void set(Batch batch, Seed seed) {
    inputs.set(execution, batch.input().data());
    targets.set(execution, batch.target().data());
    if (readsKey) {
      for (int i = 0; i < key.length; i++) {
        key[i] = (seed.value() >>> (48 - 16 * i)) & 0xFFFF;
      }
      execution.set(Trace.RANDOM_KEY, key, 0);
    }
  }

  /** Computes gradients and new running statistics; returns the loss. */
  float run() {
    execution.run();
    return execution.scalar(LOSS);
  }

  /** Returns an output of the last run, in memory that the next run uses again. */
  Tensor read(int i) {
    Tensor output = outputs.get(i);
    if (output == null) {
      throw new IllegalStateException("output " + i + " was not asked for");
    }
    execution.get(output(i), output.data(), 0);
    return output;
  }

  Execution execution() {
    return execution;
  }

  Plan plan() {
    return plan;
  }
}
