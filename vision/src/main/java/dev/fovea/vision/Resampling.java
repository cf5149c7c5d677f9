package dev.fovea.vision;

import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import java.util.Arrays;

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

  /** Returns the picture in another size; of its own values, one row at a time is held. */
  static Tensor resize(PictureRows picture, int height, int width) {
    Shape in = picture.shape();
    boolean sameWidth = width == in.dim(1);
    Weights across = Weights.of(in.dim(1), width);
    Weights down = Weights.of(in.dim(0), height);
    Tensor out = Tensor.zeros(Shape.of(height, width, in.dim(2)));
    float[] row = new float[in.dim(1) * in.dim(2)];
    float[] wide = sameWidth ? row : new float[width * in.dim(2)];
    int first = 0;
    for (int y = 0; y < in.dim(0); y++) {
      picture.read(y, row);
      if (!sameWidth) {
        Arrays.fill(wide, 0);
        across(row, in.dim(2), across, wide);
      }
      if (height == in.dim(0)) {
        System.arraycopy(wide, 0, out.data(), y * wide.length, wide.length);
      } else {
        first = down(wide, y, first, down, out.data());
      }
    }
    return out;
  }

  private static void across(float[] in, int channels, Weights plan, float[] out) {
    for (int o = 0; o < plan.first.length; o++) {
      float[] w = plan.weights[o];
      int from = plan.first[o] * channels;
      for (int i = 0; i < w.length; i++) {
        for (int c = 0; c < channels; c++) {
          out[o * channels + c] += w[i] * in[from + i * channels + c];
        }
      }
    }
  }

  /**
   * Adds row {@code y} to all output rows that it is part of.
   *
   * @param from an output row before which none needs this row
   * @return such an output row for the next row
   */
  private static int down(float[] row, int y, int from, Weights plan, float[] out) {
    int first = from;
    while (first < plan.first.length && plan.first[first] + plan.weights[first].length <= y) {
      first++;
    }
    for (int o = first; o < plan.first.length && plan.first[o] <= y; o++) {
      float w = plan.weights[o][y - plan.first[o]];
      int to = o * row.length;
      for (int i = 0; i < row.length; i++) {
        out[to + i] += w * row[i];
      }
    }
    return first;
  }
}
