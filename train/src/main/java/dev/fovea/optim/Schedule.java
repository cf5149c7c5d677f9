package dev.fovea.optim;

/** A learning rate schedule: the factor of the optimiser's learning rate at each step. */
@FunctionalInterface
public interface Schedule {
  /**
   * Returns the factor of one step.
   *
   * @param step the number of the step, from 0
   * @param total the number of steps of the whole training
   */
  double factor(long step, long total);

  /** Returns whether the factor of a step depends on the total number of steps. */
  default boolean dependsOnTotal() {
    return true;
  }

  /** Returns the name with all settings; two schedules with the same name are the same. */
  default String name() {
    return "custom";
  }

  /**
   * Returns this schedule after a warm-up, in which the factor rises linearly to its first value
   * (Goyal et al., 2017).
   *
   * @throws dev.fovea.tensor.FoveaException if the number is negative
   */
  default Schedule warmup(int steps) {
    return new Schedules.Warmup(this, steps, 0);
  }

  /**
   * Returns this schedule after a warm-up over this fraction of all steps.
   *
   * @throws dev.fovea.tensor.FoveaException if the part is not in [0, 1)
   */
  default Schedule warmupFraction(double part) {
    return new Schedules.Warmup(this, 0, part);
  }
}
