package dev.fovea.train;

import dev.fovea.tensor.FoveaException;
import java.util.Optional;

/**
 * A callback that stops a training which no longer improves.
 *
 * <p>It watches the loss or another figure of the validation set or, without one, of the training
 * samples, and decides from the history alone.
 *
 * @param patience the number of consecutive epochs without improvement after which to stop
 * @param minDelta the smallest change that counts as an improvement; 0 by default
 * @param figure the figure that is watched; the loss by default
 * @param restoresBest whether the parameters of the best epoch are restored at the end
 */
public record EarlyStopping(int patience, double minDelta, Figure figure, boolean restoresBest)
    implements Callback {
  /**
   * Checks the arguments.
   *
   * @throws FoveaException if the patience is below 1 or the difference is negative
   */
  public EarlyStopping {
    if (patience < 1) {
      throw new FoveaException("early stopping: patience must be at least 1, got " + patience);
    }
    if (!(minDelta >= 0 && minDelta < Double.POSITIVE_INFINITY)) {
      throw new FoveaException(
          "early stopping: minDelta must be 0 or a positive number, got " + minDelta);
    }
  }

  /** Returns this callback with another smallest improvement. */
  public EarlyStopping minDelta(double delta) {
    return new EarlyStopping(patience, delta, figure, restoresBest);
  }

  /** Returns this callback watching a metric, which must be among the trainer's metrics. */
  public EarlyStopping watching(Metric watched) {
    return watching(Figure.of(watched));
  }

  /** Returns this callback watching a figure, which the trainer must measure. */
  public EarlyStopping watching(Figure watched) {
    return new EarlyStopping(patience, minDelta, watched, restoresBest);
  }

  /** Returns this callback restoring the parameters of the best epoch at the end. */
  public EarlyStopping restoringBest() {
    return new EarlyStopping(patience, minDelta, figure, true);
  }

  @Override
  public boolean isReplayed() {
    return true;
  }

  @Override
  public void onEpoch(Training training) {
    Best best = new Best(figure, minDelta);
    int since = 0;
    boolean better = false;
    for (History.Epoch epoch : training.history().epochs()) {
      Optional<Scores> scores = Best.scores(epoch, training.validates());
      better = scores.isPresent() && best.improves(scores.get());
      if (scores.isPresent()) {
        since = better ? 0 : since + 1;
      }
    }
    if (better && restoresBest) {
      training.keep(key());
    }
    if (since >= patience) {
      training.stop(
          "no better " + what(training) + " in " + since + (since == 1 ? " epoch" : " epochs"));
    }
  }

  @Override
  public void onEnd(Training training) {
    if (restoresBest) {
      training.restore(key());
    }
  }

  /**
   * Returns the best epoch of a history, whose parameters are restored at the end if any are.
   *
   * @param history a history of this training; without validation its training samples count
   * @return empty if no epoch has the figure
   */
  public Optional<History.Epoch> best(History history) {
    boolean validates = history.epochs().stream().anyMatch(e -> e.validation().isPresent());
    Best best = new Best(figure, minDelta);
    return history.epochs().stream()
        .filter(e -> Best.scores(e, validates).filter(best::improves).isPresent())
        .reduce((earlier, later) -> later);
  }

  private String what(Training training) {
    return (training.validates() ? "validation " : "training ") + figure.name();
  }

  private String key() {
    return "best_" + figure.name();
  }
}
