package dev.fovea.vision;

import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;

/**
 * Bilinear resizing that averages when it shrinks.
 *
 * <p>Pixel i covers [i, i+1). With s = input size / output size, output pixel o is the mean of the
 * input weighted by the triangle max(0, 1 − |i + ½ − (o + ½) s| / max(1, s)), axis by axis, as
 * {@code antialias=True} does elsewhere.
 */
final class Resampling {
  private Resampling() {}

  /** For each output pixel the first input pixel and the weights of it and those after it. */
  @SuppressWarnings("ArrayRecordComponent") // a plain carrier, never compared
  private record Weights(int[] first, float[][] weights) {
    static Weights of(int in, int out) {
      double scale = (double) in / out;
      double reach = Math.max(1, scale);
      int[] first = new int[out];
      float[][] weights = new float[out][];
      for (int o = 0; o < out; o++) {
        double centre = (o + 0.5) * scale;
        int from = Math.max(0, (int) Math.floor(centre - reach + 0.5));
        int to = Math.min(in, (int) Math.floor(centre + reach + 0.5));
        double[] w = new double[to - from];
        double sum = 0;
        for (int i = from; i < to; i++) {
          w[i - from] = Math.max(0, 1 - Math.abs(i + 0.5 - centre) / reach);
          sum += w[i - from];
        }
        first[o] = from;
        weights[o] = new float[w.length];
        for (int i = 0; i < w.length; i++) {
          weights[o][i] = (float) (w[i] / sum);
        }
      }
      return new Weights(first, weights);
    }
  }

  static Tensor resize(Tensor image, int height, int width) {
    int inHeight = image.shape().dim(0);
    int inWidth = image.shape().dim(1);
    int channels = image.shape().dim(2);
    Tensor wide = image;
    if (width != inWidth) {
      wide = Tensor.zeros(Shape.of(inHeight, width, channels));
      rows(image.data(), inHeight, inWidth, channels, Weights.of(inWidth, width), wide.data());
    }
    if (height == inHeight) {
      return wide == image ? image.copy() : wide;
    }
    // Whole rows are weighted: an image of one column that has width · channels values a pixel.
    Tensor out = Tensor.zeros(Shape.of(height, width, channels));
    rows(wide.data(), 1, inHeight, width * channels, Weights.of(inHeight, height), out.data());
    return out;
  }

  /** Resizes each of {@code count} rows of {@code length} pixels with {@code channels} values. */
  private static void rows(
      float[] in, int count, int length, int channels, Weights plan, float[] out) {
    int outLength = plan.first.length;
    for (int r = 0; r < count; r++) {
      for (int o = 0; o < outLength; o++) {
        float[] w = plan.weights[o];
        int to = (r * outLength + o) * channels;
        int from = (r * length + plan.first[o]) * channels;
        for (int i = 0; i < w.length; i++) {
          for (int c = 0; c < channels; c++) {
            out[to + c] += w[i] * in[from + i * channels + c];
          }
        }
      }
    }
  }
}
