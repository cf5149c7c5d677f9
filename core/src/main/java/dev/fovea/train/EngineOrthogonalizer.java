package dev.fovea.train;

import dev.fovea.compile.Compiler;
import dev.fovea.graph.Graph;
import dev.fovea.graph.Paths;
import dev.fovea.op.Source;
import dev.fovea.op.Value;
import dev.fovea.optim.Muon;
import dev.fovea.optim.Orthogonalizer;
import dev.fovea.runtime.Engine;
import dev.fovea.runtime.Execution;
import dev.fovea.runtime.Plan;
import dev.fovea.tensor.Shape;
import java.util.HashMap;
import java.util.Map;

/** Muon's iterations as a plan per shape of matrix, shared among the engine's threads. */
final class EngineOrthogonalizer implements Orthogonalizer {
  private static final String MATRIX = "matrix";
  private static final String RESULT = "result";

  private final Engine engine;
  private final Map<Shape, float[]> rooms = new HashMap<>();
  private final Map<Shape, Execution> executions = new HashMap<>();

  EngineOrthogonalizer(Engine engine) {
    this.engine = engine;
  }

  @Override
  public float[] room(int rows, int columns) {
    return rooms.computeIfAbsent(Shape.of(rows, columns), s -> new float[s.elements()]);
  }

  @Override
  public void apply(float[] x, int rows, int columns, int iterations) {
    Execution e = executions.computeIfAbsent(Shape.of(rows, columns), s -> compile(s, iterations));
    e.set(MATRIX, x, 0);
    e.run();
    e.get(RESULT, x, 0);
  }

  private Execution compile(Shape shape, int iterations) {
    Value result = Muon.orthogonalized(Value.of(new Source.Input(MATRIX, shape)), iterations);
    Graph graph = new Graph(Map.of(RESULT, result), new Paths());
    Plan plan =
        new Plan(
            engine.compiler().compile(graph, name -> 0, Compiler.Mode.TRAIN),
            engine.device(),
            new float[0],
            new float[0],
            () -> 0);
    return plan.acquire();
  }
}
