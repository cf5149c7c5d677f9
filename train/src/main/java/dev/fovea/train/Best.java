package dev.fovea.train;

import java.util.Optional;

/** The best figure of the epochs looked at so far. */
final class Best {
  private final Optional<Metric> metric;
  private final double minDelta;
  private final boolean higher;
  private double best;

  /**
   * Begins before the first epoch.
   *
   * @param metric the figure; the loss if empty
   * @param minDelta by how much a figure must be better to count
   */
  Best(Optional<Metric> metric, double minDelta) {
    this.metric = metric;
    this.minDelta = minDelta;
    this.higher = metric.map(Metric::higherIsBetter).orElse(false);
    this.best = higher ? Double.NEGATIVE_INFINITY : Double.POSITIVE_INFINITY;
  }

  /** Returns the scores of an epoch that count: of the validation set, if there is one. */
  static Optional<Scores> scores(History.Epoch epoch, boolean validates) {
    return validates ? epoch.validation() : Optional.of(epoch.train());
  }

  /** Returns whether the scores of one more epoch are better than all before. */
  boolean improves(Scores scores) {
    double now = metric.map(m -> scores.metric(m.name())).orElse(scores.loss());
    boolean better = higher ? now > best + minDelta : now < best - minDelta;
    best = better ? now : best;
    return better;
  }
}
