package dev.fovea.train;

/**
 * What shows the progress of a training; it changes nothing.
 *
 * <p>It is called on the training thread: a listener that draws does so only every now and then.
 */
public interface ProgressListener {
  /** Is called before the first step. */
  default void onStart(Training training) {}

  /** Is called after each batch. */
  default void onBatch(Training training) {}

  /** Is called before samples are evaluated at an epoch's end. */
  default void onEvaluation(Training training) {}

  /** Is called after each epoch. */
  default void onEpoch(Training training, History.Epoch epoch) {}

  /** Is called at the end. */
  default void onEnd(Training training) {}
}
