package dev.fovea.op;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/** The order of values in which each follows its inputs. */
public final class Topology {
  private Topology() {}

  /** Returns the values that roots are made of, roots taken in their order. */
  public static List<Value> order(Iterable<Value> roots) {
    return order(roots, v -> false);
  }

  /**
   * Returns the values that roots are made of, roots taken in their order.
   *
   * @param given the values whose inputs do not matter
   */
  public static List<Value> order(Iterable<Value> roots, Predicate<Value> given) {
    List<Value> order = new ArrayList<>();
    Map<Value, Boolean> done = new IdentityHashMap<>();
    Deque<Value> stack = new ArrayDeque<>();
    for (Value root : roots) {
      stack.push(root);
      while (!stack.isEmpty()) {
        visit(stack, done, order, given);
      }
    }
    return Collections.unmodifiableList(order);
  }

  /** Takes one step of the depth-first walk; FALSE marks a value whose inputs are on the stack. */
  private static void visit(
      Deque<Value> stack, Map<Value, Boolean> done, List<Value> order, Predicate<Value> given) {
    Value v = stack.peek();
    Boolean state = done.get(v);
    if (state == null) {
      done.put(v, Boolean.FALSE);
      List<Value> in = given.test(v) ? List.of() : v.inputs();
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
}
