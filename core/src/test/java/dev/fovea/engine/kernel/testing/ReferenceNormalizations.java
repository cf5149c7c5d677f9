package dev.fovea.engine.kernel.testing;

import dev.fovea.op.Normalization;
import java.util.Arrays;
import java.util.List;

/** The normalisations in double precision. */
final class ReferenceNormalizations {
  private ReferenceNormalizations() {}

  static void apply(Normalization op, List<Nd> in, Nd out) {
    Nd x = in.get(0);
    switch (op) {
      case Normalization.Softmax _ -> softmax(x, out, false);
      case Normalization.LogSoftmax _ -> softmax(x, out, true);
      case Normalization.BatchMoments _ -> moments(x, out);
      case Normalization.BatchNorm n ->
          Arrays.setAll(
              out.data(),
              i -> {
                double y = affine(x, in.get(1), n.epsilon(), in.get(2), in.get(3), i);
                double more = n.epilogue().residual() ? in.get(4).data()[i] : 0;
                return n.epilogue().apply(y + more);
              });
      case Normalization.BatchNormSums n -> {
        int channels = out.shape().dim(1);
        for (int i = 0; i < x.data().length; i++) {
          boolean through =
              !n.rectified() || affine(x, in.get(1), n.epsilon(), in.get(3), in.get(4), i) > 0;
          double dy = through ? in.get(2).data()[i] : 0;
          out.add(dy, 0, i % channels);
          out.add(dy * normal(x, in.get(1), n.epsilon(), i), 1, i % channels);
        }
      }
      case Normalization.BatchNormInputGradient n -> inputGradient(n, in, out);
      case Normalization.LocalResponseNorm n ->
          Arrays.setAll(out.data(), i -> x.data()[i] * Math.pow(spread(n, x, i), -n.beta()));
      case Normalization.LocalResponseNormGradient g -> responseGradient(g.norm(), in, out);
    }
  }

  /** Returns k + α/size · Σ x² over the neighbouring channels of element {@code i}. */
  static double spread(Normalization.LocalResponseNorm n, Nd x, int i) {
    double sum = 0;
    for (int t = 0; t < n.size(); t++) {
      int at = i - n.size() / 2 + t;
      sum += samePixel(x, i, at) ? x.data()[at] * x.data()[at] : 0;
    }
    return n.k() + (double) n.alpha() / n.size() * sum;
  }

  private static boolean samePixel(Nd x, int i, int other) {
    int channels = x.shape().dim(-1);
    return Math.floorDiv(other, channels) == i / channels;
  }

  private static void responseGradient(Normalization.LocalResponseNorm n, List<Nd> in, Nd out) {
    Nd x = in.get(0);
    double[] dy = in.get(1).data();
    double[] dx = out.data();
    for (int i = 0; i < dy.length; i++) {
      double s = spread(n, x, i);
      dx[i] += dy[i] * Math.pow(s, -n.beta());
      double dS = -n.beta() * dy[i] * x.data()[i] * Math.pow(s, -n.beta() - 1);
      for (int t = 0; t < n.size(); t++) {
        int at = i - n.size() / 2 + t;
        if (samePixel(x, i, at)) {
          dx[at] += dS * n.alpha() / n.size() * 2 * x.data()[at];
        }
      }
    }
  }

  private static void softmax(Nd x, Nd out, boolean logarithm) {
    int length = x.shape().dim(-1);
    for (int row = 0; row < x.data().length; row += length) {
      double[] line = Arrays.copyOfRange(x.data(), row, row + length);
      double largest = Arrays.stream(line).max().orElse(0);
      double sum = Arrays.stream(line).map(v -> Math.exp(v - largest)).sum();
      for (int i = 0; i < length; i++) {
        double shifted = line[i] - largest;
        out.data()[row + i] = logarithm ? shifted - Math.log(sum) : Math.exp(shifted) / sum;
      }
    }
  }

  private static void moments(Nd x, Nd out) {
    int channels = x.shape().dim(-1);
    double[] v = x.data();
    double count = (double) v.length / channels;
    for (int i = 0; i < v.length; i++) {
      out.add(v[i] / count, 0, i % channels);
    }
    for (int i = 0; i < v.length; i++) {
      double d = v[i] - out.get(0, i % channels);
      out.add(d * d / count, 1, i % channels);
    }
  }

  /** Returns (x − mean) / √(variance + ε) of element {@code i}. */
  private static double normal(Nd x, Nd moments, double epsilon, int i) {
    int channel = i % moments.shape().dim(1);
    return (x.data()[i] - moments.get(0, channel)) / deviation(moments, epsilon, channel);
  }

  /** Returns the normalised element {@code i} · scale + shift. */
  private static double affine(Nd x, Nd moments, double epsilon, Nd scale, Nd shift, int i) {
    int channel = i % moments.shape().dim(1);
    return normal(x, moments, epsilon, i) * scale.get(channel) + shift.get(channel);
  }

  private static double deviation(Nd moments, double epsilon, int channel) {
    return Math.sqrt(moments.get(1, channel) + epsilon);
  }

  private static void inputGradient(Normalization.BatchNormInputGradient op, List<Nd> in, Nd out) {
    Nd x = in.get(0);
    Nd moments = in.get(1);
    Nd sums = in.get(3);
    double[] dy = in.get(4).data();
    int channels = moments.shape().dim(1);
    double count = (double) dy.length / channels;
    for (int i = 0; i < dy.length; i++) {
      int c = i % channels;
      double gain = in.get(2).get(c) / deviation(moments, op.epsilon(), c);
      double mean = sums.get(0, c) / count;
      double slope = normal(x, moments, op.epsilon(), i) * sums.get(1, c) / count;
      boolean through =
          !op.rectified() || affine(x, moments, op.epsilon(), in.get(2), in.get(5), i) > 0;
      out.data()[i] = gain * ((through ? dy[i] : 0) - mean - slope);
    }
  }
}
