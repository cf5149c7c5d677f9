package dev.fovea.insight.explain;

/**
 * Points and weights of Gauss and Legendre for integrals from 0 to 1: exact for polynomials up to
 * degree 2n − 1. The weights add up to 1.
 */
final class GaussLegendre {
  private static final int STEPS = 100;
  private static final double CLOSE = 1e-15;

  private final double[] nodes;
  private final double[] weights;

  private GaussLegendre(double[] nodes, double[] weights) {
    this.nodes = nodes;
    this.weights = weights;
  }

  /** Returns the rule of n points: the zeros of Legendre's polynomial, found by Newton's steps. */
  static GaussLegendre of(int n) {
    double[] nodes = new double[n];
    double[] weights = new double[n];
    for (int i = 0; i < n; i++) {
      double x = Math.cos(Math.PI * (i + 0.75) / (n + 0.5));
      double slope = 1;
      for (int step = 0; step < STEPS; step++) {
        double before = 1; // P₀
        double value = x; // P₁
        for (int k = 2; k <= n; k++) {
          double next = ((2 * k - 1) * x * value - (k - 1) * before) / k;
          before = value;
          value = next;
        }
        slope = n * (x * value - before) / (x * x - 1);
        double moved = x - value / slope;
        boolean found = Math.abs(moved - x) < CLOSE;
        x = moved;
        if (found) {
          break;
        }
      }
      nodes[n - 1 - i] = (1 + x) / 2;
      weights[n - 1 - i] = 1 / ((1 - x * x) * slope * slope);
    }
    return new GaussLegendre(nodes, weights);
  }

  double node(int i) {
    return nodes[i];
  }

  double weight(int i) {
    return weights[i];
  }
}
