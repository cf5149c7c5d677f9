package dev.fovea.engine;

import dev.fovea.engine.compile.Compiler;
import dev.fovea.engine.graph.Graph;
import dev.fovea.engine.runtime.CompiledFunction;
import dev.fovea.engine.runtime.Device;
import dev.fovea.engine.runtime.SharedMemory;
import dev.fovea.op.Op;
import dev.fovea.op.Source;
import dev.fovea.op.Value;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Evaluates single ops on tensors immediately, through the same compiler and kernels as whole
 * networks.
 *
 * <p>For lessons, tests and JShell; a whole network is faster. An op is compiled when it first
 * meets tensors of some shapes; the {@value #KEPT} ops used last stay compiled and share their
 * memory. Thread-safe.
 */
public final class Eager {
  private static final int KEPT = 256;

  /** What a compiled op is found by. */
  private record Key(Op op, List<Shape> shapes) {}

  private final Engine engine;
  private final SharedMemory memory = new SharedMemory();
  private final LinkedHashMap<Key, CompiledFunction> functions =
      new LinkedHashMap<>(16, 0.75f, true);

  /** Creates an evaluator on an engine. */
  public Eager(Engine engine) {
    this.engine = engine;
  }

  /**
   * Returns the result of {@code op} on {@code inputs}.
   *
   * @throws dev.fovea.tensor.ShapeException if the shapes break the op's rule
   */
  public Tensor apply(Op op, Tensor... inputs) {
    List<Shape> shapes = Arrays.stream(inputs).map(Tensor::shape).toList();
    return function(new Key(op, shapes)).call(inputs).get(0);
  }

  private synchronized CompiledFunction function(Key key) {
    CompiledFunction known = functions.get(key);
    if (known != null) {
      return known;
    }
    List<Value> inputs = new ArrayList<>();
    for (int i = 0; i < key.shapes.size(); i++) {
      inputs.add(Source.Input.sample(i, key.shapes.get(i)));
    }
    CompiledFunction made = compile(inputs, Value.of(key.op, inputs));
    functions.put(key, made);
    if (functions.size() > KEPT) {
      functions.pollFirstEntry();
    }
    return made;
  }

  /** Returns the tensor that a symbolic value becomes when its inputs 0, 1, … are these tensors. */
  public Tensor evaluate(Value result, Tensor... inputs) {
    List<Value> values = new ArrayList<>();
    for (int i = 0; i < inputs.length; i++) {
      values.add(Source.Input.sample(i, inputs[i].shape()));
    }
    return compile(values, result).call(inputs).get(0);
  }

  private CompiledFunction compile(List<Value> inputs, Value result) {
    Graph graph = Graph.of(inputs, List.of(result));
    return CompiledFunction.of(
        engine.unwrap(Device.class), graph, Compiler.Mode.TRAIN, Map.of(), memory);
  }
}
