package dev.fovea.simd;

import dev.fovea.engine.kernel.RegionPixels;
import dev.fovea.tensor.Shape;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * The largest element of a bin and the pixel where it lies, of a vector of channels at a time.
 * Among equal elements the first in row-major order counts, as in the scalar kernel.
 *
 * @param width the columns of the map
 * @param channels its channels
 */
record RegionMaxima(int width, int channels) {
  private static final VectorSpecies<Float> S = Species.FLOATS;

  /** The channels of a vector. */
  static final int LANES = S.length();

  /** Up to here whole numbers are floats, which pixels are counted by. */
  private static final int MOST_PIXELS = 1 << 24;

  /** Returns whether the pixels of a map [N, H, W, C] can be counted. */
  static boolean suits(Shape x) {
    return (long) x.dim(1) * x.dim(2) <= MOST_PIXELS;
  }

  private int at(int row, int column) {
    return (row * width + column) * channels;
  }

  /**
   * Writes the largest elements of a bin that has pixels, of as many channels as a vector has.
   *
   * @param image where in the map the image begins, with the first channel added
   */
  void values(float[] map, int image, long pixels, float[] to, int offset) {
    int left = RegionPixels.left(pixels);
    int right = RegionPixels.right(pixels);
    FloatVector best = FloatVector.fromArray(S, map, image + at(RegionPixels.top(pixels), left));
    for (int row = RegionPixels.top(pixels); row < RegionPixels.bottom(pixels); row++) {
      int end = image + at(row, right);
      for (int at = image + at(row, left); at < end; at += channels) {
        FloatVector v = FloatVector.fromArray(S, map, at);
        best = best.blend(v, v.compare(VectorOperators.GT, best));
      }
    }
    best.intoArray(to, offset);
  }

  /** Writes the numbers of the pixels of those elements, row by row from 0. */
  void pixels(float[] map, int image, long pixels, float[] to, int offset) {
    int left = RegionPixels.left(pixels);
    int first = RegionPixels.top(pixels) * width + left;
    FloatVector best = FloatVector.fromArray(S, map, image + first * channels);
    FloatVector where = FloatVector.broadcast(S, (float) first);
    for (int row = RegionPixels.top(pixels); row < RegionPixels.bottom(pixels); row++) {
      int end = row * width + RegionPixels.right(pixels);
      for (int pixel = row * width + left; pixel < end; pixel++) {
        FloatVector v = FloatVector.fromArray(S, map, image + pixel * channels);
        VectorMask<Float> larger = v.compare(VectorOperators.GT, best);
        best = best.blend(v, larger);
        where = where.blend((float) pixel, larger);
      }
    }
    where.intoArray(to, offset);
  }

  /** Returns the number of the pixel of the largest element of one channel. */
  int pixel(float[] map, int image, long pixels) {
    int best = RegionPixels.top(pixels) * width + RegionPixels.left(pixels);
    for (int row = RegionPixels.top(pixels); row < RegionPixels.bottom(pixels); row++) {
      for (int column = RegionPixels.left(pixels); column < RegionPixels.right(pixels); column++) {
        int pixel = row * width + column;
        best = map[image + pixel * channels] > map[image + best * channels] ? pixel : best;
      }
    }
    return best;
  }
}
