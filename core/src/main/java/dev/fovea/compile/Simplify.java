package dev.fovea.compile;

import dev.fovea.graph.Graph;
import dev.fovea.graph.Rewriter;
import dev.fovea.op.BinaryFunction;
import dev.fovea.op.Elementwise;
import dev.fovea.op.Movement;
import dev.fovea.op.Op;
import dev.fovea.op.Source;
import dev.fovea.op.Value;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Removes what costs time and changes nothing: values computed twice, repetition that the consumer
 * does by itself, reshapes of reshapes, products with 1 and sums with 0.
 */
final class Simplify implements Pass {
  /** An op on given inputs: equal keys compute equal values. */
  private record Key(Op op, List<Identity> inputs) {}

  /** A value compared by identity. */
  private record Identity(Value value) {
    @Override
    public boolean equals(Object o) {
      return o instanceof Identity i && i.value == value;
    }

    @Override
    public int hashCode() {
      return System.identityHashCode(value);
    }
  }

  @Override
  public Graph apply(Graph graph) {
    Map<Key, Value> known = new HashMap<>();
    return Rewriter.rewrite(
        graph,
        (original, current) -> {
          Value v = simpler(current);
          Key key = new Key(v.op(), v.inputs().stream().map(Identity::new).toList());
          Value first = known.putIfAbsent(key, v);
          return first == null ? v : first;
        });
  }

  private static Value simpler(Value v) {
    return switch (v.op()) {
      case Elementwise.Binary b -> binary(b, v);
      case Movement.Reshape r -> reshape(v);
      default -> v;
    };
  }

  private static Value reshape(Value v) {
    Value in = v.input(0);
    Value base = in.op() instanceof Movement.Reshape ? in.input(0) : in;
    return base.reshape(v.shape());
  }

  private static Value binary(Elementwise.Binary op, Value v) {
    Value a = unrepeated(v.input(0), v.input(1));
    Value b = unrepeated(v.input(1), a);
    Value merged = mergeFactors(op, a, b);
    if (merged != null) {
      return merged;
    }
    boolean neutral =
        switch (op.function()) {
          case ADD, SUBTRACT -> isNumber(b, 0);
          case MULTIPLY, DIVIDE -> isNumber(b, 1);
          default -> false;
        };
    if (neutral && a.shape().equals(v.shape())) {
      return a;
    }
    return a == v.input(0) && b == v.input(1) ? v : Value.of(op, a, b);
  }

  /** Returns x · (c · d) for (x · c) · d with numbers c and d, or null if it is something else. */
  private static @Nullable Value mergeFactors(Elementwise.Binary op, Value a, Value b) {
    boolean product = op.function() == BinaryFunction.MULTIPLY && a.op().equals(op);
    if (!product || !isNumber(b) || !isNumber(a.input(1))) {
      return null;
    }
    return a.input(0).times(number(b) * number(a.input(1)));
  }

  /**
   * Returns what {@code v} repeats, if the binary op with {@code other} repeats it all the same.
   */
  private static Value unrepeated(Value v, Value other) {
    boolean repeats = v.op() instanceof Movement.Broadcast;
    if (repeats && Shape.broadcast(v.input(0).shape(), other.shape()).equals(v.shape())) {
      return v.input(0);
    }
    return v;
  }

  private static boolean isNumber(Value v) {
    return v.op() instanceof Source.Constant c && c.tensor().shape().rank() == 0;
  }

  private static float number(Value v) {
    return v.op() instanceof Source.Constant c ? c.tensor().item() : Float.NaN;
  }

  private static boolean isNumber(Value v, float number) {
    return v.op() instanceof Source.Constant(Tensor t) && isNumber(v) && t.item() == number;
  }
}
