package dev.fovea.simd;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * The loops of batch norm over n numbers of data [rows, channels], beside per-channel patterns of
 * {@code wide} numbers in f that repeat along them.
 *
 * <p>What is left of a pattern after its last whole vector is computed with the same roundings, so
 * that a value does not depend on where a loop began.
 */
final class ChannelLoops {
  private static final VectorSpecies<Float> S = Species.FLOATS;
  private static final int L = S.length();

  private ChannelLoops() {}

  /** s += x. */
  static void add(float[] x, int xo, float[] f, int s, int wide, int n) {
    for (int base = 0; base < n; base += wide) {
      int m = Math.min(wide, n - base);
      int end = S.loopBound(m);
      int at = xo + base;
      for (int i = 0; i < end; i += L) {
        FloatVector.fromArray(S, f, s + i)
            .add(FloatVector.fromArray(S, x, at + i))
            .intoArray(f, s + i);
      }
      for (int i = end; i < m; i++) {
        f[s + i] += x[at + i];
      }
    }
  }

  /**
   * q += (x − mean)², r += x − mean.
   *
   * <p>Four rows at a time: sums are fetched and put back once for them.
   */
  static void addSquares(float[] x, int xo, float[] f, int mean, int q, int r, int wide, int n) {
    int base = 0;
    for (; base + 4 * wide <= n; base += 4 * wide) {
      squaresOfFour(x, xo + base, f, mean, q, r, wide);
    }
    for (; base < n; base += wide) {
      squares(x, xo + base, f, mean, q, r, Math.min(wide, n - base));
    }
  }

  private static void squaresOfFour(
      float[] x, int xo, float[] f, int mean, int q, int r, int wide) {
    int end = S.loopBound(wide);
    for (int i = 0; i < end; i += L) {
      int at = xo + i;
      FloatVector m = FloatVector.fromArray(S, f, mean + i);
      FloatVector d0 = FloatVector.fromArray(S, x, at).sub(m);
      FloatVector d1 = FloatVector.fromArray(S, x, at + wide).sub(m);
      FloatVector d2 = FloatVector.fromArray(S, x, at + 2 * wide).sub(m);
      FloatVector d3 = FloatVector.fromArray(S, x, at + 3 * wide).sub(m);
      FloatVector squares = d0.fma(d0, FloatVector.fromArray(S, f, q + i));
      d3.fma(d3, d2.fma(d2, d1.fma(d1, squares))).intoArray(f, q + i);
      FloatVector sum = FloatVector.fromArray(S, f, r + i).add(d0);
      sum.add(d1).add(d2).add(d3).intoArray(f, r + i);
    }
    for (int row = 0; row < 4; row++) {
      squaresFrom(end, x, xo + row * wide, f, mean, q, r, wide);
    }
  }

  private static void squares(float[] x, int xo, float[] f, int mean, int q, int r, int n) {
    int end = S.loopBound(n);
    for (int i = 0; i < end; i += L) {
      FloatVector d =
          FloatVector.fromArray(S, x, xo + i).sub(FloatVector.fromArray(S, f, mean + i));
      d.fma(d, FloatVector.fromArray(S, f, q + i)).intoArray(f, q + i);
      d.add(FloatVector.fromArray(S, f, r + i)).intoArray(f, r + i);
    }
    squaresFrom(end, x, xo, f, mean, q, r, n);
  }

  private static void squaresFrom(
      int begin, float[] x, int xo, float[] f, int mean, int q, int r, int n) {
    for (int i = begin; i < n; i++) {
      float d = x[xo + i] - f[mean + i];
      f[q + i] = Math.fma(d, d, f[q + i]);
      f[r + i] += d;
    }
  }

