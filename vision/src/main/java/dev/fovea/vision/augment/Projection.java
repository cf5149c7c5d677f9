package dev.fovea.vision.augment;

import dev.fovea.tensor.FoveaException;
import java.util.Arrays;

/**
 * A projective map of the plane: (x, y) ↦ ((a·x + b·y + c)/w, (d·x + e·y + f)/w), w = g·x + h·y +
 * i.
 */
final class Projection {
  private static final double LEAST = 1e-9;

  /** a … i, row by row. */
  private final double[] m;

  private Projection(double... m) {
    this.m = m;
  }

  static Projection identity() {
    return new Projection(1, 0, 0, 0, 1, 0, 0, 0, 1);
  }

  static Projection shift(double right, double down) {
    return new Projection(1, 0, right, 0, 1, down, 0, 0, 1);
  }

  static Projection scale(double x, double y) {
    return new Projection(x, 0, 0, 0, y, 0, 0, 0, 1);
  }

  /** Returns the turn by an angle in degrees, clockwise as pictures are seen. */
  static Projection turn(double degrees) {
    double angle = StrictMath.toRadians(degrees);
    double c = StrictMath.cos(angle);
    double s = StrictMath.sin(angle);
    return new Projection(c, -s, 0, s, c, 0, 0, 0, 1);
  }

  /** Returns (x, y) ↦ (a·x − b·y + right, b·x + a·y + down): a turn, a scale and a shift. */
  static Projection similarity(double a, double b, double right, double down) {
    return new Projection(a, -b, right, b, a, down, 0, 0, 1);
  }

  /** Returns x ↦ x + horizontal·y, y ↦ y + vertical·x. */
  static Projection shear(double horizontal, double vertical) {
    return new Projection(1, horizontal, 0, vertical, 1, 0, 0, 0, 1);
  }

  /** Returns this map done about the middle of a picture. */
  Projection about(double x, double y) {
    return shift(-x, -y).then(this).then(shift(x, y));
  }

  /** Returns this map followed by another. */
  Projection then(Projection next) {
    double[] product = new double[9];
    for (int r = 0; r < 3; r++) {
      for (int c = 0; c < 3; c++) {
        for (int k = 0; k < 3; k++) {
          product[3 * r + c] += next.m[3 * r + k] * m[3 * k + c];
        }
      }
    }
    return new Projection(product);
  }

  /** Returns the map back, by cofactors. */
  Projection inverse() {
    double[] c = {
      m[4] * m[8] - m[5] * m[7], m[2] * m[7] - m[1] * m[8], m[1] * m[5] - m[2] * m[4],
      m[5] * m[6] - m[3] * m[8], m[0] * m[8] - m[2] * m[6], m[2] * m[3] - m[0] * m[5],
      m[3] * m[7] - m[4] * m[6], m[1] * m[6] - m[0] * m[7], m[0] * m[4] - m[1] * m[3]
    };
    double determinant = m[0] * c[0] + m[1] * c[3] + m[2] * c[6];
    if (Math.abs(determinant) < LEAST) {
      throw new FoveaException("a change that presses the picture into a line");
    }
    return new Projection(Arrays.stream(c).map(v -> v / determinant).toArray());
  }

  double x(double x, double y) {
    return (m[0] * x + m[1] * y + m[2]) / weight(x, y);
  }

  double y(double x, double y) {
    return (m[3] * x + m[4] * y + m[5]) / weight(x, y);
  }

  private double weight(double x, double y) {
    double w = m[6] * x + m[7] * y + m[8];
    return Math.abs(w) < LEAST ? LEAST : w;
  }

  /** Returns the map that takes four corners, (x, y) after (x, y), to four others. */
  static Projection corners(double[] from, double[] to) {
    double[][] a = new double[8][9];
    for (int i = 0; i < 4; i++) {
      double x = from[2 * i];
      double y = from[2 * i + 1];
      double u = to[2 * i];
      double v = to[2 * i + 1];
      a[2 * i] = new double[] {x, y, 1, 0, 0, 0, -u * x, -u * y, u};
      a[2 * i + 1] = new double[] {0, 0, 0, x, y, 1, -v * x, -v * y, v};
    }
    double[] s = solve(a);
    return new Projection(s[0], s[1], s[2], s[3], s[4], s[5], s[6], s[7], 1);
  }

  /** Solves linear equations whose right sides are the last column (Gauss, with pivots). */
  private static double[] solve(double[]... a) {
    int n = a.length;
    for (int k = 0; k < n; k++) {
      int pivot = k;
      for (int i = k + 1; i < n; i++) {
        pivot = Math.abs(a[i][k]) > Math.abs(a[pivot][k]) ? i : pivot;
      }
      double[] row = a[pivot];
      a[pivot] = a[k];
      a[k] = row;
      if (Math.abs(row[k]) < LEAST) {
        throw new FoveaException("corners of a perspective that lie on one line");
      }
      for (int i = 0; i < n; i++) {
        double factor = i == k ? 0 : a[i][k] / row[k];
        for (int j = k; j <= n; j++) {
          a[i][j] -= factor * row[j];
        }
      }
    }
    double[] solution = new double[n];
    for (int i = 0; i < n; i++) {
      solution[i] = a[i][n] / a[i][i];
    }
    return solution;
  }
}
