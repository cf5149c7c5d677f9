package dev.fovea.cli;

import dev.fovea.train.History;
import dev.fovea.train.ProgressListener;

/** What a training tells while it runs and at its end. */
interface Report extends ProgressListener {
  /**
   * Tells what came out and where the model lies.
   *
   * @param history all epochs
   * @param saved the epoch whose parameters the model has
   */
  void result(History history, History.Epoch saved, OutputFolder folder);

  /** Returns how long a training took. */
  static double seconds(History history) {
    return history.epochs().stream().mapToDouble(History.Epoch::seconds).sum();
  }
}
