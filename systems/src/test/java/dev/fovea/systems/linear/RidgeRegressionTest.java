package dev.fovea.systems.linear;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Rng;
import dev.fovea.tensor.Seed;
import org.junit.jupiter.api.Test;

/** Ridge regression: at its result the gradient of what it makes small is 0. */
final class RidgeRegressionTest {
  private static final int EXAMPLES = 50;
  private static final int FEATURES = 4;

  @Test
  void gradientIsZero() {
    Rng rng = Seed.of(1).rng();
    float[][] x = new float[EXAMPLES][FEATURES];
    float[][] y = new float[EXAMPLES][2];
    RidgeRegression ridge = new RidgeRegression(FEATURES, 2);
    for (int e = 0; e < EXAMPLES; e++) {
      for (int i = 0; i < FEATURES; i++) {
        x[e][i] = (float) rng.nextGaussian() + i;
      }
      y[e][0] = 3 * x[e][0] - x[e][2] + 5;
      y[e][1] = (float) rng.nextGaussian();
      ridge.add(x[e], y[e]);
    }
    double lambda = 7;
    Plane[] planes = ridge.fit(lambda);
    for (int t = 0; t < 2; t++) {
      double[] gradient = new double[FEATURES + 1];
      for (int i = 0; i < FEATURES; i++) {
        gradient[i] = 2 * lambda * planes[t].weights()[i];
      }
      for (int e = 0; e < EXAMPLES; e++) {
        double off = planes[t].margin(x[e]) - y[e][t];
        for (int i = 0; i <= FEATURES; i++) {
          gradient[i] += 2 * off * (i < FEATURES ? x[e][i] : 1);
        }
      }
      assertThat(gradient).containsExactly(new double[FEATURES + 1], within(1e-3));
    }
  }

  @Test
  void littlePenaltyFindsTheLine() {
    RidgeRegression ridge = new RidgeRegression(1, 1);
    for (int i = 0; i < 5; i++) {
      ridge.add(new float[] {i}, new float[] {2 * i + 1});
    }
    Plane line = ridge.fit(1e-9)[0];
    assertThat(line.weights()[0]).isCloseTo(2, within(1e-6));
    assertThat(line.bias()).isCloseTo(1, within(1e-6));
  }

  @Test
  void needsExamples() {
    assertThatThrownBy(() -> new RidgeRegression(1, 1).fit(1))
        .isInstanceOf(FoveaException.class)
        .hasMessage("ridge regression: needs a positive λ and examples, got 1.0 and 0");
  }
}
