package dev.fovea.train;

/**
 * Code that is called at certain moments of a training, and that may stop it or request a
 * checkpoint.
 *
 * <p>A callback keeps no state of its own: its decisions follow from the {@link Training}, so that
 * a resumed training continues as if it had never been interrupted. An exception from a callback
 * ends the training.
 */
public interface Callback {
  /** Is called before the first step, also of a resumed training. */
  default void onStart(Training training) {}

  /** Is called after each step. */
  default void onStep(Training training) {}

  /** Is called after each epoch, when it is in the history. */
  default void onEpoch(Training training) {}

  /** Is called at the end, unless the training only paused. */
  default void onEnd(Training training) {}
}
