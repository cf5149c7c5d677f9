package dev.fovea.studio.state;

import dev.fovea.optim.Schedule;
import java.util.ArrayList;
import java.util.List;

/**
 * A schedule whose factor is changed while a training runs. Each change is kept with the step from
 * which it holds, so the training can be computed anew with the same bits.
 */
public final class RateChanges implements Schedule {
  private final Schedule base;
  private final List<Change> changes = new ArrayList<>();

  /** The last step whose rate was asked for: it has begun. */
  private long begun = -1;

  /**
   * A change.
   *
   * @param step the number of steps that are done before it holds
   * @param factor what the rate is multiplied with from then on
   */
  public record Change(long step, double factor) {}

  /** Begins with a schedule as it is. */
  public RateChanges(Schedule base) {
    this.base = base;
  }

  /** Returns this schedule with the changes before a step; others may come from it on. */
  public synchronized RateChanges until(long step) {
    RateChanges part = new RateChanges(base);
    part.begun = step - 1;
    changes.stream().filter(c -> c.step < step).forEach(part.changes::add);
    return part;
  }

  /** Adds a change from the first step on that has not begun. */
  public synchronized void addNow(double factor) {
    add(begun + 1, factor);
  }

  /** Adds a change; it holds from a step that has not begun. */
  public synchronized void add(long step, double factor) {
    changes.add(new Change(step, factor));
  }

  /** Returns all changes in order. */
  public synchronized List<Change> changes() {
    return List.copyOf(changes);
  }

  @Override
  public synchronized double factor(long step, long total) {
    begun = Math.max(begun, step);
    double factor = 1;
    for (Change c : changes) {
      factor = c.step <= step ? c.factor : factor;
    }
    return base.factor(step, total) * factor;
  }

  @Override
  public boolean dependsOnTotal() {
    return base.dependsOnTotal();
  }

  /** Changes do not count: a training is the same before and after one. */
  @Override
  public String name() {
    return base.name() + ", changed by hand";
  }
}
