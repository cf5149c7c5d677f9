package dev.fovea.insight.explain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Integrals from 0 to 1. */
final class GaussLegendreTest {

  /**
   * ∫ xᵏ dx = 1/(k + 1) for k up to 2n − 1; captum's trapezoids add up to (n − 1)/n instead of 1.
   */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 8, 50})
  void isExactForPolynomials(int n) {
    GaussLegendre rule = GaussLegendre.of(n);
    for (int k = 0; k <= Math.min(2 * n - 1, 30); k++) {
      double sum = 0;
      for (int i = 0; i < n; i++) {
        sum += rule.weight(i) * Math.pow(rule.node(i), k);
      }
      assertThat(sum).as("n = %s, k = %s", n, k).isCloseTo(1.0 / (k + 1), within(1e-12));
    }
  }
}
