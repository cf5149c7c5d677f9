package dev.fovea.insight.explain;

import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;

/**
 * A network in float64 loops: convolution 3×3 with a border of 1, ReLU, max pooling by 2,
 * convolution 2×2, ReLU, mean over places, dense. It goes forward, and back by any rule at
 * rectifiers.
 */
final class ReferenceNet {
  /** What arrives at a rectifier's result, and its argument, to what leaves. */
  interface Rectifier {
    double back(double x, double r);
  }

  private final Tensor w1;
  private final Tensor w2;
  private final Tensor w3;
  private final Rectifier rectifier;

  /** Weights [3, 3, c, k], [2, 2, k, l], [l, classes]. */
  ReferenceNet(Tensor w1, Tensor w2, Tensor w3, Rectifier rectifier) {
    this.w1 = w1;
    this.w2 = w2;
    this.w3 = w3;
    this.rectifier = rectifier;
  }

  /** Numbers in double precision, [H, W, C]. */
  static final class Maps {
    final int h;
    final int w;
    final int c;
    final double[] v;

    Maps(int h, int w, int c) {
      this.h = h;
      this.w = w;
      this.c = c;
      this.v = new double[h * w * c];
    }

    double at(int y, int x, int k) {
      boolean inside = y >= 0 && y < h && x >= 0 && x < w;
      return inside ? v[(y * w + x) * c + k] : 0;
    }

    void add(int y, int x, int k, double d) {
      if (y >= 0 && y < h && x >= 0 && x < w) {
        v[(y * w + x) * c + k] += d;
      }
    }

    float[] floats() {
      float[] out = new float[v.length];
      for (int i = 0; i < v.length; i++) {
        out[i] = (float) v[i];
      }
      return out;
    }
  }

  /** The score, what each stage computes, and the gradients by the input and the last maps. */
  record Result(double score, Maps last, Maps inputGradient, Maps lastGradient) {}

  Result run(Tensor x, int target) {
    Shape s = x.shape();
    Maps in = new Maps(s.dim(0), s.dim(1), s.dim(2));
    for (int i = 0; i < in.v.length; i++) {
      in.v[i] = x.data()[i];
    }
    Maps a1 = conv(in, w1, 1);
    Maps r1 = rectified(a1);
    Maps p = new Maps(r1.h / 2, r1.w / 2, r1.c);
    int[] from = pool(r1, p);
    Maps a2 = conv(p, w2, 0);
    Maps r2 = rectified(a2);
    double score = 0;
    Maps g2 = new Maps(r2.h, r2.w, r2.c);
    for (int i = 0; i < r2.v.length; i++) {
      double weight = w3.get(i % r2.c, target) / (r2.h * r2.w);
      score += weight * r2.v[i];
      g2.v[i] = weight;
    }
    Maps gp = convBack(back(a2, g2), w2, 0, p);
    Maps g1 = new Maps(r1.h, r1.w, r1.c);
    for (int i = 0; i < gp.v.length; i++) {
      g1.v[from[i]] += gp.v[i];
    }
    return new Result(score, r2, convBack(back(a1, g1), w1, 1, in), g2);
  }

  private static Maps rectified(Maps a) {
    Maps r = new Maps(a.h, a.w, a.c);
    for (int i = 0; i < a.v.length; i++) {
      r.v[i] = Math.max(0, a.v[i]);
    }
    return r;
  }

  private Maps back(Maps a, Maps g) {
    Maps r = new Maps(a.h, a.w, a.c);
    for (int i = 0; i < a.v.length; i++) {
      r.v[i] = rectifier.back(a.v[i], g.v[i]);
    }
    return r;
  }

  private static int[] pool(Maps r, Maps p) {
    int[] from = new int[p.v.length];
    for (int i = 0; i < p.v.length; i++) {
      int k = i % p.c;
      int x = i / p.c % p.w;
      int y = i / p.c / p.w;
      double most = Double.NEGATIVE_INFINITY;
      for (int j = 0; j < 4; j++) {
        int at = ((2 * y + j / 2) * r.w + 2 * x + j % 2) * r.c + k;
        if (r.v[at] > most) {
          most = r.v[at];
          from[i] = at;
        }
      }
      p.v[i] = most;
    }
    return from;
  }

  private static Maps conv(Maps in, Tensor w, int pad) {
    int k = w.shape().dim(0);
    Maps out = new Maps(in.h + 2 * pad - k + 1, in.w + 2 * pad - k + 1, w.shape().dim(3));
    for (int i = 0; i < out.v.length; i++) {
      int x = i / out.c % out.w;
      int y = i / out.c / out.w;
      for (int j = 0; j < k * k * in.c; j++) {
        int dy = j / in.c / k;
        int dx = j / in.c % k;
        out.v[i] +=
            w.get(dy, dx, j % in.c, i % out.c) * in.at(y + dy - pad, x + dx - pad, j % in.c);
      }
    }
    return out;
  }

  private static Maps convBack(Maps g, Tensor w, int pad, Maps in) {
    int k = w.shape().dim(0);
    Maps out = new Maps(in.h, in.w, in.c);
    for (int i = 0; i < g.v.length; i++) {
      int x = i / g.c % g.w;
      int y = i / g.c / g.w;
      for (int j = 0; j < k * k * in.c; j++) {
        int dy = j / in.c / k;
        int dx = j / in.c % k;
        double d = w.get(dy, dx, j % in.c, i % g.c) * g.v[i];
        out.add(y + dy - pad, x + dx - pad, j % in.c, d);
      }
    }
    return out;
  }
}
