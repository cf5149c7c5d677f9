package dev.fovea.systems.search;

import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import java.util.Arrays;

/**
 * Segments of a picture by differences between neighbours (Felzenszwalb, Huttenlocher, 2004).
 *
 * <p>Pixels are the nodes of a graph, each beside its eight neighbours, at the distance of their
 * colours. By rising distance two segments become one if the distance is at most that within each,
 * min(Int(A) + k/|A|, Int(B) + k/|B|), Int being the largest distance that joined a segment; then
 * what is too small joins its nearest neighbour.
 *
 * @param scale k: the larger, the larger are segments; for colours of 0 … 255
 * @param sigma the deviation of the Gaussian filter before, in pixels; 0 for none
 * @param least how many pixels a segment has at least
 */
public record GraphSegmentation(double scale, double sigma, int least) {
  /** The most pixels of a picture that is cut into segments. */
  public static final int MOST_PIXELS = 1 << 22;

  private static final int WAYS = 4;
  private static final int[] DOWN = {0, 1, 1, 1};
  private static final int[] RIGHT = {1, 0, 1, -1};

  /**
   * Checks the numbers.
   *
   * @throws FoveaException if one is negative
   */
  public GraphSegmentation {
    if (!(scale >= 0 && sigma >= 0) || least < 0) {
      throw new FoveaException(
          "segmentation: need a scale, a deviation and a size from 0 on, got %s, %s and %s"
              .formatted(scale, sigma, least));
    }
  }

  /**
   * Returns the segments of a picture [H, W, C].
   *
   * @throws FoveaException if it is none, or has more than {@link #MOST_PIXELS} pixels
   */
  public Segments of(Tensor picture) {
    Shape shape = picture.shape();
    if (shape.rank() != 3 || (long) shape.dim(0) * shape.dim(1) > MOST_PIXELS) {
      throw new FoveaException(
          "segmentation: a picture [H, W, C] of at most %s pixels expected, got %s"
              .formatted(MOST_PIXELS, shape));
    }
    Tensor smooth = Smoothing.gaussian(picture, sigma);
    long[] edges = edges(smooth);
    Forest forest = new Forest(shape.dim(0) * shape.dim(1), scale);
    for (long edge : edges) {
      forest.join((int) edge, other((int) edge, shape.dim(1)), distance(edge), least, false);
    }
    for (long edge : edges) {
      forest.join((int) edge, other((int) edge, shape.dim(1)), distance(edge), least, true);
    }
    return Segments.ofRoots(shape.dim(0), shape.dim(1), forest.roots());
  }

  /** Returns the edges by rising distance: its bits, then pixel · 4 + way. */
  private static long[] edges(Tensor picture) {
    int height = picture.shape().dim(0);
    int width = picture.shape().dim(1);
    int channels = picture.shape().dim(2);
    long[] edges = new long[WAYS * height * width];
    int count = 0;
    for (int i = 0; i < height * width; i++) {
      for (int way = 0; way < WAYS; way++) {
        int column = i % width + RIGHT[way];
        int row = Math.floorDiv(i, width) + DOWN[way];
        if (row < height && column >= 0 && column < width) {
          float d =
              distance(picture.data(), i * channels, (row * width + column) * channels, channels);
          // Distances are not negative, so that their bits are in the order of their values.
          edges[count++] = (long) Float.floatToIntBits(d) << 32 | (WAYS * i + way);
        }
      }
    }
    Arrays.sort(edges, 0, count);
    return Arrays.copyOf(edges, count);
  }

  private static float distance(float[] data, int a, int b, int channels) {
    float sum = 0;
    for (int c = 0; c < channels; c++) {
      float d = data[a + c] - data[b + c];
      sum += d * d;
    }
    return (float) Math.sqrt(sum);
  }

  private static float distance(long edge) {
    return Float.intBitsToFloat((int) (edge >>> 32));
  }

  private static int other(int edge, int width) {
    return edge / WAYS + DOWN[edge % WAYS] * width + RIGHT[edge % WAYS];
  }

  /** Segments as trees of pixels. */
  private static final class Forest {
    private final double scale;
    private final int[] parent;
    private final int[] size;
    private final float[] within;

    Forest(int pixels, double scale) {
      this.scale = scale;
      this.parent = new int[pixels];
      this.size = new int[pixels];
      this.within = new float[pixels];
      Arrays.setAll(parent, i -> i);
      Arrays.fill(size, 1);
    }

    private int root(int pixel) {
      int i = pixel;
      while (parent[i] != i) {
        parent[i] = parent[parent[i]];
        i = parent[i];
      }
      return i;
    }

    /** Joins the segments at both ends of an edge if they are alike, or one is small. */
    void join(int edge, int other, float distance, int least, boolean small) {
      int a = root(edge / WAYS);
      int b = root(other);
      if (a == b) {
        return;
      }
      boolean joined =
          small
              ? size[a] < least || size[b] < least
              : distance <= within[a] + scale / size[a] && distance <= within[b] + scale / size[b];
      if (joined) {
        int root = size[a] >= size[b] ? a : b;
        parent[a + b - root] = root;
        size[root] = size[a] + size[b];
        within[root] = Math.max(distance, Math.max(within[a], within[b]));
      }
    }

    int[] roots() {
      int[] roots = new int[parent.length];
      Arrays.setAll(roots, this::root);
      return roots;
    }
  }
}
