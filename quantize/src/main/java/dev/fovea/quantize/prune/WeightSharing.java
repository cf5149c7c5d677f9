package dev.fovea.quantize.prune;

import dev.fovea.nn.Model;
import dev.fovea.nn.Parameters;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Tensor;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;

/**
 * Weights that share few values, the second step of Deep Compression (Han et al., 2016, <i>Deep
 * Compression: Compressing Deep Neural Networks with Pruning, Trained Quantization and Huffman
 * Coding</i>).
 *
 * <p>The weights of each convolution and dense layer that are not 0 become the nearest of 2ᵇ
 * values, found by k-means that begins with values evenly spaced from the least to the greatest
 * weight. Zeros stay; biases and norms stay as they are.
 */
public final class WeightSharing {
  /** The most bits that tell which value a weight has. */
  public static final int MOST_BITS = 12;

  private static final int ROUNDS = 50;

  private WeightSharing() {}

  /**
   * Returns a copy of a model whose weights share values.
   *
   * @param model the trained model; it stays as it is
   * @param bits the number of bits that tell which value a weight has, 1 to {@value #MOST_BITS}
   * @throws FoveaException if the bits are others
   */
  public static Model of(Model model, int bits) {
    if (bits < 1 || bits > MOST_BITS) {
      throw new FoveaException(
          "weight sharing: 1 to %s bits expected, got %s".formatted(MOST_BITS, bits));
    }
    Map<String, Tensor> values = new TreeMap<>();
    for (Parameters.Parameter p : model.parameters().all()) {
      Tensor t = model.parameters().tensor(p.name());
      if (isWeight(p)) {
        share(t.data(), 1 << bits);
      }
      values.put(p.name(), t);
    }
    Model made = model.copy();
    made.parameters().load("shared weights", values);
    return made;
  }

  /** Returns whether a parameter is the weights of a convolution or dense layer. */
  static boolean isWeight(Parameters.Parameter p) {
    return p.trainable() && p.shape().rank() >= 2;
  }

  /** Replaces all numbers but zeros by the nearest of at most so many. */
  static void share(float[] weights, int count) {
    float[] sorted = new float[weights.length];
    int n = 0;
    for (float w : weights) {
      if (w != 0) {
        sorted[n++] = w;
      }
    }
    if (n == 0) {
      return;
    }
    sorted = Arrays.copyOf(sorted, n);
    Arrays.sort(sorted);
    double[] centres = centres(sorted, count);
    for (int i = 0; i < weights.length; i++) {
      if (weights[i] != 0) {
        weights[i] = (float) centres[nearest(centres, weights[i])];
      }
    }
  }

  /** Returns the middles of clusters, in order: each is the mean of the numbers nearest to it. */
  private static double[] centres(float[] sorted, int count) {
    double least = sorted[0];
    double step = (sorted[sorted.length - 1] - least) / Math.max(count - 1, 1);
    double[] centres = new double[count];
    for (int c = 0; c < count; c++) {
      centres[c] = least + c * step;
    }
    boolean moved = true;
    for (int round = 0; moved && round < ROUNDS; round++) {
      moved = false;
      int i = 0;
      for (int c = 0; c < count; c++) {
        double end = c + 1 < count ? (centres[c] + centres[c + 1]) / 2 : Double.POSITIVE_INFINITY;
        int first = i;
        double sum = 0;
        while (i < sorted.length && sorted[i] <= end) {
          sum += sorted[i++];
        }
        double mean = i > first ? sum / (i - first) : centres[c];
        moved |= mean != centres[c];
        centres[c] = mean;
      }
    }
    return centres;
  }

  private static int nearest(double[] centres, double x) {
    int found = Arrays.binarySearch(centres, x);
    if (found >= 0) {
      return found;
    }
    int above = -found - 1;
    boolean below =
        above == centres.length || (above > 0 && x - centres[above - 1] <= centres[above] - x);
    return below ? above - 1 : above;
  }
}