  /** s += dy, p += dy · (x − mean), four rows at a time. */
  static void addProducts(
      float[] x, int xo, float[] dy, int d0, float[] f, int mean, int s, int p, int wide, int n) {
    int base = 0;
    for (; base + 4 * wide <= n; base += 4 * wide) {
      productsOfFour(x, xo + base, dy, d0 + base, f, mean, s, p, wide);
    }
    for (; base < n; base += wide) {
      int m = Math.min(wide, n - base);
      int end = S.loopBound(m);
      for (int i = 0; i < end; i += L) {
        FloatVector d =
            FloatVector.fromArray(S, x, xo + base + i).sub(FloatVector.fromArray(S, f, mean + i));
        FloatVector g = FloatVector.fromArray(S, dy, d0 + base + i);
        d.fma(g, FloatVector.fromArray(S, f, p + i)).intoArray(f, p + i);
        g.add(FloatVector.fromArray(S, f, s + i)).intoArray(f, s + i);
      }
      productsFrom(end, x, xo + base, dy, d0 + base, f, mean, s, p, m);
    }
  }

  private static void productsOfFour(
      float[] x, int xo, float[] dy, int d0, float[] f, int mean, int s, int p, int wide) {
    int end = S.loopBound(wide);
    for (int i = 0; i < end; i += L) {
      FloatVector m = FloatVector.fromArray(S, f, mean + i);
      FloatVector products = FloatVector.fromArray(S, f, p + i);
      FloatVector sum = FloatVector.fromArray(S, f, s + i);
      FloatVector g = FloatVector.fromArray(S, dy, d0 + i);
      products = FloatVector.fromArray(S, x, xo + i).sub(m).fma(g, products);
      sum = sum.add(g);
      g = FloatVector.fromArray(S, dy, d0 + wide + i);
      products = FloatVector.fromArray(S, x, xo + wide + i).sub(m).fma(g, products);
      sum = sum.add(g);
      g = FloatVector.fromArray(S, dy, d0 + 2 * wide + i);
      products = FloatVector.fromArray(S, x, xo + 2 * wide + i).sub(m).fma(g, products);
      sum = sum.add(g);
      g = FloatVector.fromArray(S, dy, d0 + 3 * wide + i);
      FloatVector.fromArray(S, x, xo + 3 * wide + i).sub(m).fma(g, products).intoArray(f, p + i);
      sum.add(g).intoArray(f, s + i);
    }
    for (int row = 0; row < 4; row++) {
      productsFrom(end, x, xo + row * wide, dy, d0 + row * wide, f, mean, s, p, wide);
    }
  }

  private static void productsFrom(
      int begin, float[] x, int xo, float[] dy, int d0, float[] f, int mean, int s, int p, int n) {
    for (int i = begin; i < n; i++) {
      f[p + i] = Math.fma(x[xo + i] - f[mean + i], dy[d0 + i], f[p + i]);
      f[s + i] += dy[d0 + i];
    }
  }

  /** Does as {@link #addProducts} where (x − mean) · gain + shift is positive. */
  static void addRectified(
      float[] x,
      int xo,
      float[] dy,
      int d0,
      float[] f,
      int mean,
      int gain,
      int shift,
      int s,
      int p,
      int wide,
      int n) {
    int base = 0;
    for (; base + 2 * wide <= n; base += 2 * wide) {
      rectifiedOfTwo(x, xo + base, dy, d0 + base, f, mean, gain, shift, s, p, wide);
    }
    for (; base < n; base += wide) {
      int m = Math.min(wide, n - base);
      int end = S.loopBound(m);
      for (int i = 0; i < end; i += L) {
        FloatVector d =
            FloatVector.fromArray(S, x, xo + base + i).sub(FloatVector.fromArray(S, f, mean + i));
        FloatVector g =
            through(
                d,
                FloatVector.fromArray(S, f, gain + i),
                FloatVector.fromArray(S, f, shift + i),
                FloatVector.fromArray(S, dy, d0 + base + i));
        d.fma(g, FloatVector.fromArray(S, f, p + i)).intoArray(f, p + i);
        g.add(FloatVector.fromArray(S, f, s + i)).intoArray(f, s + i);
      }
      rectifiedFrom(end, x, xo + base, dy, d0 + base, f, mean, gain, shift, s, p, m);
    }
  }

  /** Returns the gradient g where d · gain + shift is positive, elsewhere 0. */
  private static FloatVector through(
      FloatVector d, FloatVector gain, FloatVector shift, FloatVector g) {
    VectorMask<Float> positive = d.fma(gain, shift).compare(VectorOperators.GT, 0f);
    return FloatVector.zero(S).blend(g, positive);
  }

