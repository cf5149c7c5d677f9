package dev.fovea.train;

/**
 * A listener that shows the progress of a training and does not influence it.
 *
 * <p>It is called on the training thread, so it should return quickly.
 */
public interface ProgressListener {
  /**
   * Called where a training cannot begin, such as one whose samples do not suit the model, before
   * that is thrown; nothing else is called then.
   */
  default void onRefusal(Throwable problem) {}

  /** Called before the first step. */
  default void onStart(Training training) {}

  /** Called after each batch. */
  default void onBatch(Training training) {}

  /** Called before the validation set is evaluated at the end of an epoch. */
  default void onEvaluation(Training training) {}

  /** Called after each epoch. */
  default void onEpoch(Training training, History.Epoch epoch) {}

  /** Called at the end. */
  default void onEnd(Training training) {}

  /**
   * Called in place of {@link #onEnd} where a training that has begun ends with an error, before
   * that is thrown.
   */
  default void onFailure(Training training, Throwable problem) {}
}
