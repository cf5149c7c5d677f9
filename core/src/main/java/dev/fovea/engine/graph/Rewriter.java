package dev.fovea.engine.graph;

import dev.fovea.op.Source;
import dev.fovea.op.Value;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Makes a new graph from an old one by replacing values, inputs first. */
public final class Rewriter {
  /** Decides what becomes of one value. */
  @FunctionalInterface
  public interface Rule {
    /**
     * Returns the value that replaces {@code original}.
     *
     * @param original the value in the old graph
     * @param current the same op on the inputs' replacements; {@code original} itself if none
     *     changed
     */
    Value replace(Value original, Value current);
  }

  private Rewriter() {}

  /** Returns the graph in which every value has been replaced by the rule. */
  public static Graph rewrite(Graph graph, Rule rule) {
    Map<Value, Value> now = new IdentityHashMap<>();
    Paths paths = graph.paths().copy();
    for (Value v : graph.values()) {
      Value current = onInputs(v, now);
      Value replaced = rule.replace(v, current);
      if (replaced != v) {
        paths.carry(v, replaced);
      }
      now.put(v, replaced);
    }
    return new Graph(
        graph.inputs(),
        graph.results().stream().map(v -> replacement(now, v)).toList(),
        replacements(now, graph.gradients()),
        replacements(now, graph.updates()),
        paths);
  }

  private static Map<Source.Parameter, Value> replacements(
      Map<Value, Value> now, Map<Source.Parameter, Value> values) {
    Map<Source.Parameter, Value> replaced = new LinkedHashMap<>();
    values.forEach((p, v) -> replaced.put(p, replacement(now, v)));
    return replaced;
  }

  private static Value onInputs(Value v, Map<Value, Value> now) {
    List<Value> inputs = new ArrayList<>();
    boolean same = true;
    for (Value in : v.inputs()) {
      Value r = replacement(now, in);
      same &= r == in;
      inputs.add(r);
    }
    return same ? v : Value.of(v.op(), inputs);
  }

  private static Value replacement(Map<Value, Value> now, Value v) {
    Value r = now.get(v);
    if (r == null) {
      throw new IllegalStateException("value " + v + " was not visited before its use");
    }
    return r;
  }
}
