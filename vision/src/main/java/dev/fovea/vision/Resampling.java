package dev.fovea.vision;

import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import java.util.Arrays;

/**
 * Resizing that averages when it shrinks, axis by axis, as {@code antialias=True} does elsewhere.
 *
 * <p>Pixel i covers [i, i+1). With s = input size / output size, output pixel o is the mean of the
 * input weighted by the filter at (i + ½ − (o + ½) s) / max(1, s).
 */
final class Resampling {
  private Resampling() {}

  /** How a pixel's weight falls with its distance x. */
  enum Filter {
    /** The triangle max(0, 1 − |x|), which interpolates linearly. */
    LINEAR(1) {
      @Override
      double at(double x) {
        return Math.max(0, 1 - Math.abs(x));
      }
    },
    /** The cubic with the slope −½ at 1 (Keys, 1981), as PIL has it. */
    CUBIC(2) {
      @Override
      double at(double x) {
        double d = Math.abs(x);
        return d < 1 ? (1.5 * d - 2.5) * d * d + 1 : d < 2 ? ((2.5 - 0.5 * d) * d - 4) * d + 2 : 0;
      }
    };

    private final int reach;

    Filter(int reach) {
      this.reach = reach;
    }

    abstract double at(double x);
  }

  /** For each output pixel the first input pixel and the weights of it and those after it. */
  @SuppressWarnings("ArrayRecordComponent") // a plain carrier, never compared
  private record Weights(int[] first, float[][] weights) {
    static Weights of(Filter filter, int in, int out) {
      double scale = (double) in / out;
      double spread = Math.max(1, scale);
      double reach = filter.reach * spread;
      int[] first = new int[out];
      float[][] weights = new float[out][];
      for (int o = 0; o < out; o++) {
        double centre = (o + 0.5) * scale;
        int from = Math.max(0, (int) Math.floor(centre - reach + 0.5));
        int to = Math.min(in, (int) Math.floor(centre + reach + 0.5));
        double[] w = new double[to - from];
        double sum = 0;
        for (int i = from; i < to; i++) {
          w[i - from] = filter.at((i + 0.5 - centre) / spread);
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
    return resize(picture, height, width, Filter.LINEAR);
  }

  static Tensor resize(PictureRows picture, int height, int width, Filter filter) {
    Shape in = picture.shape();
    boolean sameWidth = width == in.dim(1);
    Weights across = Weights.of(filter, in.dim(1), width);
    Weights down = Weights.of(filter, in.dim(0), height);
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
