package dev.fovea.nn;

import dev.fovea.engine.graph.Graph;
import dev.fovea.op.Paths;
import dev.fovea.op.Source;
import dev.fovea.op.Value;
import dev.fovea.tensor.FoveaException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A network as a graph for one batch size, in training or inference mode.
 *
 * @param inputs the inputs
 * @param outputs the outputs
 * @param parameters the parameters
 * @param updates the next value of each state, in training mode only
 * @param paths the layer paths of values
 * @param visits the uses of all layers
 */
public record Traced(
    List<Value> inputs,
    List<Value> outputs,
    Map<Source.Parameter, Value> parameters,
    Map<Source.Parameter, Value> updates,
    Paths paths,
    List<Trace.Visit> visits) {

  /**
   * Returns the graph of a formula over models, in training mode.
   *
   * @param formula the formula, which may apply any models
   * @param inputs the inputs
   * @param trained the models whose parameters are trained; all others are in inference mode
   */
  public static Traced of(Network formula, List<Value> inputs, List<Model> trained) {
    Map<Parameters, TrainingRules> rules = new LinkedHashMap<>();
    trained.forEach(m -> rules.put(m.parameters(), m.rules()));
    return formula(formula, inputs, Trace.over(rules));
  }

  /** Walks through a network, whose outputs have a batch axis. */
  static Traced walk(Network network, List<Value> inputs, Trace trace) {
    Traced traced = formula(network, inputs, trace);
    if (traced.outputs.stream().anyMatch(v -> v.shape().rank() == 0)) {
      throw new FoveaException("model: an output has no axes; the first must be the batch N");
    }
    return traced;
  }

  private static Traced formula(Network network, List<Value> inputs, Trace trace) {
    inputs.forEach(v -> trace.paths().label(v, v.op().name()));
    List<Signal> out = network.forward(inputs.stream().map(v -> new Signal(v, trace)).toList());
    if (out.isEmpty()) {
      throw new FoveaException("model: the network returns no output");
    }
    Traced traced =
        new Traced(
            inputs,
            out.stream().map(Signal::value).toList(),
            trace.parameters(),
            trace.updates(),
            trace.paths(),
            trace.visits());
    traced.requireOwn(trace);
    return traced;
  }

  /** Requires outputs that are computed from this walk's inputs and parameters. */
  private void requireOwn(Trace trace) {
    List<Value> results = new ArrayList<>(outputs);
    results.addAll(updates.values());
    for (Value v : Graph.topological(results)) {
      if (trace.isForeign(v, inputs)) {
        throw new FoveaException(
            "model: what is made from %s comes from another trace; a layer must not keep a signal"
                .formatted(v.op().name()));
      }
    }
  }

  /**
   * Returns the output of each layer by path; of a layer that is used several times, that of the
   * first use. Inputs, the nodes of imported graphs and the layers of applied models are among
   * them.
   */
  public Map<String, Value> layers() {
    return layers(inputs, outputs, paths, visits);
  }

  /** Returns the output of each layer in a walk that may be one within another, by path. */
  static Map<String, Value> layers(List<Value> inputs, List<Value> outputs, Trace trace) {
    String own = Trace.join(trace.prefix(), "");
    Map<String, Value> layers = new LinkedHashMap<>();
    layers(inputs, outputs, trace.paths(), trace.visits())
        .forEach(
            (path, v) -> layers.put(path.startsWith(own) ? path.substring(own.length()) : path, v));
    return layers;
  }

  private static Map<String, Value> layers(
      List<Value> inputs, List<Value> outputs, Paths paths, List<Trace.Visit> visits) {
    Map<String, Value> layers = new LinkedHashMap<>();
    for (Value v : Graph.topological(outputs)) {
      if (!(v.op() instanceof Source) || inputs.contains(v)) {
        layers.put(paths.of(v), v); // a layer's result comes after all else that has its path
      }
    }
    layers.remove("");
    Map<String, Value> visited = new LinkedHashMap<>();
    visits.forEach(v -> visited.putIfAbsent(v.path(), v.output()));
    layers.putAll(visited);
    return layers;
  }

  /** Returns the function from the inputs to the outputs; nothing is updated. */
  Graph graph() {
    return Graph.of(inputs, outputs, paths);
  }
}
