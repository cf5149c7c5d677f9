package dev.fovea.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

final class EigenTest {
  /** λ = 2 ± 1 with (1, 1)/√2 and (1, −1)/√2. */
  @Test
  void ofTwoRowsByHand() {
    double[][] matrix = {{2, -1}, {-1, 2}};
    Eigen e = Eigen.of(matrix);
    double half = Math.sqrt(0.5);
    assertThat(e.values()).containsExactly(new double[] {3, 1}, within(1e-15));
    assertThat(e.vectors()[0]).containsExactly(new double[] {half, -half}, within(1e-15));
    assertThat(e.vectors()[1]).containsExactly(new double[] {half, half}, within(1e-15));
    assertThat(matrix[0]).containsExactly(2, -1);
  }

  @Test
  void vectorsAreUnitDirectionsThatAreScaledByTheirValues() {
    Rng rng = Seed.of(1).rng();
    int n = 7;
    double[][] a = new double[n][n];
    for (int i = 0; i < n; i++) {
      for (int j = 0; j <= i; j++) {
        a[i][j] = rng.nextGaussian();
        a[j][i] = a[i][j];
      }
    }
    Eigen e = Eigen.of(a);
    for (int k = 0; k < n; k++) {
      double[] v = e.vectors()[k];
      assertThat(e.values()[k]).isLessThanOrEqualTo(e.values()[Math.max(0, k - 1)]);
      assertThat(dot(v, v)).isCloseTo(1, within(1e-12));
      for (int i = 0; i < n; i++) {
        assertThat(dot(a[i], v)).isCloseTo(e.values()[k] * v[i], within(1e-12));
      }
    }
  }

  private static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }
}
