package dev.fovea.insight.embed;

import dev.fovea.engine.Engine;
import dev.fovea.engine.runtime.Workers;

/**
 * The divergence KL(P ‖ Q) of points on a plane, with qᵢⱼ ∝ 1 / (1 + ‖yᵢ − yⱼ‖²), and its gradient
 * 4 Σⱼ (pᵢⱼ − qᵢⱼ)(yᵢ − yⱼ) / (1 + ‖yᵢ − yⱼ‖²). Each row is one task; sums over rows are taken in
 * order, so that threads change no bit.
 */
final class TSneGradient {
  private static final double TINY = 1e-300;

  private final Engine engine;
  private final Affinities p;
  private double divergence;

  TSneGradient(Engine engine, Affinities p) {
    this.engine = engine;
    this.p = p;
  }

  /** Returns the divergence at the points of the last gradient, without exaggeration. */
  double divergence() {
    return divergence;
  }

  /**
   * Returns the gradient.
   *
   * @param y x and y of each point
   * @param exaggeration what all pᵢⱼ are multiplied with
   */
  double[] of(double[] y, double exaggeration) {
    int n = p.size();
    double[] sums = new double[n];
    engine.unwrap(Workers.class).forEach(n, i -> sums[i] = kernelSum(y, i));
    double total = 0;
    for (double s : sums) {
      total += s;
    }
    double z = total;
    double[] gradient = new double[2 * n];
    double[] parts = new double[n];
    engine.unwrap(Workers.class).forEach(n, i -> parts[i] = row(y, i, z, exaggeration, gradient));
    divergence = 0;
    for (double part : parts) {
      divergence += part;
    }
    return gradient;
  }

  private static double kernel(double[] y, int i, int j) {
    double dx = y[2 * i] - y[2 * j];
    double dy = y[2 * i + 1] - y[2 * j + 1];
    return 1 / (1 + dx * dx + dy * dy);
  }

  private double kernelSum(double[] y, int i) {
    double sum = 0;
    for (int j = 0; j < p.size(); j++) {
      sum += i == j ? 0 : kernel(y, i, j);
    }
    return sum;
  }

  private double row(double[] y, int i, double z, double exaggeration, double[] gradient) {
    double gx = 0;
    double gy = 0;
    double part = 0;
    for (int j = 0; j < p.size(); j++) {
      if (i != j) {
        double k = kernel(y, i, j);
        double own = p.p(i, j);
        double force = 4 * (exaggeration * own - k / z) * k;
        gx += force * (y[2 * i] - y[2 * j]);
        gy += force * (y[2 * i + 1] - y[2 * j + 1]);
        part += own > 0 ? own * Math.log(Math.max(own, TINY) / (k / z)) : 0;
      }
    }
    gradient[2 * i] = gx;
    gradient[2 * i + 1] = gy;
    return part;
  }
}
