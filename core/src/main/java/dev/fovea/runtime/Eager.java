package dev.fovea.runtime;

import dev.fovea.compile.Compiler;
import dev.fovea.graph.Graph;
import dev.fovea.graph.Paths;
import dev.fovea.op.Op;
import dev.fovea.op.Source;
import dev.fovea.op.Value;
import dev.fovea.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Evaluates single ops on tensors, at once, through the same compiler and kernels as whole
 * networks.
 *
 * <p>For lessons, tests and JShell; a network is faster as a {@link Plan}.
 */
public final class Eager {
  private final Engine engine;

  /** Creates an evaluator that computes with {@code engine}. */
  public Eager(Engine engine) {
    this.engine = engine;
  }

  /**
   * Returns the result of {@code op} on {@code inputs}.
   *
   * @throws dev.fovea.tensor.ShapeException if the shapes break the op's rule
   */
  public Tensor apply(Op op, Tensor... inputs) {
    List<Value> values = new ArrayList<>();
    for (int i = 0; i < inputs.length; i++) {
      values.add(Value.of(new Source.Input("x" + i, inputs[i].shape())));
    }
    return evaluate(Value.of(op, values), inputs);
  }

  /** Returns what {@code result} comes to when its inputs named x0, x1, … are these tensors. */
  public Tensor evaluate(Value result, Tensor... inputs) {
    Graph graph = new Graph(Map.of("y", result), new Paths());
    Plan plan =
        new Plan(
            engine.compiler().compile(graph, name -> 0, Compiler.Mode.TRAIN),
            engine.device(),
            new float[0],
            new float[0],
            () -> 0);
    Execution e = plan.acquire();
    for (int i = 0; i < inputs.length; i++) {
      if (e.hasInput("x" + i)) {
        e.set("x" + i, inputs[i]);
      }
    }
    e.run();
    Tensor y = Tensor.zeros(result.shape());
    e.get("y", y.data(), 0);
    return y;
  }
}
