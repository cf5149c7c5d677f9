package dev.fovea.insight.unit;

import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Rng;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/**
 * Channels of a layer that speak together: the activations A [places, channels] ≥ 0 as a product W
 * · H of few groups, by non-negative matrix factorisation with multiplicative updates (Lee and
 * Seung, 2001; Olah et al., 2018, for networks).
 *
 * @param maps where each group speaks, [H, W, groups]
 * @param channels how much each channel belongs to each group, [groups, channels]
 * @param errors ‖A − W H‖² before the first round and after each, which never rises
 */
public record NeuronGroups(Tensor maps, Tensor channels, List<Double> errors) {
  /** How many rounds are made unless told otherwise. */
  public static final int ROUNDS = 200;

  private static final double TINY = 1e-12;

  /** Copies the list. */
  public NeuronGroups {
    errors = List.copyOf(errors);
  }

  /**
   * Finds groups.
   *
   * @param values the activations of a rectified layer for one sample, [H, W, C]
   * @param groups how many groups
   * @param rounds how many updates
   * @param seed what the first guess is drawn from
   * @throws FoveaException if a number is negative or a count below 1
   */
  public static NeuronGroups of(Tensor values, int groups, int rounds, Seed seed) {
    Shape s = values.shape();
    if (s.rank() != 3 || groups < 1 || rounds < 1) {
      throw new FoveaException(
          "groups: activations [H, W, C], 1 group and 1 round or more expected, got %s, %s and %s"
              .formatted(s, groups, rounds));
    }
    double[][] a = rows(values);
    double[][] w = positive(a.length, groups, seed.split("maps").rng());
    double[][] h = positive(groups, s.dim(2), seed.split("channels").rng());
    List<Double> errors = new ArrayList<>(List.of(error(a, w, h)));
    for (int round = 0; round < rounds; round++) {
      update(h, product(transposed(w), a), product(product(transposed(w), w), h));
      update(w, product(a, transposed(h)), product(w, product(h, transposed(h))));
      errors.add(error(a, w, h));
    }
    return new NeuronGroups(
        tensor(w, Shape.of(s.dim(0), s.dim(1), groups)),
        tensor(h, Shape.of(groups, s.dim(2))),
        errors);
  }

  private static double[][] rows(Tensor values) {
    int channels = values.shape().dim(2);
    double[][] a = new double[values.data().length / channels][channels];
    for (int i = 0; i < values.data().length; i++) {
      float v = values.data()[i];
      if (!(v >= 0)) {
        throw new FoveaException(
            "groups: activations of a rectified layer expected, none below 0, got " + v);
      }
      a[i / channels][i % channels] = v;
    }
    return a;
  }

  private static double[][] positive(int rows, int columns, Rng rng) {
    double[][] m = new double[rows][columns];
    for (double[] row : m) {
      for (int i = 0; i < columns; i++) {
        row[i] = TINY + rng.nextDouble();
      }
    }
    return m;
  }

  private static void update(double[][] m, double[][] up, double[][] down) {
    for (int i = 0; i < m.length; i++) {
      for (int j = 0; j < m[i].length; j++) {
        m[i][j] *= up[i][j] / (down[i][j] + TINY);
      }
    }
  }

  private static double[][] product(double[][] a, double[][] b) {
    double[][] c = new double[a.length][b[0].length];
    for (int i = 0; i < a.length; i++) {
      for (int k = 0; k < b.length; k++) {
        double f = a[i][k];
        for (int j = 0; j < c[i].length; j++) {
          c[i][j] += f * b[k][j];
        }
      }
    }
    return c;
  }

  private static double[][] transposed(double[][] a) {
    double[][] t = new double[a[0].length][a.length];
    for (int i = 0; i < a.length; i++) {
      for (int j = 0; j < a[i].length; j++) {
        t[j][i] = a[i][j];
      }
    }
    return t;
  }

  private static double error(double[][] a, double[][] w, double[][] h) {
    double[][] wh = product(w, h);
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      for (int j = 0; j < a[i].length; j++) {
        double d = a[i][j] - wh[i][j];
        sum += d * d;
      }
    }
    return sum;
  }

  private static Tensor tensor(double[][] m, Shape shape) {
    Tensor t = Tensor.zeros(shape);
    int i = 0;
    for (double[] row : m) {
      for (double v : row) {
        t.data()[i++] = (float) v;
      }
    }
    return t;
  }
}
