package dev.fovea.train;

import dev.fovea.autodiff.Autodiff;
import dev.fovea.compile.Compiler;
import dev.fovea.data.Batch;
import dev.fovea.graph.Graph;
import dev.fovea.nn.Loss;
import dev.fovea.nn.Model;
import dev.fovea.nn.Parameters.Parameter;
import dev.fovea.nn.Trace;
import dev.fovea.nn.Traced;
import dev.fovea.op.Source;
import dev.fovea.op.Value;
import dev.fovea.runtime.Execution;
import dev.fovea.runtime.Plan;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Loss and gradients of batches of one size: a plan and the memory that it works in. */
final class StepPlan {
  static final String INPUT = Traced.input(0);
  static final String TARGET = "target";
  static final String LOSS = "loss";
  static final String OUTPUT = "output";

  private final Plan plan;
  private final Execution execution;
  private final boolean readsInput;
  private final boolean readsTarget;
  private final boolean readsKey;
  private final boolean givesOutput;
  private final Tensor output;
  private final float[] key = new float[Source.RandomMask.KEY_LENGTH];

  private StepPlan(Plan plan, boolean givesOutput, Tensor output) {
    this.plan = plan;
    this.execution = plan.acquire();
    this.readsInput = execution.hasInput(INPUT);
    this.readsTarget = execution.hasInput(TARGET);
    this.readsKey = execution.hasInput(Trace.RANDOM_KEY);
    this.givesOutput = givesOutput;
    this.output = output;
  }

  /**
   * Compiles the step of a batch size.
   *
   * @param trained the parameters whose gradients are wanted
   * @param gradients where they go
   * @param givesOutput whether the network's outputs are wanted besides
   */
  static StepPlan of(
      Model model,
      Loss loss,
      int batch,
      List<Parameter> trained,
      float[] gradients,
      boolean givesOutput) {
    Traced traced = model.trace(batch, true);
    Value output = traced.outputs().get(0);
    Value target = Value.of(new Source.Input(TARGET, loss.target(output.shape())));
    Value scalar = loss.of(output, target);
    traced.paths().label(scalar, "");
    Map<String, Value> named = new LinkedHashMap<>();
    named.put(LOSS, scalar);
    if (givesOutput) {
      named.put(OUTPUT, output);
    }
    putGradients(named, traced, scalar, trained);
    traced.updates().forEach((name, next) -> named.put(Compiler.UPDATE + name, next));
    Graph graph = new Graph(named, traced.paths());
    Plan plan = model.plan(graph, Compiler.Mode.TRAIN, gradients);
    return new StepPlan(plan, givesOutput, Tensor.zeros(output.shape()));
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
    if (readsInput) {
      execution.set(INPUT, batch.input().data(), 0);
    }
    if (readsTarget) {
      execution.set(TARGET, batch.target().data(), 0);
    }
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

  /** Returns the outputs of the last run, in memory that the next run uses again. */
  Tensor output() {
    if (givesOutput) {
      execution.get(OUTPUT, output.data(), 0);
    }
    return output;
  }

  Execution execution() {
    return execution;
  }

  Plan plan() {
    return plan;
  }
}
