package dev.fovea.engine.autodiff;

import dev.fovea.engine.graph.Graph;
import dev.fovea.engine.graph.Paths;
import dev.fovea.op.Value;
import dev.fovea.tensor.Tensor;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reverse-mode differentiation of a graph into a graph.
 *
 * <p>The gradients are ordinary values: they can be differentiated again, and passes treat them
 * like any others.
 */
public final class Autodiff {
  private Autodiff() {}

  /**
   * Returns the gradient of a scalar with respect to each of some values, in their order.
   *
   * @param scalar the value to differentiate, of one element
   * @param wrt the values to differentiate by
   * @param paths gives each new value the layer path of the value whose gradient rule made it
   * @return one value per entry of {@code wrt}, of its shape; zeros where nothing flows
   * @throws IllegalArgumentException if {@code scalar} has more than one element
   */
  public static List<Value> gradients(Value scalar, List<Value> wrt, Paths paths) {
    if (scalar.shape().elements() != 1) {
      throw new IllegalArgumentException("only a scalar can be differentiated, not " + scalar);
    }
    List<Value> order = Graph.topological(List.of(scalar));
    Set<Value> needed = dependents(order, wrt);
    IdentityHashMap<Value, Value> gradient = new IdentityHashMap<>();
    gradient.put(scalar, Value.constant(Tensor.full(scalar.shape(), 1)));
    for (int i = order.size() - 1; i >= 0; i--) {
      Value y = order.get(i);
      Value dy = gradient.get(y);
      if (dy != null && needed.contains(y)) {
        backward(y, dy, needed, gradient, paths);
      }
    }
    List<Value> result = new ArrayList<>();
    for (Value v : wrt) {
      Value g = gradient.get(v);
      result.add(g != null ? g : Value.constant(0).broadcastTo(v.shape()));
    }
    return result;
  }

  private static void backward(
      Value y, Value dy, Set<Value> needed, IdentityHashMap<Value, Value> gradient, Paths paths) {
    if (y.inputs().stream().noneMatch(needed::contains)) {
      return;
    }
    List<@Nullable Value> rule = y.op().gradient(y, dy);
    for (int i = 0; i < rule.size(); i++) {
      Value x = y.input(i);
      Value dx = rule.get(i);
      if (dx != null && needed.contains(x)) {
        Value sum = gradient.containsKey(x) ? gradient.get(x).plus(dx) : dx;
        paths.label(sum, paths.of(y));
        gradient.put(x, sum);
      }
    }
  }

  /** Returns the values that depend on any of {@code wrt}, these included. */
  private static Set<Value> dependents(List<Value> order, Collection<Value> wrt) {
    Set<Value> needed = Collections.newSetFromMap(new IdentityHashMap<>());
    needed.addAll(wrt);
    for (Value v : order) {
      if (v.inputs().stream().anyMatch(needed::contains)) {
        needed.add(v);
      }
    }
    return needed;
  }
}
