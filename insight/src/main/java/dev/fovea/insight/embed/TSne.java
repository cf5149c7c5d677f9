package dev.fovea.insight.embed;

import dev.fovea.engine.Engine;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.ObjIntConsumer;

/**
 * Rows of numbers as points on a plane that keep their neighbours (van der Maaten and Hinton,
 * 2008): all pairs are computed, so it is exact, and for a few thousand rows.
 *
 * <p>It begins with the principal components, so nothing is drawn at random: the same rows give the
 * same bits, on any number of threads. Sizes of clusters and gaps between them mean nothing.
 *
 * @param points [N, 2]
 * @param divergences the Kullback-Leibler divergence after each step from the end of the
 *     exaggeration on
 */
public record TSne(Tensor points, List<Double> divergences) {
  /** The most rows. */
  public static final int MOST_ROWS = 5000;

  /** How many neighbours count, about, unless told otherwise. */
  public static final double PERPLEXITY = 30;

  /** How many steps are made unless told otherwise. */
  public static final int STEPS = 1000;

  private static final int EXAGGERATED = 250;
  private static final double EXAGGERATION = 12;
  private static final double START = 1e-4;
  private static final double LEAST_RATE = 50;
  private static final double LEAST_GAIN = 0.01;

  /** Copies the list. */
  public TSne {
    divergences = List.copyOf(divergences);
  }

  /**
   * Places rows.
   *
   * @param engine whose threads compute
   * @param data [N, D], 4 to 5000 rows
   * @param perplexity below N / 3
   * @param steps how many steps, of which the first 250 exaggerate
   * @param seen is shown the points after every tenth step
   * @throws FoveaException if there are too few or too many rows
   */
  public static TSne of(
      Engine engine, Tensor data, double perplexity, int steps, ObjIntConsumer<Tensor> seen) {
    Shape s = data.shape();
    boolean fits = s.rank() == 2 && s.dim(0) >= 4 && s.dim(0) <= MOST_ROWS && s.dim(1) >= 2;
    if (!fits || !(perplexity >= 1 && perplexity <= s.dim(0) / 3.0) || steps < 1) {
      throw new FoveaException(
          "t-sne: 4 to %s rows [N, D], a perplexity of 1 to N/3 and a step or more expected, got %s, %s and %s"
              .formatted(MOST_ROWS, s, perplexity, steps));
    }
    Affinities p = Affinities.of(engine, data, perplexity);
    double[] y = start(data);
    TSneGradient gradient = new TSneGradient(engine, p);
    double[] speed = new double[y.length];
    double[] gains = new double[y.length];
    Arrays.fill(gains, 1);
    double rate = Math.max(s.dim(0) / EXAGGERATION / 4, LEAST_RATE);
    List<Double> divergences = new ArrayList<>();
    for (int step = 1; step <= steps; step++) {
      boolean early = step <= EXAGGERATED;
      double[] g = gradient.of(y, early ? EXAGGERATION : 1);
      move(y, g, speed, gains, early ? 0.5 : 0.8, rate);
      if (!early) {
        divergences.add(gradient.divergence());
      }
      if (step % 10 == 0 || step == steps) {
        seen.accept(tensor(y), step);
      }
    }
    return new TSne(tensor(y), divergences);
  }

  /** Places rows with the usual perplexity and steps. */
  public static TSne of(Engine engine, Tensor data) {
    double perplexity = Math.min(PERPLEXITY, data.shape().dim(0) / 3.0);
    return of(engine, data, perplexity, STEPS, (points, step) -> {});
  }

  private static void move(
      double[] y, double[] g, double[] speed, double[] gains, double momentum, double rate) {
    for (int i = 0; i < y.length; i++) {
      boolean same = g[i] > 0 == speed[i] > 0;
      gains[i] = Math.max(LEAST_GAIN, same ? gains[i] * 0.8 : gains[i] + 0.2);
      speed[i] = momentum * speed[i] - rate * gains[i] * g[i];
      y[i] += speed[i];
    }
    for (int axis = 0; axis < 2; axis++) {
      double mean = 0;
      int n = y.length / 2;
      for (int i = axis; i < y.length; i += 2) {
        mean += y[i] / n;
      }
      for (int i = axis; i < y.length; i += 2) {
        y[i] -= mean;
      }
    }
  }

  private static double[] start(Tensor data) {
    Pca pca = Pca.of(data, 2);
    double deviation = Math.sqrt(pca.variances().getFirst());
    double[] y = new double[2 * data.shape().dim(0)];
    for (int i = 0; i < y.length; i++) {
      y[i] = deviation == 0 ? 0 : pca.projected().data()[i] / deviation * START;
    }
    return y;
  }

  private static Tensor tensor(double[] y) {
    Tensor t = Tensor.zeros(Shape.of(y.length / 2, 2));
    for (int i = 0; i < y.length; i++) {
      t.data()[i] = (float) y[i];
    }
    return t;
  }
}
