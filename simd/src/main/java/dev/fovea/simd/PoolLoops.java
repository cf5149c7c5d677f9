package dev.fovea.simd;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * The loops of pooling with windows of 2×2 and 3×3 pixels over a row of windows.
 *
 * <p>Rows of x begin under the first window's left column; windows are {@code step} floats apart,
 * {@code b} and {@code c} are how far the second and third column of a window lie from the first.
 * Where a window reaches over the edge, a row or column is given twice, which changes no maximum.
 * Vectors need at least as many channels as they are long; the last one overlaps the one before.
 */
final class PoolLoops {
  private static final VectorSpecies<Float> S = Species.FLOATS;
  private static final int L = S.length();

  private PoolLoops() {}

  private static FloatVector load(float[] x, int at) {
    return FloatVector.fromArray(S, x, at);
  }

  private static FloatVector max(float[] x, int at, int other) {
    return load(x, at).max(load(x, other));
  }

  /** y = the largest of each window of 2×2. */
  static void largest(
      float[] x, int r0, int r1, int b, int step, float[] y, int yo, int cols, int channels) {
    for (int col = 0; col < cols; col++) {
      int u = r0 + col * step;
      int v = r1 + col * step;
      for (int i = 0; i < channels; i += L) {
        int k = Math.min(i, channels - L);
        max(x, u + k, u + b + k)
            .max(max(x, v + k, v + b + k))
            .intoArray(y, yo + col * channels + k);
      }
    }
  }

  /** y = the largest of each window of 3×3. */
  static void largest(
      float[] x,
      int r0,
      int r1,
      int r2,
      int b,
      int c,
      int step,
      float[] y,
      int yo,
      int cols,
      int channels) {
    for (int col = 0; col < cols; col++) {
      int u = r0 + col * step;
      int v = r1 + col * step;
      int w = r2 + col * step;
      for (int i = 0; i < channels; i += L) {
        int k = Math.min(i, channels - L);
        FloatVector top = max(x, u + k, u + b + k).max(load(x, u + c + k));
        FloatVector middle = max(x, v + k, v + b + k).max(load(x, v + c + k));
        FloatVector bottom = max(x, w + k, w + b + k).max(load(x, w + c + k));
        top.max(middle).max(bottom).intoArray(y, yo + col * channels + k);
      }
    }
  }

  /** y = the mean of each window of 2×2 with columns side by side. */
  static void mean(float[] x, int r0, int r1, float[] y, int yo, int cols, int channels) {
    for (int col = 0; col < cols; col++) {
      int u = r0 + 2 * col * channels;
      int v = r1 + 2 * col * channels;
      for (int i = 0; i < channels; i += L) {
        int k = Math.min(i, channels - L);
        FloatVector left = load(x, u + k).add(load(x, v + k));
        FloatVector right = load(x, u + channels + k).add(load(x, v + channels + k));
        left.add(right).mul(0.25f).intoArray(y, yo + col * channels + k);
      }
    }
  }

  /** Does as {@link #mean} with fewer channels than a vector has. */
  static void meanOfFew(float[] x, int r0, int r1, float[] y, int yo, int cols, int channels) {
    for (int k = 0; k < channels; k++) {
      int from = r0 + k;
      int down = r1 - r0;
      int to = yo + k;
      for (int col = 0; col < cols; col++) {
        float left = x[from] + x[from + down];
        y[to] = (left + (x[from + channels] + x[from + channels + down])) * 0.25f;
        from += 2 * channels;
        to += channels;
      }
    }
  }

  /** Both columns of each window of y = a quarter of dy. */
  static void spread(float[] dy, int d0, float[] y, int yo, int cols, int channels) {
    for (int col = 0; col < cols; col++) {
      int to = yo + 2 * col * channels;
      for (int i = 0; i < channels; i += L) {
        int k = Math.min(i, channels - L);
        FloatVector d = load(dy, d0 + col * channels + k).mul(0.25f);
        d.intoArray(y, to + k);
        d.intoArray(y, to + channels + k);
      }
    }
  }

  /** Does as {@link #spread} with fewer channels than a vector has. */
  static void spreadFew(float[] dy, int d0, float[] y, int yo, int cols, int channels) {
    for (int k = 0; k < channels; k++) {
      int from = d0 + k;
      int to = yo + k;
      for (int col = 0; col < cols; col++) {
        float d = dy[from] * 0.25f;
        y[to] = d;
        y[to + channels] = d;
        from += channels;
        to += 2 * channels;
      }
    }
  }

  /** Two rows of dx = dy where x is the first to be largest in its window of 2×2, else 0. */
  static void route(
      float[] x, int r0, int r1, float[] dy, int d0, float[] dx, int to, int cols, int channels) {
    int down = r1 - r0;
    FloatVector zero = FloatVector.zero(S);
    for (int col = 0; col < cols; col++) {
      int at = 2 * col * channels;
      for (int i = 0; i < channels; i += L) {
        int k = at + Math.min(i, channels - L);
        FloatVector a = load(x, r0 + k);
        FloatVector b = load(x, r0 + k + channels);
        FloatVector c = load(x, r1 + k);
        FloatVector d = load(x, r1 + k + channels);
        VectorMask<Float> right = b.compare(VectorOperators.GT, a);
        VectorMask<Float> rightBelow = d.compare(VectorOperators.GT, c);
        FloatVector above = a.blend(b, right);
        VectorMask<Float> below = c.blend(d, rightBelow).compare(VectorOperators.GT, above);
        FloatVector g = load(dy, d0 + col * channels + k - at);
        FloatVector top = g.blend(zero, below);
        FloatVector bottom = zero.blend(g, below);
        top.blend(zero, right).intoArray(dx, to + k);
        zero.blend(top, right).intoArray(dx, to + k + channels);
        bottom.blend(zero, rightBelow).intoArray(dx, to + down + k);
        zero.blend(bottom, rightBelow).intoArray(dx, to + down + k + channels);
      }
    }
  }
}
