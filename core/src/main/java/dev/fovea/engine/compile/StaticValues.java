package dev.fovea.engine.compile;

import dev.fovea.engine.graph.Graph;
import dev.fovea.op.Source;
import dev.fovea.op.Value;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;

/**
 * The values of a graph that do not change from run to run: made of constants and, when weights
 * stand still, of parameters.
 */
final class StaticValues {
  private StaticValues() {}

  /** Returns the static values; {@code parameters} tells whether parameters stand still. */
  static Set<Value> of(Graph graph, boolean parameters) {
    Set<Value> fixed = Collections.newSetFromMap(new IdentityHashMap<>());
    for (Value v : graph.values()) {
      boolean is =
          switch (v.op()) {
            case Source.Constant c -> true;
            case Source.Bytes b -> true;
            case Source.Parameter p -> parameters;
            case Source.Input in -> false;
            default -> !v.inputs().isEmpty() && fixed.containsAll(v.inputs());
          };
      if (is) {
        fixed.add(v);
      }
    }
    return fixed;
  }
}
