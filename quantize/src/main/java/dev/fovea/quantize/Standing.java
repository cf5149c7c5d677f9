package dev.fovea.quantize;

import dev.fovea.engine.compile.Compiler;
import dev.fovea.engine.graph.Graph;
import dev.fovea.engine.runtime.CompiledFunction;
import dev.fovea.engine.runtime.Device;
import dev.fovea.nn.Model;
import dev.fovea.op.Value;
import dev.fovea.tensor.Tensor;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The numbers of weights and biases, with batch norms in them. */
final class Standing {
  private Standing() {}

  /** Returns the function from a graph's inputs to some of its values. */
  static CompiledFunction function(Model model, QuantizableGraph graph, List<Value> results) {
    Graph wanted = Graph.of(graph.graph().inputs(), results);
    return CompiledFunction.of(model.engine().unwrap(Device.class), wanted, Compiler.Mode.INFER);
  }

  /** Returns weights and bias of each layer. */
  static Map<Value, Tensor> of(Model model, QuantizableGraph graph) {
    List<Value> wanted = new ArrayList<>();
    for (Value v : graph.layers()) {
      wanted.add(v.input(1));
      Optional.ofNullable(graph.bias(v)).ifPresent(wanted::add);
    }
    CompiledFunction f = function(model, graph, wanted);
    List<Tensor> inputs = f.inputs().stream().map(Tensor::zeros).toList();
    Iterator<Tensor> numbers = f.call(inputs.toArray(Tensor[]::new)).iterator();
    Map<Value, Tensor> standing = new IdentityHashMap<>();
    wanted.forEach(v -> standing.put(v, numbers.next()));
    return standing;
  }
}
