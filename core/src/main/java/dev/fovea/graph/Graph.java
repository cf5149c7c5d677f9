package dev.fovea.graph;

import dev.fovea.op.Source;
import dev.fovea.op.Value;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Named outputs and everything they are computed from, in an order in which it can be computed.
 *
 * <p>A graph holds only what its outputs reach: dead values do not exist in it. It never changes;
 * passes make new graphs.
 */
public final class Graph {
  private final Map<String, Value> outputs;
  private final Paths paths;
  private final List<Value> values;

  /** Creates the graph of these outputs; {@code paths} tells which layers values come from. */
  public Graph(Map<String, Value> outputs, Paths paths) {
    this.outputs = Collections.unmodifiableMap(new LinkedHashMap<>(outputs));
    this.paths = paths;
    this.values = topological(this.outputs.values());
  }

  /** Returns the outputs by name, in their order. */
  public Map<String, Value> outputs() {
    return outputs;
  }

  /** Returns the output of this name. */
  public Value output(String name) {
    Value v = outputs.get(name);
    if (v == null) {
      throw new IllegalArgumentException(
          "graph has no output " + name + ", only " + outputs.keySet());
    }
    return v;
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
    outputs.values().forEach(v -> uses.merge(v, 1, Integer::sum));
    return uses;
  }

  /** Returns the inputs by name, in the order in which they are first needed. */
  public Map<String, Value> inputs() {
    Map<String, Value> inputs = new LinkedHashMap<>();
    for (Value v : values) {
      if (v.op() instanceof Source.Input in) {
        inputs.put(in.name(), v);
      }
    }
    return inputs;
  }

  /**
   * Returns the values in an order in which each follows its inputs, outputs taken in their order.
   */
  public static List<Value> topological(Iterable<Value> roots) {
    List<Value> order = new ArrayList<>();
    Map<Value, Boolean> done = new IdentityHashMap<>();
    Deque<Value> stack = new ArrayDeque<>();
    for (Value root : roots) {
      stack.push(root);
      while (!stack.isEmpty()) {
        visit(stack, done, order);
      }
    }
    return Collections.unmodifiableList(order);
  }

  /** Takes one step of the depth-first walk; FALSE marks a value whose inputs are on the stack. */
  private static void visit(Deque<Value> stack, Map<Value, Boolean> done, List<Value> order) {
    Value v = stack.peek();
    Boolean state = done.get(v);
    if (state == null) {
      done.put(v, Boolean.FALSE);
      List<Value> in = v.inputs();
      for (int i = in.size() - 1; i >= 0; i--) {
        if (!done.containsKey(in.get(i))) {
          stack.push(in.get(i));
        }
      }
      return;
    }
    stack.pop();
    if (!state) {
      done.put(v, Boolean.TRUE);
      order.add(v);
    }
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
    outputs.forEach((name, v) -> s.append(name + " -> %" + number.get(v) + "\n"));
    return s.toString();
  }
}
