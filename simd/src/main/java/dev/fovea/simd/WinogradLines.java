package dev.fovea.simd;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * The one-dimensional transforms of Winograd's convolutions with three taps, each over {@code n}
 * columns at once ({@code n} a multiple of the vector length).
 *
 * <p>F(4, 3) interpolates at the points 0, 1, −1, ½, −2, ∞; F(2, 3) at 0, 1, −1, ∞. Lavin and Gray,
 * <i>Fast Algorithms for Convolutional Neural Networks</i>, 2016. Applied to rows and then to
 * columns they give the two-dimensional transforms; separate passes keep each loop small enough for
 * all its vectors to stay in registers.
 */
final class WinogradLines {
  private static final VectorSpecies<Float> S = Species.FLOATS;
  private static final int L = S.length();

  private WinogradLines() {}

  /** Six rows of an image, at r0 … r5, to six rows {@code step} apart: Bᵀ of F(4, 3). */
  static void image4(
      int n,
      float[] x,
      int r0,
      int r1,
      int r2,
      int r3,
      int r4,
      int r5,
      float[] y,
      int to,
      int step) {
    FloatVector half3 = FloatVector.broadcast(S, 1.5f);
    FloatVector two = FloatVector.broadcast(S, 2);
    FloatVector minusHalf = FloatVector.broadcast(S, -0.5f);
    int to1 = to + step;
    int to2 = to1 + step;
    int to3 = to2 + step;
    int to4 = to3 + step;
    int to5 = to4 + step;
    for (int c = 0; c < n; c += L) {
      FloatVector d1 = FloatVector.fromArray(S, x, r1 + c);
      FloatVector d2 = FloatVector.fromArray(S, x, r2 + c);
      FloatVector d3 = FloatVector.fromArray(S, x, r3 + c);
      FloatVector f = d3.sub(d1);
      FloatVector e = FloatVector.fromArray(S, x, r4 + c).sub(d2);
      FloatVector g = d2.fma(half3, f);
      FloatVector h = d3.fma(half3, e);
      FloatVector first = FloatVector.fromArray(S, x, r0 + c).sub(d2).add(e);
      FloatVector last = FloatVector.fromArray(S, x, r5 + c).sub(d3).sub(f);
      f.fma(half3, first).intoArray(y, to + c);
      h.add(g).intoArray(y, to1 + c);
      h.sub(g).intoArray(y, to2 + c);
      f.fma(two, e).intoArray(y, to3 + c);
      f.fma(minusHalf, e).intoArray(y, to4 + c);
      e.fma(half3, last).intoArray(y, to5 + c);
    }
  }

  /** The first three rows of what {@link #image4} makes. */
  static void imageUpper4(
      int n, float[] x, int r0, int r1, int r2, int r3, int r4, float[] y, int to, int step) {
    FloatVector half3 = FloatVector.broadcast(S, 1.5f);
    int to1 = to + step;
    int to2 = to1 + step;
    for (int c = 0; c < n; c += L) {
      FloatVector d2 = FloatVector.fromArray(S, x, r2 + c);
      FloatVector d3 = FloatVector.fromArray(S, x, r3 + c);
      FloatVector f = d3.sub(FloatVector.fromArray(S, x, r1 + c));
      FloatVector e = FloatVector.fromArray(S, x, r4 + c).sub(d2);
      FloatVector g = d2.fma(half3, f);
      FloatVector h = d3.fma(half3, e);
      FloatVector first = FloatVector.fromArray(S, x, r0 + c).sub(d2).add(e);
      f.fma(half3, first).intoArray(y, to + c);
      h.add(g).intoArray(y, to1 + c);
      h.sub(g).intoArray(y, to2 + c);
    }
  }

  /** The last three rows of what {@link #image4} makes. */
  static void imageLower4(
      int n, float[] x, int r1, int r2, int r3, int r4, int r5, float[] y, int to, int step) {
    FloatVector half3 = FloatVector.broadcast(S, 1.5f);
    FloatVector two = FloatVector.broadcast(S, 2);
    FloatVector minusHalf = FloatVector.broadcast(S, -0.5f);
    int to3 = to + 3 * step;
    int to4 = to3 + step;
    int to5 = to4 + step;
    for (int c = 0; c < n; c += L) {
      FloatVector d3 = FloatVector.fromArray(S, x, r3 + c);
      FloatVector f = d3.sub(FloatVector.fromArray(S, x, r1 + c));
      FloatVector e = FloatVector.fromArray(S, x, r4 + c).sub(FloatVector.fromArray(S, x, r2 + c));
      FloatVector last = FloatVector.fromArray(S, x, r5 + c).sub(d3).sub(f);
      f.fma(two, e).intoArray(y, to3 + c);
      f.fma(minusHalf, e).intoArray(y, to4 + c);
      e.fma(half3, last).intoArray(y, to5 + c);
    }
  }

