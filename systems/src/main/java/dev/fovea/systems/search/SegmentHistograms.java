package dev.fovea.systems.search;

import dev.fovea.tensor.Tensor;

/**
 * What segments look like: of each the shares of its pixels by colour, 25 bins per channel, and by
 * texture, the positive parts of Gaussian derivatives (σ 1) in 8 directions, 10 bins each. The
 * numbers of colour sum to 1, as do those of texture.
 */
final class SegmentHistograms {
  static final int COLOUR = 25;
  static final int DIRECTIONS = 8;
  static final int TEXTURE = 10;

  private static final double SIGMA = 1;
  private static final float WHITE = 256;

  private final int channels;
  private final int[] sizes;
  private final float[][] colours;
  private final float[][] textures;

  private SegmentHistograms(Segments segments, int channels) {
    this.channels = channels;
    this.sizes = new int[segments.count()];
    this.colours = new float[segments.count()][COLOUR * channels];
    this.textures = new float[segments.count()][DIRECTIONS * TEXTURE * channels];
  }

  /** Returns the histograms of the segments of a picture [H, W, C] of 0 … 255. */
  static SegmentHistograms of(Tensor picture, Segments segments) {
    SegmentHistograms all = new SegmentHistograms(segments, picture.shape().dim(2));
    Gradients gradients = Gradients.of(picture);
    for (int i = 0; i < segments.numbers().length; i++) {
      int s = segments.numbers()[i];
      all.sizes[s]++;
      for (int c = 0; c < all.channels; c++) {
        float value = picture.data()[i * all.channels + c];
        int bin = Math.clamp((int) (value * COLOUR / WHITE), 0, COLOUR - 1);
        all.colours[s][c * COLOUR + bin]++;
        gradients.add(i, c, all.textures[s]);
      }
    }
    for (int s = 0; s < segments.count(); s++) {
      normalise(all.colours[s], all.sizes[s] * all.channels);
      normalise(all.textures[s], all.sizes[s] * all.channels * DIRECTIONS);
    }
    return all;
  }

  private static void normalise(float[] histogram, float sum) {
    for (int i = 0; i < histogram.length; i++) {
      histogram[i] /= sum;
    }
  }

  int size(int segment) {
    return sizes[segment];
  }

  float[] colour(int segment) {
    return colours[segment];
  }

  float[] texture(int segment) {
    return textures[segment];
  }

  /**
   * Derivatives of a smoothed picture.
   *
   * @param smooth the picture
   * @param steepest of each channel the largest derivative
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Gradients(Tensor smooth, float[] steepest) {
    private static final float[] COS = new float[DIRECTIONS];
    private static final float[] SIN = new float[DIRECTIONS];

    static {
      for (int d = 0; d < DIRECTIONS; d++) {
        COS[d] = (float) StrictMath.cos(2 * Math.PI * d / DIRECTIONS);
        SIN[d] = (float) StrictMath.sin(2 * Math.PI * d / DIRECTIONS);
      }
    }

    static Gradients of(Tensor picture) {
      int channels = picture.shape().dim(2);
      Gradients all = new Gradients(Smoothing.gaussian(picture, SIGMA), new float[channels]);
      int pixels = picture.data().length / channels;
      for (int i = 0; i < pixels; i++) {
        for (int c = 0; c < channels; c++) {
          float most = Math.max(Math.abs(all.x(i, c)), Math.abs(all.y(i, c)));
          all.steepest[c] = Math.max(all.steepest[c], most);
        }
      }
      return all;
    }

    private float at(int row, int column, int c) {
      int height = smooth.shape().dim(0);
      int width = smooth.shape().dim(1);
      int pixel = Math.clamp(row, 0, height - 1) * width + Math.clamp(column, 0, width - 1);
      return smooth.data()[pixel * smooth.shape().dim(2) + c];
    }

    private float x(int pixel, int c) {
      int width = smooth.shape().dim(1);
      int row = Math.floorDiv(pixel, width);
      return at(row, pixel % width + 1, c) - at(row, pixel % width - 1, c);
    }

    private float y(int pixel, int c) {
      int width = smooth.shape().dim(1);
      int row = Math.floorDiv(pixel, width);
      return at(row + 1, pixel % width, c) - at(row - 1, pixel % width, c);
    }

    /** Counts the derivatives of a pixel. */
    void add(int pixel, int c, float[] histogram) {
      float x = x(pixel, c);
      float y = y(pixel, c);
      float scale = steepest[c] > 0 ? TEXTURE / steepest[c] : 0;
      for (int d = 0; d < DIRECTIONS; d++) {
        float along = Math.max(0, x * COS[d] + y * SIN[d]);
        int bin = Math.min(TEXTURE - 1, (int) (along * scale));
        histogram[(c * DIRECTIONS + d) * TEXTURE + bin]++;
      }
    }
  }
}
