package dev.fovea.train;

import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Rng;
import dev.fovea.tensor.Seed;
import java.util.Arrays;
import java.util.function.ToDoubleFunction;

/**
 * The interval in which a figure lies with a probability of 95 %, by the bootstrap: the figure is
 * computed of as many samples as there are, drawn with replacement, again and again; the interval
 * leaves out 2.5 % of what came out at each end (Efron, 1979).
 *
 * @param low the lower end
 * @param high the upper end
 */
public record Bootstrap(double low, double high) {
  private static final double LEFT_OUT = 0.025;

  /**
   * Returns the interval of a figure of outcomes.
   *
   * @param rounds how often samples are drawn, 1,000 or more
   * @param figure the figure, such as {@code o -> o.roc(1).area()}; draws of which it cannot be
   *     computed, as where a class is missing, are left out
   * @throws FoveaException if it can be computed of no draw
   */
  public static Bootstrap of(
      Outcomes outcomes, int rounds, Seed seed, ToDoubleFunction<Outcomes> figure) {
    Rng rng = seed.rng();
    double[] figures = new double[rounds];
    int known = 0;
    int[] drawn = new int[outcomes.size()];
    for (int i = 0; i < rounds; i++) {
      Arrays.setAll(drawn, _ -> rng.nextInt(drawn.length));
      try {
        figures[known] = figure.applyAsDouble(outcomes.subset(drawn));
        known++;
      } catch (FoveaException _) {
        // A class is missing in this draw.
      }
    }
    if (known == 0) {
      throw new FoveaException("bootstrap: the figure could be computed of none of the draws");
    }
    double[] sorted = Arrays.copyOf(figures, known);
    Arrays.sort(sorted);
    int out = (int) (LEFT_OUT * known);
    return new Bootstrap(sorted[out], sorted[known - 1 - out]);
  }
}