  private static void rectifiedOfTwo(
      float[] x,
      int xo,
      float[] dy,
      int d0,
      float[] f,
      int mean,
      int gain,
      int shift,
      int s,
      int p,
      int wide) {
    int end = S.loopBound(wide);
    for (int i = 0; i < end; i += L) {
      FloatVector m = FloatVector.fromArray(S, f, mean + i);
      FloatVector a = FloatVector.fromArray(S, f, gain + i);
      FloatVector b = FloatVector.fromArray(S, f, shift + i);
      FloatVector x0 = FloatVector.fromArray(S, x, xo + i).sub(m);
      FloatVector x1 = FloatVector.fromArray(S, x, xo + wide + i).sub(m);
      FloatVector g0 = through(x0, a, b, FloatVector.fromArray(S, dy, d0 + i));
      FloatVector g1 = through(x1, a, b, FloatVector.fromArray(S, dy, d0 + wide + i));
      x1.fma(g1, x0.fma(g0, FloatVector.fromArray(S, f, p + i))).intoArray(f, p + i);
      FloatVector.fromArray(S, f, s + i).add(g0).add(g1).intoArray(f, s + i);
    }
    for (int row = 0; row < 2; row++) {
      int at = row * wide;
      rectifiedFrom(end, x, xo + at, dy, d0 + at, f, mean, gain, shift, s, p, wide);
    }
  }

  private static void rectifiedFrom(
      int begin,
      float[] x,
      int xo,
      float[] dy,
      int d0,
      float[] f,
      int mean,
      int gain,
      int shift,
      int s,
      int p,
      int n) {
    for (int i = begin; i < n; i++) {
      float d = x[xo + i] - f[mean + i];
      float g = Math.fma(d, f[gain + i], f[shift + i]) > 0 ? dy[d0 + i] : 0;
      f[p + i] = Math.fma(d, g, f[p + i]);
      f[s + i] += g;
    }
  }

  /** y = max((x − mean) · a + b, floor). */
  static void affine(
      float[] x,
      int xo,
      float[] f,
      int mean,
      int a,
      int b,
      float floor,
      float[] y,
      int yo,
      int wide,
      int n) {
    for (int base = 0; base < n; base += wide) {
      int m = Math.min(wide, n - base);
      int end = S.loopBound(m);
      int at = xo + base;
      int to = yo + base;
      for (int i = 0; i < end; i += L) {
        FloatVector.fromArray(S, x, at + i)
            .sub(FloatVector.fromArray(S, f, mean + i))
            .fma(FloatVector.fromArray(S, f, a + i), FloatVector.fromArray(S, f, b + i))
            .max(floor)
            .intoArray(y, to + i);
      }
      for (int i = end; i < m; i++) {
        y[to + i] = Math.max(Math.fma(x[at + i] - f[mean + i], f[a + i], f[b + i]), floor);
      }
    }
  }

  /** y = max((x − mean) · a + b + r, floor). */
  static void affineAdd(
      float[] x,
      int xo,
      float[] r,
      int ro,
      float[] f,
      int mean,
      int a,
      int b,
      float floor,
      float[] y,
      int yo,
      int wide,
      int n) {
    for (int base = 0; base < n; base += wide) {
      int m = Math.min(wide, n - base);
      int end = S.loopBound(m);
      int at = xo + base;
      int more = ro + base;
      int to = yo + base;
      for (int i = 0; i < end; i += L) {
        FloatVector.fromArray(S, x, at + i)
            .sub(FloatVector.fromArray(S, f, mean + i))
            .fma(FloatVector.fromArray(S, f, a + i), FloatVector.fromArray(S, f, b + i))
            .add(FloatVector.fromArray(S, r, more + i))
            .max(floor)
            .intoArray(y, to + i);
      }
      for (int i = end; i < m; i++) {
        float v = Math.fma(x[at + i] - f[mean + i], f[a + i], f[b + i]);
        y[to + i] = Math.max(v + r[more + i], floor);
      }
    }
  }

