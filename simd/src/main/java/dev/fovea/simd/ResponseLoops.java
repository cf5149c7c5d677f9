package dev.fovea.simd;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * The loops of local response normalisation with β = ¾ over the channels of a pixel.
 *
 * <p>A line {@code s} at {@code so} begins ⌊size/2⌋ zeros before the first channel, so that the
 * neighbours of channel c are its elements from c on.
 */
final class ResponseLoops {
  private static final VectorSpecies<Float> S = Species.FLOATS;
  private static final int L = S.length();

  private ResponseLoops() {}

  /** p = (k + share · Σ s)^−¾. */
  static void powers(float[] s, int so, int size, float share, float k, float[] p, int po, int n) {
    int end = S.loopBound(n);
    for (int i = 0; i < end; i += L) {
      FloatVector sum = FloatVector.fromArray(S, s, so + i);
      for (int t = 1; t < size; t++) {
        sum = sum.add(FloatVector.fromArray(S, s, so + i + t));
      }
      FloatVector root =
          sum.fma(FloatVector.broadcast(S, share), FloatVector.broadcast(S, k)).sqrt();
      FloatVector.broadcast(S, 1).div(root.mul(root.sqrt())).intoArray(p, po + i);
    }
    for (int i = end; i < n; i++) {
      p[po + i] = power(sum(s, so + i, size) * share + k);
    }
  }

  /** y = x · p. */
  static void product(float[] x, int xo, float[] p, int po, float[] y, int yo, int n) {
    int end = S.loopBound(n);
    for (int i = 0; i < end; i += L) {
      FloatVector.fromArray(S, x, xo + i)
          .mul(FloatVector.fromArray(S, p, po + i))
          .intoArray(y, yo + i);
    }
    for (int i = end; i < n; i++) {
      y[yo + i] = x[xo + i] * p[po + i];
    }
  }

  /** u = dy · x · p / (k + share · Σ s); p and u are in the array of s. */
  static void products(
      float[] x,
      int xo,
      float[] dy,
      int d0,
      float[] s,
      int so,
      int po,
      int uo,
      int size,
      float share,
      float k,
      int n) {
    int end = S.loopBound(n);
    for (int i = 0; i < end; i += L) {
      FloatVector sum = FloatVector.fromArray(S, s, so + i);
      for (int t = 1; t < size; t++) {
        sum = sum.add(FloatVector.fromArray(S, s, so + i + t));
      }
      FloatVector spread = sum.fma(FloatVector.broadcast(S, share), FloatVector.broadcast(S, k));
      FloatVector.fromArray(S, dy, d0 + i)
          .mul(FloatVector.fromArray(S, x, xo + i))
          .mul(FloatVector.fromArray(S, s, po + i).div(spread))
          .intoArray(s, uo + i);
    }
    for (int i = end; i < n; i++) {
      float spread = sum(s, so + i, size) * share + k;
      s[uo + i] = dy[d0 + i] * x[xo + i] * (s[po + i] / spread);
    }
  }

  /** dx = dy · p + factor · x · Σ u; p and u are in the array s. */
  static void gradient(
      float[] x,
      int xo,
      float[] dy,
      int d0,
      float[] s,
      int po,
      int uo,
      int size,
      float factor,
      float[] dx,
      int to,
      int n) {
    int end = S.loopBound(n);
    for (int i = 0; i < end; i += L) {
      FloatVector sum = FloatVector.fromArray(S, s, uo + i);
      for (int t = 1; t < size; t++) {
        sum = sum.add(FloatVector.fromArray(S, s, uo + i + t));
      }
      FloatVector met = FloatVector.fromArray(S, x, xo + i).mul(factor).mul(sum);
      FloatVector.fromArray(S, dy, d0 + i)
          .fma(FloatVector.fromArray(S, s, po + i), met)
          .intoArray(dx, to + i);
    }
    for (int i = end; i < n; i++) {
      dx[to + i] = dy[d0 + i] * s[po + i] + x[xo + i] * factor * sum(s, uo + i, size);
    }
  }

  private static float sum(float[] s, int from, int size) {
    float sum = s[from];
    for (int t = 1; t < size; t++) {
      sum += s[from + t];
    }
    return sum;
  }

  private static float power(float s) {
    double root = Math.sqrt(s);
    return (float) (1 / (root * Math.sqrt(root)));
  }
}
