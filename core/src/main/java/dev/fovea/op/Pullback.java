package dev.fovea.op;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reverse-mode differentiation: from the gradients of some scalar with respect to results to those
 * with respect to what the results are made of.
 */
public final class Pullback {
  private final IdentityHashMap<Value, Value> gradients = new IdentityHashMap<>();
  private final Set<Value> needed;
  private final GradientRule rule;
  private final Listener listener;

  /** Is told of every gradient that is made. */
  @FunctionalInterface
  public interface Listener {
    /**
     * Called with a gradient.
     *
     * @param of the value whose gradient rule made it
     */
    void made(Value gradient, Value of);
  }

  private Pullback(List<Value> order, List<Value> wrt, GradientRule rule, Listener listener) {
    this.needed = dependents(order, wrt);
    this.rule = rule;
    this.listener = listener;
  }

  /**
   * Returns the gradient with respect to each of some values, in their order; {@code null} where
   * none flows.
   *
   * @param results what is differentiated; the same value may be there twice
   * @param seeds the gradient with respect to each result, of its shape; {@code null} for none
   * @param wrt the values to differentiate by
   * @param rule how gradients pass through each op
   */
  public static List<@Nullable Value> of(
      List<Value> results,
      List<@Nullable Value> seeds,
      List<Value> wrt,
      GradientRule rule,
      Listener listener) {
    List<Value> order = Topology.order(results);
    Pullback p = new Pullback(order, wrt, rule, listener);
    for (int i = 0; i < results.size(); i++) {
      Value seed = seeds.get(i);
      if (seed != null) {
        p.gradients.merge(results.get(i), seed, Value::plus);
      }
    }
    for (int i = order.size() - 1; i >= 0; i--) {
      Value y = order.get(i);
      Value dy = p.gradients.get(y);
      if (dy != null && p.needed.contains(y)) {
        p.backward(y, dy);
      }
    }
    List<@Nullable Value> result = new ArrayList<>();
    wrt.forEach(v -> result.add(p.gradients.get(v)));
    return result;
  }

  private void backward(Value y, Value dy) {
    if (y.inputs().stream().noneMatch(needed::contains)) {
      return;
    }
    List<@Nullable Value> passed = rule.gradient(y, dy);
    for (int i = 0; i < passed.size(); i++) {
      Value x = y.input(i);
      Value dx = passed.get(i);
      if (dx != null && needed.contains(x)) {
        Value sum = gradients.containsKey(x) ? gradients.get(x).plus(dx) : dx;
        listener.made(sum, y);
        gradients.put(x, sum);
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