  /** y = g · dy + (x − mean) · a + b. */
  static void gradient(
      float[] x,
      int xo,
      float[] dy,
      int d0,
      float[] f,
      int mean,
      int a,
      int b,
      int g,
      float[] y,
      int yo,
      int wide,
      int n) {
    for (int base = 0; base < n; base += wide) {
      int m = Math.min(wide, n - base);
      int end = S.loopBound(m);
      int at = xo + base;
      int dAt = d0 + base;
      int to = yo + base;
      for (int i = 0; i < end; i += L) {
        FloatVector d =
            FloatVector.fromArray(S, x, at + i).sub(FloatVector.fromArray(S, f, mean + i));
        d = d.fma(FloatVector.fromArray(S, f, a + i), FloatVector.fromArray(S, f, b + i));
        FloatVector.fromArray(S, dy, dAt + i)
            .fma(FloatVector.fromArray(S, f, g + i), d)
            .intoArray(y, to + i);
      }
      for (int i = end; i < m; i++) {
        float d = Math.fma(x[at + i] - f[mean + i], f[a + i], f[b + i]);
        y[to + i] = Math.fma(dy[dAt + i], f[g + i], d);
      }
    }
  }

  /** Does as {@link #gradient} with dy 0 where (x − mean) · g + shift is not positive. */
  static void gradientRectified(
      float[] x,
      int xo,
      float[] dy,
      int d0,
      float[] f,
      int mean,
      int a,
      int b,
      int g,
      int shift,
      float[] y,
      int yo,
      int wide,
      int n) {
    for (int base = 0; base < n; base += wide) {
      int m = Math.min(wide, n - base);
      int end = S.loopBound(m);
      int at = xo + base;
      int dAt = d0 + base;
      int to = yo + base;
      for (int i = 0; i < end; i += L) {
        FloatVector d =
            FloatVector.fromArray(S, x, at + i).sub(FloatVector.fromArray(S, f, mean + i));
        FloatVector gain = FloatVector.fromArray(S, f, g + i);
        VectorMask<Float> through =
            d.fma(gain, FloatVector.fromArray(S, f, shift + i)).compare(VectorOperators.GT, 0f);
        d = d.fma(FloatVector.fromArray(S, f, a + i), FloatVector.fromArray(S, f, b + i));
        FloatVector.zero(S)
            .blend(FloatVector.fromArray(S, dy, dAt + i), through)
            .fma(gain, d)
            .intoArray(y, to + i);
      }
      for (int i = end; i < m; i++) {
        float d = x[at + i] - f[mean + i];
        float v = Math.fma(d, f[g + i], f[shift + i]) > 0 ? dy[dAt + i] : 0;
        y[to + i] = Math.fma(v, f[g + i], Math.fma(d, f[a + i], f[b + i]));
      }
    }
  }

  /**
   * Joins the moments of two sets of rows: (pivot, mean − pivot, Σ (x − mean)²) at {@code to} and
   * at {@code from}, the three parts {@code step} apart, by the formula of Chan, Golub and LeVeque.
   *
   * @param share the second set's share of all rows
   * @param both the product of both numbers of rows, over their sum
   */
  static void join(
      float[] f, int to, float[] g, int from, int step, float share, float both, int n) {
    int end = S.loopBound(n);
    for (int i = 0; i < end; i += L) {
      FloatVector off = FloatVector.fromArray(S, f, to + step + i);
      FloatVector d =
          FloatVector.fromArray(S, g, from + i)
              .sub(FloatVector.fromArray(S, f, to + i))
              .add(FloatVector.fromArray(S, g, from + step + i))
              .sub(off);
      d.mul(share).add(off).intoArray(f, to + step + i);
      d.mul(d)
          .mul(both)
          .add(FloatVector.fromArray(S, g, from + 2 * step + i))
          .add(FloatVector.fromArray(S, f, to + 2 * step + i))
          .intoArray(f, to + 2 * step + i);
    }
    for (int i = end; i < n; i++) {
      float d = g[from + i] - f[to + i] + g[from + step + i] - f[to + step + i];
      f[to + step + i] += d * share;
      f[to + 2 * step + i] += d * d * both + g[from + 2 * step + i];
    }
  }
}
