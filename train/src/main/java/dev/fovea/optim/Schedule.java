package dev.fovea.optim;

/** How the learning rate changes over a training: a factor to the optimiser's rate. */
@FunctionalInterface
public interface Schedule {
  /**
   * Returns the factor of one step.
   *
   * @param step the number of steps done before, from 0
   * @param total the number of steps of the whole training
   */
  double factor(long step, long total);

  /** Returns whether the factor of a step changes with the total number of steps. */
  default boolean dependsOnTotal() {
    return true;
  }

  /** Returns the name and its settings; schedules of one name are the same. */
  default String name() {
    return "custom";
  }

  /**
   * Returns this schedule after some steps in which the factor rises in equal parts to where it
   * begins (Goyal et al., 2017).
   *
   * @throws dev.fovea.tensor.FoveaException if the number is negative
   */
  default Schedule warmup(int steps) {
    return new Schedules.Warmup(this, steps, 0);
  }

  /**
   * Returns this schedule after a warm-up over a part of all steps.
   *
   * @throws dev.fovea.tensor.FoveaException if the part is not in [0, 1)
   */
  default Schedule warmupFraction(double part) {
    return new Schedules.Warmup(this, 0, part);
  }
}
