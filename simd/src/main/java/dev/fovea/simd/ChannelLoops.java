package dev.fovea.simd;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/** The loops of batch norm: x and dy are stretches of data, all else per-channel patterns. */
final class ChannelLoops {
  private static final VectorSpecies<Float> S = Species.FULL;
  private static final int L = S.length();

  private ChannelLoops() {}

  /** q += (x − mean)², r += x − mean. */
  static void addSquares(float[] x, int xo, float[] f, int mean, int q, int r, int n) {
    int end = S.loopBound(n);
    for (int i = 0; i < end; i += L) {
      FloatVector d =
          FloatVector.fromArray(S, x, xo + i).sub(FloatVector.fromArray(S, f, mean + i));
      d.fma(d, FloatVector.fromArray(S, f, q + i)).intoArray(f, q + i);
      d.add(FloatVector.fromArray(S, f, r + i)).intoArray(f, r + i);
    }
    for (int i = end; i < n; i++) {
      float d = x[xo + i] - f[mean + i];
      f[q + i] += d * d;
      f[r + i] += d;
    }
  }

  /** s += dy · (x − mean). */
  static void addProducts(
      float[] x, int xo, float[] dy, int d0, float[] f, int mean, int s, int n) {
    int end = S.loopBound(n);
    for (int i = 0; i < end; i += L) {
      FloatVector d =
          FloatVector.fromArray(S, x, xo + i).sub(FloatVector.fromArray(S, f, mean + i));
      FloatVector g = FloatVector.fromArray(S, dy, d0 + i);
      d.fma(g, FloatVector.fromArray(S, f, s + i)).intoArray(f, s + i);
    }
    for (int i = end; i < n; i++) {
      f[s + i] += (x[xo + i] - f[mean + i]) * dy[d0 + i];
    }
  }

  /** y = (x − mean) · a + b. */
  static void affine(
      float[] x, int xo, float[] f, int mean, int a, int b, float[] y, int yo, int n) {
    int end = S.loopBound(n);
    for (int i = 0; i < end; i += L) {
      FloatVector d =
          FloatVector.fromArray(S, x, xo + i).sub(FloatVector.fromArray(S, f, mean + i));
      d.fma(FloatVector.fromArray(S, f, a + i), FloatVector.fromArray(S, f, b + i))
          .intoArray(y, yo + i);
    }
    for (int i = end; i < n; i++) {
      y[yo + i] = (x[xo + i] - f[mean + i]) * f[a + i] + f[b + i];
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
      int n) {
    int end = S.loopBound(n);
    for (int i = 0; i < end; i += L) {
      FloatVector d =
          FloatVector.fromArray(S, x, xo + i).sub(FloatVector.fromArray(S, f, mean + i));
      d = d.fma(FloatVector.fromArray(S, f, a + i), FloatVector.fromArray(S, f, b + i));
      FloatVector.fromArray(S, dy, d0 + i)
          .fma(FloatVector.fromArray(S, f, g + i), d)
          .intoArray(y, yo + i);
    }
    for (int i = end; i < n; i++) {
      float d = (x[xo + i] - f[mean + i]) * f[a + i] + f[b + i];
      y[yo + i] = dy[d0 + i] * f[g + i] + d;
    }
  }
}
