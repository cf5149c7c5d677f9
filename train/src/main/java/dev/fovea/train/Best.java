package dev.fovea.train;

import java.util.Optional;

/** The best figure of the epochs looked at so far. */
final class Best {
  private final Figure figure;
  private final double minDelta;
  private double best;

  /**
   * Begins before the first epoch.
   *
   * @param figure the figure
   * @param minDelta by how much a figure must be better to count
   */
  Best(Figure figure, double minDelta) {
    this.figure = figure;
    this.minDelta = minDelta;
    this.best = figure.higherIsBetter() ? Double.NEGATIVE_INFINITY : Double.POSITIVE_INFINITY;
  }

  /** Returns the scores of an epoch that count: of the validation set, if there is one. */
  static Optional<Scores> scores(History.Epoch epoch, boolean validates) {
    return validates ? epoch.validation() : Optional.of(epoch.train());
  }

  /** Returns whether the scores of one more epoch are better than all before. */
  boolean improves(Scores scores) {
    double now = figure.in(scores);
    boolean better = figure.higherIsBetter() ? now > best + minDelta : now < best - minDelta;
    best = better ? now : best;
    return better;
  }
}
