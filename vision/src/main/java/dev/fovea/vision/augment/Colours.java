package dev.fovea.vision.augment;

import dev.fovea.tensor.Tensor;

/** Fixed changes of the values of pictures [H, W, C] of 0 … 255; all return a new picture. */
final class Colours {
  private static final float WHITE = 255;
  private static final int LEVELS = 256;
  private static final float[] GREY = {0.299f, 0.587f, 0.114f};

  private Colours() {}

  /** A function of one value. */
  @FunctionalInterface
  interface OfValue {
    double of(float value);
  }

  static Tensor map(Tensor in, OfValue change) {
    Tensor out = Tensor.zeros(in.shape());
    for (int i = 0; i < out.data().length; i++) {
      out.data()[i] = limited(change.of(in.data()[i]));
    }
    return out;
  }

  static float limited(double value) {
    return (float) Math.clamp(value, 0, WHITE);
  }

  /**
   * Returns {@code other + factor·(in − other)}: 1 leaves the picture as it is, 0 gives the other.
   */
  static Tensor blend(Tensor in, Tensor other, double factor) {
    Tensor out = Tensor.zeros(in.shape());
    for (int i = 0; i < out.data().length; i++) {
      double from = other.data()[i];
      out.data()[i] = limited(from + factor * (in.data()[i] - from));
    }
    return out;
  }

  static float grey(Tensor in, int pixel) {
    int channels = in.shape().dim(2);
    if (channels == 1) {
      return in.data()[pixel];
    }
    float sum = 0;
    for (int c = 0; c < channels; c++) {
      sum += GREY[c] * in.data()[pixel * channels + c];
    }
    return sum;
  }

  /** Returns the grey picture with as many channels. */
  static Tensor grey(Tensor in) {
    Tensor out = Tensor.zeros(in.shape());
    int channels = in.shape().dim(2);
    for (int p = 0; p < out.data().length / channels; p++) {
      float value = grey(in, p);
      for (int c = 0; c < channels; c++) {
        out.data()[p * channels + c] = value;
      }
    }
    return out;
  }

  static Tensor brightness(Tensor in, double factor) {
    return map(in, v -> factor * v);
  }

  /** Returns the picture drawn towards the mean of its grey values, or away from it. */
  static Tensor contrast(Tensor in, double factor) {
    int pixels = in.data().length / in.shape().dim(2);
    double sum = 0;
    for (int p = 0; p < pixels; p++) {
      sum += grey(in, p);
    }
    double mean = sum / pixels;
    return map(in, v -> mean + factor * (v - mean));
  }

  static Tensor saturation(Tensor in, double factor) {
    return blend(in, grey(in), factor);
  }

  /** Returns the picture with colours turned by a part of the circle, in YIQ coordinates. */
  static Tensor hue(Tensor in, double turn) {
    if (in.shape().dim(2) != 3) {
      return in;
    }
    double cos = StrictMath.cos(2 * Math.PI * turn);
    double sin = StrictMath.sin(2 * Math.PI * turn);
    Tensor out = Tensor.zeros(in.shape());
    for (int at = 0; at < out.data().length; at += 3) {
      double r = in.data()[at];
      double g = in.data()[at + 1];
      double b = in.data()[at + 2];
      double y = 0.299 * r + 0.587 * g + 0.114 * b;
      double i = 0.595716 * r - 0.274453 * g - 0.321263 * b;
      double q = 0.211456 * r - 0.522591 * g + 0.311135 * b;
      double turnedI = cos * i - sin * q;
      double turnedQ = sin * i + cos * q;
      out.data()[at] = limited(y + 0.9563 * turnedI + 0.6210 * turnedQ);
      out.data()[at + 1] = limited(y - 0.2721 * turnedI - 0.6474 * turnedQ);
      out.data()[at + 2] = limited(y - 1.1070 * turnedI + 1.7046 * turnedQ);
    }
    return out;
  }

  /** Returns the picture under a Gaussian of this standard deviation in pixels; edges repeat. */
  static Tensor blur(Tensor in, double sigma) {
    int reach = (int) Math.ceil(3 * sigma);
    if (reach == 0) {
      return in;
    }
    double[] weights = new double[2 * reach + 1];
    double sum = 0;
    for (int i = 0; i < weights.length; i++) {
      double d = (i - reach) / sigma;
      weights[i] = StrictMath.exp(-0.5 * d * d);
      sum += weights[i];
    }
    for (int i = 0; i < weights.length; i++) {
      weights[i] /= sum;
    }
    int row = in.shape().dim(1) * in.shape().dim(2);
    Tensor wide = lines(in, weights, in.shape().dim(2), in.shape().dim(1), row);
    return lines(wide, weights, row, in.shape().dim(0), in.data().length);
  }

  /** Weighs the neighbours of each value along one axis. */
  private static Tensor lines(Tensor in, double[] weights, int step, int length, int block) {
    Tensor out = Tensor.zeros(in.shape());
    int reach = weights.length / 2;
    for (int i = 0; i < out.data().length; i++) {
      int place = i % block / step;
      int first = i - place * step;
      double sum = 0;
      for (int k = 0; k < weights.length; k++) {
        int at = Math.clamp((long) place + k - reach, 0, length - 1);
        sum += weights[k] * in.data()[first + at * step];
      }
      out.data()[i] = (float) sum;
    }
    return out;
  }

  /** Returns the picture drawn towards its blurred self, or away from it. */
  static Tensor sharpness(Tensor in, double factor) {
    return blend(in, blur(in, 1), factor);
  }

  /** Returns values of which the highest bits are kept. */
  static Tensor posterize(Tensor in, int bits) {
    int mask = -1 << (8 - bits);
    return map(in, v -> Math.round(v) & mask);
  }

  /** Returns values from a threshold on turned into their opposites. */
  static Tensor solarize(Tensor in, double threshold) {
    return map(in, v -> v >= threshold ? WHITE - v : v);
  }

  /** Returns each channel stretched from 0 to 255. */
  static Tensor autoContrast(Tensor in) {
    int channels = in.shape().dim(2);
    Tensor out = Tensor.of(in.shape(), in.data().clone());
    for (int c = 0; c < channels; c++) {
      float low = WHITE;
      float high = 0;
      for (int i = c; i < in.data().length; i += channels) {
        low = Math.min(low, in.data()[i]);
        high = Math.max(high, in.data()[i]);
      }
      for (int i = c; high > low && i < in.data().length; i += channels) {
        out.data()[i] = limited((in.data()[i] - low) * WHITE / (high - low));
      }
    }
    return out;
  }

  /** Returns each channel with its values spread so that all are about equally frequent. */
  static Tensor equalize(Tensor in) {
    int channels = in.shape().dim(2);
    Tensor out = Tensor.zeros(in.shape());
    for (int c = 0; c < channels; c++) {
      long[] upTo = new long[LEVELS];
      for (int i = c; i < in.data().length; i += channels) {
        upTo[level(in.data()[i])]++;
      }
      for (int v = 1; v < LEVELS; v++) {
        upTo[v] += upTo[v - 1];
      }
      long least = 0;
      for (int v = 0; v < LEVELS && least == 0; v++) {
        least = upTo[v];
      }
      long rest = upTo[LEVELS - 1] - least;
      for (int i = c; i < in.data().length; i += channels) {
        long above = upTo[level(in.data()[i])] - least;
        out.data()[i] = rest == 0 ? in.data()[i] : limited((double) above * WHITE / rest);
      }
    }
    return out;
  }

  private static int level(float value) {
    return Math.clamp(Math.round(value), 0, LEVELS - 1);
  }
}
