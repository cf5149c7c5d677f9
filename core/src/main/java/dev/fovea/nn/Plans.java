package dev.fovea.nn;

import dev.fovea.runtime.Plan;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.IntFunction;

/**
 * The inference plans of a model by batch size, the ones used last.
 *
 * <p>Each keeps folded and packed weights of its own, so plans are dropped, the one used longest
 * ago first, when all together take more than their share of the heap.
 */
final class Plans {
  /** The heap divided by this is what plans may take; one plan is always kept. */
  private static final int SHARE = 4;

  private final Map<Integer, Plan> plans = new LinkedHashMap<>(8, 0.75f, true);
  private final IntFunction<Plan> compile;

  Plans(IntFunction<Plan> compile) {
    this.compile = compile;
  }

  /** Returns the plan of a batch size. */
  synchronized Plan get(int batch) {
    Plan known = plans.get(batch);
    if (known != null) {
      return known;
    }
    Plan plan = compile.apply(batch);
    plans.put(batch, plan);
    dropOldest();
    return plan;
  }

  private void dropOldest() {
    long most = Runtime.getRuntime().maxMemory() / SHARE;
    long bytes = plans.values().stream().mapToLong(Plan::bytes).sum();
    Iterator<Plan> oldest = plans.values().iterator();
    for (int left = plans.size(); left > 1 && bytes > most; left--) {
      bytes -= oldest.next().bytes();
      oldest.remove();
    }
  }
}
