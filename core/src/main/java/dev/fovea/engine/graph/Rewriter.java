package dev.fovea.engine.graph;

import dev.fovea.op.Paths;
import dev.fovea.op.Source;
import dev.fovea.op.Value;
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

  /** Decides what becomes of one value whose op may not suit its inputs' replacements. */
  @FunctionalInterface
  public interface InputsRule {
    /**
     * Returns the value that replaces {@code original}.
     *
     * @param original the value in the old graph
     * @param inputs the replacements of its inputs
     */
    Value replace(Value original, List<Value> inputs);
  }

  private Rewriter() {}

  /** Returns the graph in which every value has been replaced by the rule. */
  public static Graph rewrite(Graph graph, Rule rule) {
    return rewriteOnInputs(graph, (v, inputs) -> rule.replace(v, onInputs(v, inputs)));
  }

  /** Returns the graph in which every value has been replaced by the rule. */
  public static Graph rewriteOnInputs(Graph graph, InputsRule rule) {
    Map<Value, Value> now = new IdentityHashMap<>();
    Paths paths = graph.paths().copy();
    for (Value v : graph.values()) {
      List<Value> inputs = v.inputs().stream().map(in -> replacement(now, in)).toList();
      Value replaced = rule.replace(v, inputs);
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

  /** Returns a value's op on other inputs; the value itself if they are its own. */
  public static Value onInputs(Value v, List<Value> inputs) {
    boolean same = true;
    for (int i = 0; i < inputs.size(); i++) {
      same &= inputs.get(i) == v.input(i);
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
