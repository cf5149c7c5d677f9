package dev.fovea.train;

import dev.fovea.tensor.FoveaException;
import java.nio.file.Path;
import java.time.Duration;

/**
 * A callback that writes checkpoints into a folder: after every epoch, when the training pauses
 * and, if configured, in between.
 *
 * <p>The folder holds one file, {@value Checkpoint#FILE}, which is replaced atomically.
 *
 * @param folder the folder
 * @param steps after how many steps to write as well; 0 for never
 * @param interval after how much time to write as well; zero for never
 */
public record Checkpoints(Path folder, int steps, Duration interval) implements Callback {
  /**
   * Checks the arguments.
   *
   * @throws FoveaException if one is negative
   */
  public Checkpoints {
    if (steps < 0 || interval.isNegative()) {
      throw new FoveaException(
          "checkpoints: a number of steps or a time must not be negative, got "
              + (steps < 0 ? steps : interval));
    }
  }

  /** Returns this callback writing also after every {@code count} steps. */
  public Checkpoints everySteps(int count) {
    return new Checkpoints(folder, count, interval);
  }

  /** Returns this callback writing also when this much time has passed since the last one. */
  public Checkpoints every(Duration time) {
    return new Checkpoints(folder, steps, time);
  }

  @Override
  public void onStep(Training training) {
    boolean due = training.paused() || (steps > 0 && training.reachesMultipleOf(steps));
    if (!due && !interval.isZero()) {
      due = training.secondsSinceCheckpoint() >= interval.toNanos() * 1e-9;
    }
    if (due) {
      training.checkpoint(folder);
    }
  }

  @Override
  public void onEpoch(Training training) {
    training.checkpoint(folder);
  }
}
