package dev.fovea.insight.explain;

import dev.fovea.insight.probe.Probe;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;

/**
 * How the score falls where a square of the input is covered (Zeiler and Fergus, 2014): S(x) − S(x
 * covered), place by place.
 *
 * @param falls [rows, columns] of the places of the square
 * @param size the side of the square in pixels
 * @param stride pixels from one place to the next
 * @param score S(x)
 */
public record Occlusion(Tensor falls, int size, int stride, double score) {

  /**
   * Covers an input place by place.
   *
   * @param scores reads the score
   * @param input x [H, W, C]
   * @param cover what the square shows, of the input's shape: grey, say
   * @param size the side of the square
   * @param stride pixels from one place to the next
   * @throws FoveaException if the square does not fit or a number is below 1
   */
  public static Occlusion of(Probe scores, Tensor input, Tensor cover, int size, int stride) {
    Shape s = input.shape();
    if (s.rank() != 3 || size < 1 || stride < 1 || size > Math.min(s.dim(0), s.dim(1))) {
      throw new FoveaException(
          "occlusion: a square of 1 or more pixels within %s and a stride of 1 or more expected, got %s and %s"
              .formatted(s, size, stride));
    }
    int rows = (s.dim(0) - size) / stride + 1;
    int columns = (s.dim(1) - size) / stride + 1;
    double score = scores.read(input).score();
    Tensor falls = Tensor.zeros(Shape.of(rows, columns));
    scores.read(
        rows * columns,
        (place, into, offset) -> {
          System.arraycopy(input.data(), 0, into, offset, input.data().length);
          cover(into, offset, cover, place / columns * stride, place % columns * stride, size);
        },
        (reading, place) -> falls.data()[place] = (float) (score - reading.score()));
    return new Occlusion(falls, size, stride, score);
  }

  private static void cover(float[] into, int offset, Tensor cover, int top, int left, int size) {
    Shape s = cover.shape();
    for (int row = top; row < top + size; row++) {
      int from = (row * s.dim(1) + left) * s.dim(2);
      System.arraycopy(cover.data(), from, into, offset + from, size * s.dim(2));
    }
  }

  /**
   * Returns the score S(x covered) with one square covered.
   *
   * @param scores reads the score
   * @param input x [H, W, C]
   * @param cover what the square shows, of the input's shape
   * @param top the first row of the square
   * @param left its first column
   * @param size its side
   * @throws FoveaException if the square does not lie within the input
   */
  public static double scoreCovered(
      Probe scores, Tensor input, Tensor cover, int top, int left, int size) {
    Shape s = input.shape();
    boolean inside =
        top >= 0 && left >= 0 && size > 0 && top <= s.dim(0) - size && left <= s.dim(1) - size;
    if (!inside) {
      throw new FoveaException(
          "occlusion: a square within %s expected, got %s pixels from row %s, column %s"
              .formatted(s, size, top, left));
    }
    Tensor covered = input.copy();
    cover(covered.data(), 0, cover, top, left, size);
    return scores.read(covered).score();
  }

  /**
   * Returns the mean fall over all squares that cover a pixel, [H, W]; 0 for pixels that none
   * covers.
   */
  public Tensor perPixel(int height, int width) {
    double[] sums = new double[height * width];
    int[] counts = new int[sums.length];
    int columns = falls.shape().dim(1);
    for (int place = 0; place < falls.data().length; place++) {
      for (int i = 0; i < size * size; i++) {
        int y = place / columns * stride + i / size;
        int x = place % columns * stride + i % size;
        sums[y * width + x] += falls.data()[place];
        counts[y * width + x]++;
      }
    }
    Tensor map = Tensor.zeros(Shape.of(height, width));
    for (int i = 0; i < sums.length; i++) {
      map.data()[i] = counts[i] == 0 ? 0 : (float) (sums[i] / counts[i]);
    }
    return map;
  }
}
