package dev.fovea.graph;

import dev.fovea.op.Source;
import dev.fovea.op.Value;
import dev.fovea.tensor.Shape;
import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Checks what must hold in every graph, after every pass: order, shapes, names. */
public final class Verifier {
  private Verifier() {}

  /**
   * Checks a graph.
   *
   * @throws IllegalStateException naming the first value that breaks a rule
   */
  public static void verify(Graph graph) {
    Set<Value> seen = Collections.newSetFromMap(new IdentityHashMap<>());
    Map<String, Value> named = new HashMap<>();
    for (Value v : graph.values()) {
      for (Value in : v.inputs()) {
        require(seen.contains(in), v, "is used before its input " + in);
      }
      List<Shape> shapes = v.inputs().stream().map(Value::shape).toList();
      require(v.op().shape(shapes).equals(v.shape()), v, "has a shape that is not its op's");
      if (v.op() instanceof Source.Input || v.op() instanceof Source.Parameter) {
        Value other = named.putIfAbsent(v.op().name(), v);
        require(
            other == null || other.op().equals(v.op()), v, "shares its name with another source");
      }
      seen.add(v);
    }
    graph.outputs().forEach((n, v) -> require(seen.contains(v), v, "is output " + n + " unseen"));
  }

  private static void require(boolean holds, Value v, String rule) {
    if (!holds) {
      throw new IllegalStateException("graph: " + v.op() + " " + v.shape() + " " + rule);
    }
  }
}
