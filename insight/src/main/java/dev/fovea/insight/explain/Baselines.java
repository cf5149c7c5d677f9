package dev.fovea.insight.explain;

import dev.fovea.tensor.Rng;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Tensor;

/** Inputs that stand for the absence of what an input shows, [H, W, C]. */
public final class Baselines {
  private static final double WIDTHS = 3;

  private Baselines() {}

  /** Returns an input that is a number everywhere. */
  public static Tensor constant(Tensor input, float number) {
    return Tensor.full(input.shape(), number);
  }

  /** Returns an input that is the mean of each channel everywhere. */
  public static Tensor mean(Tensor input) {
    int channels = input.shape().dim(-1);
    double[] sums = new double[channels];
    for (int i = 0; i < input.data().length; i++) {
      sums[i % channels] += input.data()[i];
    }
    Tensor out = Tensor.zeros(input.shape());
    for (int i = 0; i < out.data().length; i++) {
      out.data()[i] = (float) (sums[i % channels] * channels / out.data().length);
    }
    return out;
  }

  /** Returns evenly drawn numbers between the least and the greatest of the input. */
  public static Tensor noise(Tensor input, Seed seed) {
    float low = Float.POSITIVE_INFINITY;
    float high = Float.NEGATIVE_INFINITY;
    for (float v : input.data()) {
      low = Math.min(low, v);
      high = Math.max(high, v);
    }
    Rng rng = seed.rng();
    Tensor out = Tensor.zeros(input.shape());
    for (int i = 0; i < out.data().length; i++) {
      out.data()[i] = rng.nextFloat(low, high);
    }
    return out;
  }

  /**
   * Returns the input blurred by a Gaussian along rows and columns; its edge is repeated.
   *
   * @param sigma the deviation in pixels
   */
  public static Tensor blurred(Tensor input, double sigma) {
    int radius = (int) Math.ceil(WIDTHS * sigma);
    double[] kernel = new double[2 * radius + 1];
    double sum = 0;
    for (int i = -radius; i <= radius; i++) {
      kernel[i + radius] = Math.exp(-i * i / (2 * sigma * sigma));
      sum += kernel[i + radius];
    }
    for (int i = 0; i < kernel.length; i++) {
      kernel[i] /= sum;
    }
    int channels = input.shape().dim(2);
    int columns = input.shape().dim(1) * channels;
    return blurred(blurred(input, kernel, channels, columns), kernel, columns, input.data().length);
  }

  /** Blurs along the axis whose neighbours lie {@code stride} apart within {@code period}. */
  private static Tensor blurred(Tensor x, double[] kernel, int stride, int period) {
    int radius = kernel.length / 2;
    int extent = period / stride;
    Tensor out = Tensor.zeros(x.shape());
    for (int i = 0; i < x.data().length; i++) {
      int at = i % period / stride;
      double sum = 0;
      for (int k = -radius; k <= radius; k++) {
        int from = Math.clamp(at + k, 0, extent - 1);
        sum += kernel[k + radius] * x.data()[i + (from - at) * stride];
      }
      out.data()[i] = (float) sum;
    }
    return out;
  }
}
