package dev.fovea.train;

import dev.fovea.tensor.FoveaException;

/**
 * A figure of an epoch that tells how good a model is: the loss, a {@link Metric}, or one of a
 * {@link Measure}.
 *
 * @param name its name, such as {@code loss}, {@code accuracy} or {@code ap50}
 * @param higherIsBetter whether a higher one is better
 */
public record Figure(String name, boolean higherIsBetter) {
  /** The loss. */
  public static final Figure LOSS = new Figure("loss", false);

  /** Returns the figure of a metric. */
  public static Figure of(Metric metric) {
    return new Figure(metric.name(), metric.higherIsBetter());
  }

  /**
   * Returns a figure of a measure.
   *
   * @param name which of its figures
   * @throws FoveaException if it has none of that name
   */
  public static Figure of(Measure measure, String name) {
    if (!measure.names().contains(name)) {
      throw new FoveaException(
          "figure: one of %s expected, got \"%s\""
              .formatted(String.join(", ", measure.names()), name));
    }
    return new Figure(name, measure.higherIsBetter(name));
  }

  /** Returns this figure of an epoch. */
  double in(Scores scores) {
    return equals(LOSS) ? scores.loss() : scores.metric(name);
  }
}
