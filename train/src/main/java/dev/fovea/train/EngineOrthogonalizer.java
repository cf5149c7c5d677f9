package dev.fovea.train;

import dev.fovea.engine.Engine;
import dev.fovea.engine.compile.Compiler;
import dev.fovea.engine.graph.Graph;
import dev.fovea.engine.runtime.CompiledFunction;
import dev.fovea.engine.runtime.Device;
import dev.fovea.engine.runtime.Execution;
import dev.fovea.engine.runtime.SharedMemory;
import dev.fovea.op.Source;
import dev.fovea.op.Value;
import dev.fovea.optim.Muon;
import dev.fovea.optim.Orthogonalizer;
import dev.fovea.tensor.Shape;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Muon's iterations as a function per shape of matrix, shared among the engine's threads. */
final class EngineOrthogonalizer implements Orthogonalizer {
  private final Engine engine;
  private final Map<Shape, float[]> rooms = new HashMap<>();
  private final Map<Shape, CompiledFunction> functions = new HashMap<>();
  private final SharedMemory memory = new SharedMemory();

  EngineOrthogonalizer(Engine engine) {
    this.engine = engine;
  }

  @Override
  public float[] room(int rows, int columns) {
    return rooms.computeIfAbsent(Shape.of(rows, columns), s -> new float[s.elements()]);
  }

  @Override
  public void apply(float[] x, int rows, int columns, int iterations) {
    CompiledFunction f =
        functions.computeIfAbsent(Shape.of(rows, columns), s -> compile(s, iterations));
    Execution e = f.acquire();
    e.set(0, x, 0);
    e.run();
    e.get(0, x, 0);
    f.release(e);
  }

  private CompiledFunction compile(Shape shape, int iterations) {
    Value matrix = Source.Input.sample(0, shape);
    Graph graph = Graph.of(List.of(matrix), List.of(Muon.orthogonalized(matrix, iterations)));
    return CompiledFunction.of(
        engine.unwrap(Device.class), graph, Compiler.Mode.TRAIN, Map.of(), memory);
  }
}
