package dev.fovea.engine.compile;

import dev.fovea.engine.graph.Graph;
import dev.fovea.engine.graph.Rewriter;
import dev.fovea.op.BinaryFunction;
import dev.fovea.op.Elementwise;
import dev.fovea.op.Movement;
import dev.fovea.op.Sampling;
import dev.fovea.op.Source;
import dev.fovea.op.Value;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Removes what costs time and changes nothing: values computed twice, repetition that the consumer
 * does by itself, reshapes of reshapes, products with 1, sums with 0 and resizing to the same size.
 */
final class Simplify implements Pass {
  private final boolean anyBatch;
  private final Set<Value> standing = Collections.newSetFromMap(new IdentityHashMap<>());

  /** Creates the pass. */
  Simplify() {
    this(false);
  }

  /**
   * Creates the pass.
   *
   * @param anyBatch whether graphs that differ in the size of the batch alone must stay so, even if
   *     that is 1
   */
  Simplify(boolean anyBatch) {
    this.anyBatch = anyBatch;
  }

  /** An op on given inputs: equal keys compute equal values. */
  private record Key(Object op, List<Identity> inputs) {}

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
          Key key = new Key(sameness(v), v.inputs().stream().map(Identity::new).toList());
          Value first = known.putIfAbsent(key, v);
          Value result = first == null ? v : first;
          if (!(v.op() instanceof Source.Input) && standing.containsAll(result.inputs())) {
            standing.add(result);
          }
          return result;
        });
  }

  /** Returns what stands for the op when values are compared: numbers are equal by their bits. */
  private static Object sameness(Value v) {
    return isNumber(v) ? Float.floatToRawIntBits(number(v)) : v.op();
  }

  private Value simpler(Value v) {
    return switch (v.op()) {
      case Elementwise.Binary b -> binary(b, v);
      case Movement.Reshape r -> reshape(v);
      case Sampling.Resample r when r.taps().isIdentity() -> v.input(0);
      default -> v;
    };
  }

  private static Value reshape(Value v) {
    Value in = v.input(0);
    Value base = in.op() instanceof Movement.Reshape ? in.input(0) : in;
    return base.reshape(v.shape());
  }

  private Value binary(Elementwise.Binary op, Value v) {
    boolean smaller = v.input(0).shape().elements() < v.input(1).shape().elements();
    boolean moves = anyBatch && isStanding(v.input(0)) != isStanding(v.input(1));
    boolean first = moves ? isStanding(v.input(0)) : smaller;
    boolean swapped = first && commutes(op.function());
    Value left = v.input(swapped ? 1 : 0);
    Value other = v.input(swapped ? 0 : 1);
    // Of a value and a function of it passes make one op; a summand may be a bias.
    boolean alike = op.function() != BinaryFunction.ADD && other.shape().equals(left.shape());
    Value right = alike ? other : perChannel(other, left, v.shape());
    Value a = unrepeated(left, right);
    Value b = unrepeated(right, a);
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

  /**
   * Returns x · (c · d) for (x · c) · d with numbers c and d, or null if it is something else or c
   * · d is too large or too small for a float.
   */
  private static @Nullable Value mergeFactors(Elementwise.Binary op, Value a, Value b) {
    boolean product = op.function() == BinaryFunction.MULTIPLY && a.op().equals(op);
    if (!product || !isNumber(b) || !isNumber(a.input(1))) {
      return null;
    }
    float factor = number(b) * number(a.input(1));
    boolean exact = Float.isFinite(factor) && Math.abs(factor) >= Float.MIN_NORMAL;
    return exact ? a.input(0).times(factor) : null;
  }

  /** Returns an operand [1, …, 1, C] as [C], the form that later passes know. */
  private Value perChannel(Value operand, Value other, Shape result) {
    int rank = operand.shape().rank();
    boolean changes = anyBatch && !isStanding(operand);
    if (rank < 2 || changes || operand.shape().elements() != operand.shape().dim(-1)) {
      return operand;
    }
    Shape channels = Shape.of(operand.shape().dim(-1));
    boolean same = Shape.broadcast(channels, other.shape()).equals(result);
    return same ? operand.reshape(channels) : operand;
  }

  /** Returns whether a value is the same for all samples. */
  private boolean isStanding(Value v) {
    return standing.contains(v);
  }

  private static boolean commutes(BinaryFunction function) {
    return function == BinaryFunction.ADD || function == BinaryFunction.MULTIPLY;
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
