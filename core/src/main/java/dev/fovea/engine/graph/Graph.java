package dev.fovea.engine.graph;

import dev.fovea.op.Paths;
import dev.fovea.op.Source;
import dev.fovea.op.Topology;
import dev.fovea.op.Value;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a function computes: its inputs, its outputs, and every value that these are made of, in an
 * order in which it can be computed.
 *
 * <p>Outputs are results, gradients of parameters and next values of parameters. A graph holds only
 * what its outputs reach: dead values do not exist in it. It never changes; passes make new graphs.
 */
public final class Graph {
  private final List<Value> inputs;
  private final List<Value> results;
  private final Map<Source.Parameter, Value> gradients;
  private final Map<Source.Parameter, Value> updates;
  private final Paths paths;
  private final List<Value> values;

  /**
   * Creates a graph.
   *
   * @param inputs what is handed in, by position, whether it is read or not
   * @param results what is computed, by number
   * @param gradients of some parameters, the gradient that is computed besides
   * @param updates of some parameters, the value they take after a run
   * @param paths which layers values come from
   */
  public Graph(
      List<Value> inputs,
      List<Value> results,
      Map<Source.Parameter, Value> gradients,
      Map<Source.Parameter, Value> updates,
      Paths paths) {
    this.inputs = List.copyOf(inputs);
    this.results = List.copyOf(results);
    this.gradients = Collections.unmodifiableMap(new LinkedHashMap<>(gradients));
    this.updates = Collections.unmodifiableMap(new LinkedHashMap<>(updates));
    this.paths = paths;
    this.values = topological(outputs());
  }

  /** Returns the graph of these results of these inputs. */
  public static Graph of(List<Value> inputs, List<Value> results) {
    return of(inputs, results, new Paths());
  }

  /** Returns the graph of these results of these inputs, with the layers that values come from. */
  public static Graph of(List<Value> inputs, List<Value> results, Paths paths) {
    return new Graph(inputs, results, Map.of(), Map.of(), paths);
  }

  /** Returns the inputs by position; some may not be among the values, since nothing reads them. */
  public List<Value> inputs() {
    return inputs;
  }

  /** Returns the results by number. */
  public List<Value> results() {
    return results;
  }

  /** Returns the gradients, in the order in which they are to be computed. */
  public Map<Source.Parameter, Value> gradients() {
    return gradients;
  }

  /** Returns the next values of parameters. */
  public Map<Source.Parameter, Value> updates() {
    return updates;
  }

  /** Returns all outputs: results, gradients, updates. */
  public List<Value> outputs() {
    List<Value> all = new ArrayList<>(results);
    all.addAll(gradients.values());
    all.addAll(updates.values());
    return all;
  }

  /** Returns all values, each after its inputs. */
  public List<Value> values() {
    return values;
  }

  /** Returns which layer each value comes from. */
  public Paths paths() {
    return paths;
  }

  /** Returns how often each value is used, as an input or as an output. */
  public Map<Value, Integer> uses() {
    Map<Value, Integer> uses = new IdentityHashMap<>();
    values.forEach(v -> v.inputs().forEach(i -> uses.merge(i, 1, Integer::sum)));
    outputs().forEach(v -> uses.merge(v, 1, Integer::sum));
    return uses;
  }

  /**
   * Returns the values in an order in which each follows its inputs, outputs taken in their order.
   */
  public static List<Value> topological(Iterable<Value> roots) {
    return Topology.order(roots);
  }

  /** Returns one line per value: number, op with parameters, input numbers, shape, layer path. */
  @Override
  public String toString() {
    Map<Value, Integer> number = new IdentityHashMap<>();
    StringBuilder s = new StringBuilder();
    for (Value v : values) {
      number.put(v, number.size());
      List<Integer> in = v.inputs().stream().map(number::get).toList();
      s.append("%" + number.get(v) + " = " + v.op() + " " + in + " : " + v.shape());
      s.append(paths.of(v).isEmpty() ? "\n" : "  # " + paths.of(v) + "\n");
    }
    for (int i = 0; i < results.size(); i++) {
      s.append("result " + i + " -> %" + number.get(results.get(i)) + "\n");
    }
    gradients.forEach(
        (p, v) -> s.append("gradient of " + p.name() + " -> %" + number.get(v) + "\n"));
    updates.forEach((p, v) -> s.append("next " + p.name() + " -> %" + number.get(v) + "\n"));
    return s.toString();
  }
}
