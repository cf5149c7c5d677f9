package dev.fovea.formats.onnx;

import dev.fovea.compile.Compiler;
import dev.fovea.formats.FormatException;
import dev.fovea.formats.onnx.proto.Onnx.ValueInfoProto;
import dev.fovea.graph.Graph;
import dev.fovea.graph.Paths;
import dev.fovea.op.Source;
import dev.fovea.op.Value;
import dev.fovea.runtime.Engine;
import dev.fovea.runtime.Execution;
import dev.fovea.runtime.Plan;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Runs any ONNX graph once, whether its inputs have a batch or not and whatever their types.
 *
 * <p>All that can be computed in a plan is. Inputs that decide shapes are taken as known.
 */
final class GraphRunner {
  private static final int IMAGES = 4;

  /** Up to here floats hold each whole number. */
  private static final double EXACT = 1 << 24;

  private final OnnxModel model;
  private final Engine engine;

  GraphRunner(OnnxModel model, Engine engine) {
    this.model = model;
    this.engine = engine;
  }

  /** Returns the outputs for inputs in the order of the graph. */
  List<HostTensor> run(List<HostTensor> inputs) {
    List<OnnxModel.Input> asked = model.inputs();
    if (asked.size() != inputs.size()) {
      throw new FormatException("takes " + asked.size() + " inputs, got " + inputs.size());
    }
    Map<String, HostTensor> given = new LinkedHashMap<>();
    Set<String> known = new HashSet<>();
    for (int i = 0; i < inputs.size(); i++) {
      given.put(asked.get(i).name(), inputs.get(i));
      if (inputs.get(i).size() == 0 || !fitsFloats(inputs.get(i))) {
        known.add(asked.get(i).name());
      }
    }
    while (true) {
      try {
        FixedWeights weights = new FixedWeights();
        return execute(given, weights, operands(given, known, weights));
      } catch (NotKnownException e) {
        if (!known.addAll(e.inputs())) {
          throw e;
        }
      }
    }
  }

  /** Returns whether a plan, which computes in floats, can hold the elements and their sums. */
  private static boolean fitsFloats(HostTensor t) {
    if (t.type() == DataType.DOUBLE) {
      return false;
    }
    for (int i = 0; t.type().bytes() > 2 && !t.type().isFloat() && i < t.size(); i++) {
      if (Math.abs(t.at(i)) > EXACT) {
        return false;
      }
    }
    return true;
  }

  private List<Operand> operands(
      Map<String, HostTensor> given, Set<String> known, FixedWeights weights) {
    GraphImport graph = new GraphImport(model, weights, Math.max(model.batch(), 1));
    given.forEach((name, t) ->
        graph.set(name, known.contains(name) ? new Operand.Known(t, "") : held(name, t)));
    graph.walk(model.graph());
    List<Operand> outputs = new ArrayList<>();
    for (ValueInfoProto o : model.graph().getOutputList()) {
      outputs.add(graph.get(o.getName()));
    }
    return outputs;
  }

  private static int[] order(HostTensor t) {
    boolean images = t.rank() == IMAGES && t.type().isFloat();
    return images ? Call.channelsLastOrder(IMAGES) : Index.range(t.rank());
  }

  private static Operand held(String name, HostTensor t) {
    int[] order = order(t);
    Shape shape = Shape.of(Arrays.stream(order).map(t.shape()::dim).toArray());
    return new Operand.Held(Value.of(new Source.Input(name, shape)), order, t.type());
  }

  private List<HostTensor> execute(
      Map<String, HostTensor> given, FixedWeights weights, List<Operand> outputs) {
    Map<String, Value> computed = new LinkedHashMap<>();
    for (int i = 0; i < outputs.size(); i++) {
      if (outputs.get(i) instanceof Operand.Held h) {
        computed.put("output" + i, h.in(Index.range(h.rank())));
      }
    }
    Map<String, Tensor> results = computed.isEmpty() ? Map.of() : run(given, weights, computed);
    List<HostTensor> all = new ArrayList<>();
    for (int i = 0; i < outputs.size(); i++) {
      Tensor t = results.get("output" + i);
      all.add(
          switch (outputs.get(i)) {
            case Operand.Known k -> k.tensor();
            case Operand.Held h -> typed(h, t == null ? new float[0] : t.data());
          });
    }
    return all;
  }

  private static HostTensor typed(Operand.Held h, float[] data) {
    return new HostTensor(h.type(), h.shape(), i -> h.type().hold(data[i]));
  }

  private Map<String, Tensor> run(
      Map<String, HostTensor> given, FixedWeights weights, Map<String, Value> computed) {
    Graph graph = new Graph(computed, new Paths());
    Plan plan =
        new Plan(
            engine.compiler().compile(graph, weights, Compiler.Mode.INFER),
            engine.device(),
            weights.values(),
            new float[0],
            () -> 0);
    Execution e = plan.acquire();
    given.forEach((name, t) -> {
      if (e.hasInput(name)) {
        e.set(name, t.floats(order(t)), 0);
      }
    });
    e.run();
    Map<String, Tensor> results = new LinkedHashMap<>();
    computed.forEach((name, v) -> {
      Tensor t = Tensor.zeros(v.shape());
      e.get(name, t.data(), 0);
      results.put(name, t);
    });
    return results;
  }
}