  /** Four rows of an image to four rows {@code step} apart: Bᵀ of F(2, 3). */
  static void image2(
      int n, float[] x, int r0, int r1, int r2, int r3, float[] y, int to, int step) {
    int to1 = to + step;
    int to2 = to1 + step;
    int to3 = to2 + step;
    for (int c = 0; c < n; c += L) {
      FloatVector d0 = FloatVector.fromArray(S, x, r0 + c);
      FloatVector d1 = FloatVector.fromArray(S, x, r1 + c);
      FloatVector d2 = FloatVector.fromArray(S, x, r2 + c);
      FloatVector d3 = FloatVector.fromArray(S, x, r3 + c);
      d2.sub(d0).intoArray(y, to + c);
      d2.add(d1).intoArray(y, to1 + c);
      d2.sub(d1).intoArray(y, to2 + c);
      d3.sub(d1).intoArray(y, to3 + c);
    }
  }

  /** Six rows of products, {@code step} apart, to the first four of them: Aᵀ of F(4, 3). */
  static void result4(int n, float[] m, int at, int step) {
    FloatVector half = FloatVector.broadcast(S, 0.5f);
    FloatVector quarter = FloatVector.broadcast(S, 0.25f);
    FloatVector eighth = FloatVector.broadcast(S, 0.125f);
    FloatVector minusTwo = FloatVector.broadcast(S, -2);
    FloatVector four = FloatVector.broadcast(S, 4);
    FloatVector minusEight = FloatVector.broadcast(S, -8);
    int at1 = at + step;
    int at2 = at1 + step;
    int at3 = at2 + step;
    int at4 = at3 + step;
    int at5 = at4 + step;
    for (int c = 0; c < n; c += L) {
      FloatVector m1 = FloatVector.fromArray(S, m, at1 + c);
      FloatVector m2 = FloatVector.fromArray(S, m, at2 + c);
      FloatVector m3 = FloatVector.fromArray(S, m, at3 + c);
      FloatVector m4 = FloatVector.fromArray(S, m, at4 + c);
      FloatVector sum = m1.add(m2);
      FloatVector difference = m1.sub(m2);
      FloatVector y0 = sum.add(FloatVector.fromArray(S, m, at + c)).add(m3).add(m4);
      FloatVector y1 = m4.fma(minusTwo, m3.fma(half, difference));
      FloatVector y2 = m4.fma(four, m3.fma(quarter, sum));
      FloatVector y3 = m4.fma(minusEight, m3.fma(eighth, difference));
      y3 = y3.add(FloatVector.fromArray(S, m, at5 + c));
      y0.intoArray(m, at + c);
      y1.intoArray(m, at1 + c);
      y2.intoArray(m, at2 + c);
      y3.intoArray(m, at3 + c);
    }
  }

  /** Four rows of products, {@code step} apart, to the first two of them: Aᵀ of F(2, 3). */
  static void result2(int n, float[] m, int at, int step) {
    int at1 = at + step;
    int at2 = at1 + step;
    int at3 = at2 + step;
    for (int c = 0; c < n; c += L) {
      FloatVector m1 = FloatVector.fromArray(S, m, at1 + c);
      FloatVector m2 = FloatVector.fromArray(S, m, at2 + c);
      FloatVector y0 = FloatVector.fromArray(S, m, at + c).add(m1).add(m2);
      FloatVector y1 = m1.sub(m2).add(FloatVector.fromArray(S, m, at3 + c));
      y0.intoArray(m, at + c);
      y1.intoArray(m, at1 + c);
    }
  }

