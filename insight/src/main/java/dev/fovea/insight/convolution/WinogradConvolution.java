package dev.fovea.insight.convolution;

import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;

/**
 * Convolution with 3×3 kernels by Winograd's minimal filtering, F(2×2, 3×3): each 4×4 tile d of the
 * image gives 2×2 outputs Aᵀ [(G g Gᵀ) ⊙ (Bᵀ d B)] A, 16 products a channel and filter instead of
 * 36. The transforms of tiles take additions alone; those of filters, done once, halves.
 */
final class WinogradConvolution {
  private static final int TILE = 4;
  private static final int NUMBERS = TILE * TILE;

  private WinogradConvolution() {}

  static Convolved of(Tensor x, Tensor w) {
    Shape out = ConvolutionWay.output(x.shape(), w.shape());
    int channels = x.shape().dim(2);
    int filters = out.dim(2);
    double[] u = filters(w);
    Tensor y = Tensor.zeros(out);
    long products =
        14L * channels * filters; // halves in G g Gᵀ: 2 in each of 3 columns, then of 4 rows
    for (int i = 0; i < out.dim(0); i += 2) {
      for (int j = 0; j < out.dim(1); j += 2) {
        double[] v = tiles(x, i, j);
        for (int o = 0; o < filters; o++) {
          double[] m = new double[NUMBERS];
          for (int c = 0; c < channels; c++) {
            for (int t = 0; t < NUMBERS; t++) {
              m[t] += u[(c * filters + o) * NUMBERS + t] * v[c * NUMBERS + t];
            }
          }
          products += (long) NUMBERS * channels;
          store(y, i, j, o, m);
        }
      }
    }
    return new Convolved(y, products, 8L * (u.length + (long) channels * NUMBERS + NUMBERS));
  }

  /** Returns G g Gᵀ of each filter and channel, G = [1 0 0; ½ ½ ½; ½ −½ ½; 0 0 1]. */
  private static double[] filters(Tensor w) {
    int planes = w.shape().dim(2) * w.shape().dim(3);
    double[] u = new double[planes * NUMBERS];
    for (int p = 0; p < planes; p++) {
      double[] half = new double[3 * TILE];
      for (int a = 0; a < 3; a++) {
        spread(
            w.data()[a * 3 * planes + p],
            w.data()[(a * 3 + 1) * planes + p],
            w.data()[(a * 3 + 2) * planes + p],
            half,
            a * TILE,
            1);
      }
      for (int b = 0; b < TILE; b++) {
        spread(half[b], half[TILE + b], half[2 * TILE + b], u, p * NUMBERS + b, TILE);
      }
    }
    return u;
  }

  private static void spread(double a, double b, double c, double[] to, int at, int stride) {
    to[at] = a;
    to[at + stride] = (a + b + c) / 2;
    to[at + 2 * stride] = (a - b + c) / 2;
    to[at + 3 * stride] = c;
  }

  /** Returns Bᵀ d B of the tile at a place, for each channel; beyond the image is 0. */
  private static double[] tiles(Tensor x, int top, int left) {
    Shape s = x.shape();
    double[] v = new double[s.dim(2) * NUMBERS];
    for (int c = 0; c < s.dim(2); c++) {
      double[] d = new double[NUMBERS];
      for (int t = 0; t < NUMBERS; t++) {
        int row = top + t / TILE;
        int column = left + t % TILE;
        boolean inside = row < s.dim(0) && column < s.dim(1);
        d[t] = inside ? x.data()[(row * s.dim(1) + column) * s.dim(2) + c] : 0;
      }
      for (int i = 0; i < TILE; i++) {
        differ(d, i * TILE, 1);
      }
      for (int i = 0; i < TILE; i++) {
        differ(d, i, TILE);
      }
      System.arraycopy(d, 0, v, c * NUMBERS, NUMBERS);
    }
    return v;
  }

  /** Bᵀ = [1 0 −1 0; 0 1 1 0; 0 −1 1 0; 0 1 0 −1] on four numbers. */
  private static void differ(double[] d, int at, int stride) {
    double d1 = d[at + stride];
    double d2 = d[at + 2 * stride];
    double d3 = d[at + 3 * stride];
    d[at] -= d2;
    d[at + stride] = d1 + d2;
    d[at + 2 * stride] = d2 - d1;
    d[at + 3 * stride] = d1 - d3;
  }

  /** Writes Aᵀ m A, Aᵀ = [1 1 1 0; 0 1 −1 −1], where it lies within the output. */
  private static void store(Tensor y, int top, int left, int filter, double[] m) {
    Shape s = y.shape();
    for (int a = 0; a < 2; a++) {
      double[] row = new double[TILE];
      for (int t = 0; t < TILE; t++) {
        row[t] = sum(m[t], m[TILE + t], m[2 * TILE + t], m[3 * TILE + t], a);
      }
      for (int b = 0; b < 2; b++) {
        if (top + a < s.dim(0) && left + b < s.dim(1)) {
          int at = ((top + a) * s.dim(1) + left + b) * s.dim(2) + filter;
          y.data()[at] = (float) sum(row[0], row[1], row[2], row[3], b);
        }
      }
    }
  }

  private static double sum(double m0, double m1, double m2, double m3, int which) {
    return which == 0 ? m0 + m1 + m2 : m1 - m2 - m3;
  }
}
