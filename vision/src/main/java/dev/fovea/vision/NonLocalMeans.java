package dev.fovea.vision;

import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;

/**
 * Non-local means by offsets: for each offset of the window, the differences of all pixels from
 * those at the offset are summed over patches by sums of rows and columns.
 */
final class NonLocalMeans {
  private static final int REACH = 10;
  private static final int PATCH = 2;
  private static final double STRENGTH = 0.6;

  private final Tensor picture;
  private final int height;
  private final int width;
  private final int channels;
  private final double noise;
  private final double strength;
  private final double[] sums;
  private final double[] weights;

  NonLocalMeans(Tensor picture, double deviation) {
    Shape s = picture.shape();
    this.picture = picture;
    this.height = s.dim(0);
    this.width = s.dim(1);
    this.channels = s.dim(2);
    this.noise = 2 * deviation * deviation;
    this.strength = STRENGTH * deviation * STRENGTH * deviation;
    this.sums = new double[picture.data().length];
    this.weights = new double[height * width];
  }

  Tensor filtered() {
    for (int down = -REACH; down <= REACH; down++) {
      for (int across = -REACH; across <= REACH; across++) {
        add(down, across);
      }
    }
    Tensor out = Tensor.zeros(picture.shape());
    for (int i = 0; i < sums.length; i++) {
      out.data()[i] = (float) (sums[i] / weights[i / channels]);
    }
    return out;
  }

  /** Returns the place of the pixel at an offset from another, or at the border before it. */
  private int place(int pixel, int down, int across) {
    int y = Math.clamp(pixel / width + down, 0, height - 1);
    int x = Math.clamp(pixel % width + across, 0, width - 1);
    return y * width + x;
  }

  private void add(int down, int across) {
    double[] differences = new double[height * width];
    for (int i = 0; i < differences.length; i++) {
      int other = place(i, down, across);
      for (int c = 0; c < channels; c++) {
        double d = picture.data()[i * channels + c] - picture.data()[other * channels + c];
        differences[i] += d * d / channels;
      }
    }
    double[] patches = means(means(differences, 1, 0), 0, 1);
    for (int i = 0; i < patches.length; i++) {
      double weight = Math.exp(-Math.max(patches[i] - noise, 0) / strength);
      int other = place(i, down, across);
      for (int c = 0; c < channels; c++) {
        sums[i * channels + c] += weight * picture.data()[other * channels + c];
      }
      weights[i] += weight;
    }
  }

  /** Returns the means of a few neighbours along one direction. */
  private double[] means(double[] values, int down, int across) {
    double[] out = new double[values.length];
    for (int i = 0; i < out.length; i++) {
      for (int k = -PATCH; k <= PATCH; k++) {
        out[i] += values[place(i, k * down, k * across)] / (2 * PATCH + 1);
      }
    }
    return out;
  }
}