  /** Three rows of weights, at r0, r1 and r2, to six rows {@code step} apart: G of F(4, 3). */
  static void weights4(int n, float[] w, int r0, int r1, int r2, float[] y, int to, int step) {
    FloatVector third = FloatVector.broadcast(S, 1 / 3f);
    FloatVector half = FloatVector.broadcast(S, 0.5f);
    FloatVector quarter = FloatVector.broadcast(S, 0.25f);
    FloatVector minusTwo = FloatVector.broadcast(S, -2);
    FloatVector four = FloatVector.broadcast(S, 4);
    FloatVector high = FloatVector.broadcast(S, -16 / 15f);
    FloatVector low = FloatVector.broadcast(S, 1 / 15f);
    for (int c = 0; c < n; c += L) {
      FloatVector g0 = FloatVector.fromArray(S, w, r0 + c);
      FloatVector g1 = FloatVector.fromArray(S, w, r1 + c);
      FloatVector g2 = FloatVector.fromArray(S, w, r2 + c);
      FloatVector even = g0.add(g2);
      g0.intoArray(y, to + c);
      even.add(g1).mul(third).intoArray(y, to + step + c);
      g1.sub(even).mul(third).intoArray(y, to + 2 * step + c);
      g2.fma(quarter, g1.fma(half, g0)).mul(high).intoArray(y, to + 3 * step + c);
      g2.fma(four, g1.fma(minusTwo, g0)).mul(low).intoArray(y, to + 4 * step + c);
      g2.intoArray(y, to + 5 * step + c);
    }
  }

  /** Three rows of weights, at r0, r1 and r2, to four rows {@code step} apart: G of F(2, 3). */
  static void weights2(int n, float[] w, int r0, int r1, int r2, float[] y, int to, int step) {
    FloatVector half = FloatVector.broadcast(S, 0.5f);
    for (int c = 0; c < n; c += L) {
      FloatVector g0 = FloatVector.fromArray(S, w, r0 + c);
      FloatVector g1 = FloatVector.fromArray(S, w, r1 + c);
      FloatVector g2 = FloatVector.fromArray(S, w, r2 + c);
      FloatVector even = g0.add(g2);
      g0.neg().intoArray(y, to + c);
      even.add(g1).mul(half).intoArray(y, to + step + c);
      even.sub(g1).mul(half).intoArray(y, to + 2 * step + c);
      g2.intoArray(y, to + 3 * step + c);
    }
  }

  /** Four rows of a result's gradient, at r0 … r3, to six rows {@code step} apart: A of F(4, 3). */
  static void gradient4(
      int n, float[] x, int r0, int r1, int r2, int r3, float[] y, int to, int step) {
    FloatVector half = FloatVector.broadcast(S, 0.5f);
    FloatVector quarter = FloatVector.broadcast(S, 0.25f);
    FloatVector minusTwo = FloatVector.broadcast(S, -2);
    FloatVector four = FloatVector.broadcast(S, 4);
    int to1 = to + step;
    int to2 = to1 + step;
    int to3 = to2 + step;
    int to4 = to3 + step;
    int to5 = to4 + step;
    for (int c = 0; c < n; c += L) {
      FloatVector d0 = FloatVector.fromArray(S, x, r0 + c);
      FloatVector d1 = FloatVector.fromArray(S, x, r1 + c);
      FloatVector d2 = FloatVector.fromArray(S, x, r2 + c);
      FloatVector d3 = FloatVector.fromArray(S, x, r3 + c);
      FloatVector even = d0.add(d2);
      FloatVector odd = d1.add(d3);
      d0.intoArray(y, to + c);
      even.add(odd).intoArray(y, to1 + c);
      even.sub(odd).intoArray(y, to2 + c);
      d3.fma(quarter, d1).fma(half, d2.fma(quarter, d0)).intoArray(y, to3 + c);
      d3.fma(four, d1).fma(minusTwo, d2.fma(four, d0)).intoArray(y, to4 + c);
      d3.intoArray(y, to5 + c);
    }
  }

  /** The first three rows of what {@link #gradient4} makes. */
  static void gradientUpper4(
      int n, float[] x, int r0, int r1, int r2, int r3, float[] y, int to, int step) {
    int to1 = to + step;
    int to2 = to1 + step;
    for (int c = 0; c < n; c += L) {
      FloatVector d0 = FloatVector.fromArray(S, x, r0 + c);
      FloatVector even = d0.add(FloatVector.fromArray(S, x, r2 + c));
      FloatVector odd = FloatVector.fromArray(S, x, r1 + c);
      odd = odd.add(FloatVector.fromArray(S, x, r3 + c));
      d0.intoArray(y, to + c);
      even.add(odd).intoArray(y, to1 + c);
      even.sub(odd).intoArray(y, to2 + c);
    }
  }

