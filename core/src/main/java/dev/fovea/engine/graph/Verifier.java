package dev.fovea.engine.graph;

import dev.fovea.op.Source;
import dev.fovea.op.Value;
import dev.fovea.tensor.ElementType;
import dev.fovea.tensor.Shape;
import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Checks what must hold in every graph, after every pass: order, shapes, element types, names. */
public final class Verifier {
  private Verifier() {}

  /**
   * Checks a graph.
   *
   * @throws IllegalStateException naming the first value that breaks a rule
   */
  public static void verify(Graph graph) {
    Set<Value> seen = Collections.newSetFromMap(new IdentityHashMap<>());
    Map<List<Object>, Value> sources = new HashMap<>();
    for (Value v : graph.values()) {
      for (Value in : v.inputs()) {
        require(seen.contains(in), v, "is used before its input " + in);
      }
      List<Shape> shapes = v.inputs().stream().map(Value::shape).toList();
      require(v.op().shape(shapes).equals(v.shape()), v, "has a shape that is not its op's");
      List<ElementType> types = v.inputs().stream().map(Value::type).toList();
      require(v.op().type(types) == v.type(), v, "has an element type that is not its op's");
      List<Object> identity = identity(v);
      if (!identity.isEmpty()) {
        Value other = sources.putIfAbsent(identity, v);
        require(
            other == null || other.op().equals(v.op()), v, "is the same source in another shape");
      }
      seen.add(v);
    }
    for (Value v : graph.outputs()) {
      require(seen.contains(v), v, "is an output unseen");
      require(v.type() == ElementType.FLOAT32, v, "is an output as " + v.type());
    }
    graph.gradients().forEach(Verifier::requireShape);
    graph.updates().forEach(Verifier::requireShape);
  }

  /** Returns by what a source is known that must have one shape; nothing of other ops. */
  private static List<Object> identity(Value v) {
    return switch (v.op()) {
      case Source.Input in -> List.of(in.kind(), in.number());
      case Source.Parameter p -> List.of(p.store(), p.name());
      default -> List.of();
    };
  }

  private static void requireShape(Source.Parameter p, Value v) {
    require(
        v.shape().elements() == p.parameterShape().elements(),
        v,
        "is not of the size of " + p.name());
  }

  private static void require(boolean holds, Value v, String rule) {
    if (!holds) {
      throw new IllegalStateException("graph: " + v.op() + " " + v.shape() + " " + rule);
    }
  }
}
