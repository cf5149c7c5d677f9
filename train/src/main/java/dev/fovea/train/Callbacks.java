package dev.fovea.train;

import java.nio.file.Path;
import java.time.Duration;

/** Factories of callbacks, for static import. */
public final class Callbacks {
  private Callbacks() {}

  /** Returns a callback that stops after {@code patience} epochs without a lower loss. */
  public static EarlyStopping earlyStopping(int patience) {
    return new EarlyStopping(patience, 0, Figure.LOSS, false);
  }

  /**
   * Returns a callback that restores the parameters of the epoch with the lowest loss at the end.
   */
  public static EarlyStopping restoreBest() {
    return earlyStopping(Integer.MAX_VALUE).restoringBest();
  }

  /** Returns a callback that writes a checkpoint into a folder after every epoch. */
  public static Checkpoints checkpoints(Path folder) {
    return new Checkpoints(folder, 0, Duration.ZERO);
  }
}