  /** The last three rows of what {@link #gradient4} makes. */
  static void gradientLower4(
      int n, float[] x, int r0, int r1, int r2, int r3, float[] y, int to, int step) {
    FloatVector half = FloatVector.broadcast(S, 0.5f);
    FloatVector quarter = FloatVector.broadcast(S, 0.25f);
    FloatVector minusTwo = FloatVector.broadcast(S, -2);
    FloatVector four = FloatVector.broadcast(S, 4);
    int to3 = to + 3 * step;
    int to4 = to3 + step;
    int to5 = to4 + step;
    for (int c = 0; c < n; c += L) {
      FloatVector d0 = FloatVector.fromArray(S, x, r0 + c);
      FloatVector d1 = FloatVector.fromArray(S, x, r1 + c);
      FloatVector d2 = FloatVector.fromArray(S, x, r2 + c);
      FloatVector d3 = FloatVector.fromArray(S, x, r3 + c);
      d3.fma(quarter, d1).fma(half, d2.fma(quarter, d0)).intoArray(y, to3 + c);
      d3.fma(four, d1).fma(minusTwo, d2.fma(four, d0)).intoArray(y, to4 + c);
      d3.intoArray(y, to5 + c);
    }
  }

  /** Two rows of a result's gradient to four rows {@code step} apart: A of F(2, 3). */
  static void gradient2(int n, float[] x, int r0, int r1, float[] y, int to, int step) {
    int to1 = to + step;
    int to2 = to1 + step;
    int to3 = to2 + step;
    for (int c = 0; c < n; c += L) {
      FloatVector d0 = FloatVector.fromArray(S, x, r0 + c);
      FloatVector d1 = FloatVector.fromArray(S, x, r1 + c);
      d0.intoArray(y, to + c);
      d0.add(d1).intoArray(y, to1 + c);
      d0.sub(d1).intoArray(y, to2 + c);
      d1.intoArray(y, to3 + c);
    }
  }

  /** Six rows of sums, {@code pitch} apart, to three rows {@code step} apart: Gᵀ of F(4, 3). */
  static void taps4(int n, float[] m, int at, int pitch, float[] y, int to, int step) {
    FloatVector third = FloatVector.broadcast(S, 1 / 3f);
    FloatVector half = FloatVector.broadcast(S, 0.5f);
    FloatVector quarter = FloatVector.broadcast(S, 0.25f);
    FloatVector minusTwo = FloatVector.broadcast(S, -2);
    FloatVector four = FloatVector.broadcast(S, 4);
    FloatVector high = FloatVector.broadcast(S, -16 / 15f);
    FloatVector low = FloatVector.broadcast(S, 1 / 15f);
    int at1 = at + pitch;
    int at2 = at1 + pitch;
    int at3 = at2 + pitch;
    int at4 = at3 + pitch;
    int at5 = at4 + pitch;
    for (int c = 0; c < n; c += L) {
      FloatVector m1 = FloatVector.fromArray(S, m, at1 + c);
      FloatVector m2 = FloatVector.fromArray(S, m, at2 + c);
      FloatVector m3 = FloatVector.fromArray(S, m, at3 + c).mul(high);
      FloatVector m4 = FloatVector.fromArray(S, m, at4 + c).mul(low);
      FloatVector sum = m1.add(m2).mul(third);
      FloatVector difference = m1.sub(m2).mul(third);
      FloatVector g0 = difference.add(m3).add(m4).add(FloatVector.fromArray(S, m, at + c));
      FloatVector g1 = m4.fma(minusTwo, m3.fma(half, sum));
      FloatVector g2 = m4.fma(four, m3.fma(quarter, difference));
      g2 = g2.add(FloatVector.fromArray(S, m, at5 + c));
      g0.intoArray(y, to + c);
      g1.intoArray(y, to + step + c);
      g2.intoArray(y, to + 2 * step + c);
    }
  }

  /** Four rows of sums, {@code pitch} apart, to three rows {@code step} apart: Gᵀ of F(2, 3). */
  static void taps2(int n, float[] m, int at, int pitch, float[] y, int to, int step) {
    FloatVector half = FloatVector.broadcast(S, 0.5f);
    int at1 = at + pitch;
    int at2 = at1 + pitch;
    int at3 = at2 + pitch;
    for (int c = 0; c < n; c += L) {
      FloatVector m1 = FloatVector.fromArray(S, m, at1 + c);
      FloatVector m2 = FloatVector.fromArray(S, m, at2 + c);
      FloatVector sum = m1.add(m2).mul(half);
      sum.sub(FloatVector.fromArray(S, m, at + c)).intoArray(y, to + c);
      m1.sub(m2).mul(half).intoArray(y, to + step + c);
      sum.add(FloatVector.fromArray(S, m, at3 + c)).intoArray(y, to + 2 * step + c);
    }
  }
}
