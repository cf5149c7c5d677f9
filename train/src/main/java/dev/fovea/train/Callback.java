package dev.fovea.train;

/**
 * What takes part in a training at certain moments: it may stop it or ask for a checkpoint.
 *
 * <p>A callback keeps no state of its own: what it decides follows from the {@link Training}, so
 * that a resumed training goes on as if it had never been interrupted. What a callback throws ends
 * the training.
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
