package dev.fovea.engine.runtime;

/** Is told how long each step of a program took. */
@FunctionalInterface
public interface StepObserver {
  /**
   * Called after each step.
   *
   * @param index the step's place in {@link dev.fovea.engine.compile.Program#steps}
   * @param nanos how long it took on the caller's clock, in nanoseconds
   */
  void onStep(int index, long nanos);
}
