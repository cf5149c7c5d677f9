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
  private static final VectorSpecies<Float> S = Species.FULL;
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

  /** q += (x − mean)², r += x − mean. */
  static void addSquares(float[] x, int xo, float[] f, int mean, int q, int r, int wide, int n) {
    for (int base = 0; base < n; base += wide) {
      int m = Math.min(wide, n - base);
      int end = S.loopBound(m);
      int at = xo + base;
      for (int i = 0; i < end; i += L) {
        FloatVector d =
            FloatVector.fromArray(S, x, at + i).sub(FloatVector.fromArray(S, f, mean + i));
        d.fma(d, FloatVector.fromArray(S, f, q + i)).intoArray(f, q + i);
        d.add(FloatVector.fromArray(S, f, r + i)).intoArray(f, r + i);
      }
      for (int i = end; i < m; i++) {
        float d = x[at + i] - f[mean + i];
        f[q + i] = Math.fma(d, d, f[q + i]);
        f[r + i] += d;
      }
    }
  }

  /** s += dy, p += dy · (x − mean). */
  static void addProducts(
      float[] x, int xo, float[] dy, int d0, float[] f, int mean, int s, int p, int wide, int n) {
    for (int base = 0; base < n; base += wide) {
      int m = Math.min(wide, n - base);
      int end = S.loopBound(m);
      int at = xo + base;
      int dAt = d0 + base;
      for (int i = 0; i < end; i += L) {
        FloatVector d =
            FloatVector.fromArray(S, x, at + i).sub(FloatVector.fromArray(S, f, mean + i));
        FloatVector g = FloatVector.fromArray(S, dy, dAt + i);
        d.fma(g, FloatVector.fromArray(S, f, p + i)).intoArray(f, p + i);
        g.add(FloatVector.fromArray(S, f, s + i)).intoArray(f, s + i);
      }
      for (int i = end; i < m; i++) {
        f[p + i] = Math.fma(x[at + i] - f[mean + i], dy[dAt + i], f[p + i]);
        f[s + i] += dy[dAt + i];
      }
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
    for (int base = 0; base < n; base += wide) {
      int m = Math.min(wide, n - base);
      int end = S.loopBound(m);
      int at = xo + base;
      int dAt = d0 + base;
      for (int i = 0; i < end; i += L) {
        FloatVector d =
            FloatVector.fromArray(S, x, at + i).sub(FloatVector.fromArray(S, f, mean + i));
        FloatVector y =
            d.fma(FloatVector.fromArray(S, f, gain + i), FloatVector.fromArray(S, f, shift + i));
        VectorMask<Float> through = y.compare(VectorOperators.GT, 0f);
        FloatVector g = FloatVector.zero(S).blend(FloatVector.fromArray(S, dy, dAt + i), through);
        d.fma(g, FloatVector.fromArray(S, f, p + i)).intoArray(f, p + i);
        g.add(FloatVector.fromArray(S, f, s + i)).intoArray(f, s + i);
      }
      for (int i = end; i < m; i++) {
        float d = x[at + i] - f[mean + i];
        float g = Math.fma(d, f[gain + i], f[shift + i]) > 0 ? dy[dAt + i] : 0;
        f[p + i] = Math.fma(d, g, f[p + i]);
        f[s + i] += g;
      }
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
