package dev.fovea.train;

/**
 * A hook that is called during a training and may stop it or request a checkpoint.
 *
 * <p>A callback keeps no state of its own: its decisions follow from the {@link Training}, so that
 * a resumed training continues as if it had never been interrupted. An exception from a callback
 * ends the training.
 */
public interface Callback {
  /**
   * Returns whether a {@link Replay} calls it too; false by default. True of a callback that
   * decides what the training keeps and when it stops and does nothing outside of it.
   */
  default boolean isReplayed() {
    return false;
  }

  /**
   * Returns what a resumed training must have the same, such as a schedule with its numbers; empty
   * by default, which asks for nothing.
   */
  default String description() {
    return "";
  }

  /** Called before the first step, also when a training is resumed. */
  default void onStart(Training training) {}

  /** Called after each step. */
  default void onStep(Training training) {}

  /** Called after each epoch, when its results are in the history. */
  default void onEpoch(Training training) {}

  /** Called at the end, unless the training was paused. */
  default void onEnd(Training training) {}
}
