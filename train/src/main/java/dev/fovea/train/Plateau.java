package dev.fovea.train;

import dev.fovea.tensor.FoveaException;
import java.util.Optional;

/**
 * A rule that lowers the learning rate on a plateau: it is multiplied by {@code factor} whenever
 * {@code patience} consecutive epochs were no better than the best one before them.
 *
 * <p>It watches the loss or a metric of the validation set or, without one, of the training
 * samples. The rate depends on the history alone, so a resumed training continues in the same way.
 *
 * @param patience the number of epochs
 * @param factor the factor of the rate, in (0, 1); 0.1 by default
 * @param minDelta the smallest change that counts as an improvement; 0 by default
 * @param figure the figure that is watched; the loss by default
 */
public record Plateau(int patience, double factor, double minDelta, Figure figure) {
  /**
   * Checks the arguments.
   *
   * @throws FoveaException if the patience is below 1, the factor not in (0, 1) or the difference
   *     negative
   */
  public Plateau {
    if (patience < 1) {
      throw new FoveaException("plateau: patience must be at least 1, got " + patience);
    }
    if (!(factor > 0 && factor < 1)) {
      throw new FoveaException("plateau: factor must be above 0 and below 1, got " + factor);
    }
    if (!(minDelta >= 0 && minDelta < Double.POSITIVE_INFINITY)) {
      throw new FoveaException("plateau: minDelta must be 0 or a positive number, got " + minDelta);
    }
  }

  /** Returns the rule that divides the rate by 10 after this many epochs without a lower loss. */
  public static Plateau plateau(int patience) {
    return new Plateau(patience, 0.1, 0, Figure.LOSS);
  }

  /** Returns this rule with another factor. */
  public Plateau factor(double value) {
    return new Plateau(patience, value, minDelta, figure);
  }

  /** Returns this rule with another smallest improvement. */
  public Plateau minDelta(double delta) {
    return new Plateau(patience, factor, delta, figure);
  }

  /** Returns this rule watching a metric, which must be among the trainer's metrics. */
  public Plateau watching(Metric watched) {
    return watching(Figure.of(watched));
  }

  /** Returns this rule watching a figure, which the trainer must measure. */
  public Plateau watching(Figure watched) {
    return new Plateau(patience, factor, minDelta, watched);
  }

  /**
   * Returns the factor of the next epoch.
   *
   * @param validates whether the training has a validation set; epochs without its evaluation are
   *     then left out
   */
  public double factor(History history, boolean validates) {
    Best best = new Best(figure, minDelta);
    int since = 0;
    double product = 1;
    for (History.Epoch e : history.epochs()) {
      Optional<Scores> scores = Best.scores(e, validates);
      if (scores.isPresent()) {
        since = best.improves(scores.get()) ? 0 : since + 1;
      }
      if (since == patience) {
        product *= factor;
        since = 0;
      }
    }
    return product;
  }

  String description() {
    return "plateau(%s, %s, %s, %s)".formatted(patience, factor, minDelta, figure.name());
  }
}
