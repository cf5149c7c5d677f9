package dev.fovea.quantize.prune;

import dev.fovea.nn.Model;
import dev.fovea.nn.Parameters;
import java.util.HashMap;
import java.util.Map;
import java.util.PriorityQueue;

/**
 * The bytes that the parameters of a model take in Huffman's code, the last step of Deep
 * Compression (Han et al., 2016).
 *
 * <p>Of the weights of each convolution and dense layer those that are not 0 are stored, each as
 * the number of its value and the number of zeros before it, at most 255 (behind more a 0 is
 * stored). Both are coded by how often they occur; a layer's table of values and code lengths is
 * counted. Layers whose weights have more than 65,536 values, and all other parameters, take 32
 * bits a number.
 *
 * @param weights the bytes of the weights with their tables
 * @param others the bytes of biases, norms and all else
 */
public record CodedSize(long weights, long others) {
  private static final int MOST_ZEROS = 255;
  private static final int MOST_VALUES = 1 << 16;
  private static final int LENGTH_BITS = 8;

  /** Returns the size of a model's parameters. */
  public static CodedSize of(Model model) {
    long weights = 0;
    long others = 0;
    for (Parameters.Parameter p : model.parameters().all()) {
      float[] data = model.parameters().tensor(p.name()).data();
      if (WeightSharing.isWeight(p)) {
        weights += Math.ceilDiv(bits(data), (long) Byte.SIZE);
      } else {
        others += (long) Float.BYTES * data.length;
      }
    }
    return new CodedSize(weights, others);
  }

  /** Returns the bytes of all parameters. */
  public long total() {
    return weights + others;
  }

  /** Returns the bits of one layer's weights. */
  static long bits(float[] data) {
    Map<Integer, Long> values = new HashMap<>();
    Map<Integer, Long> gaps = new HashMap<>();
    int zeros = 0;
    for (float x : data) {
      if (x == 0 && zeros < MOST_ZEROS) {
        zeros++;
      } else {
        values.merge(Float.floatToIntBits(x == 0 ? 0 : x), 1L, Long::sum);
        gaps.merge(zeros, 1L, Long::sum);
        zeros = 0;
      }
    }
    long plain = (long) Float.SIZE * data.length;
    long stored = gaps.values().stream().mapToLong(n -> n).sum();
    long table = (long) values.size() * (Float.SIZE + LENGTH_BITS);
    long coded = values.size() > MOST_VALUES ? Float.SIZE * stored : table + huffman(values);
    long places = (long) gaps.size() * 2 * LENGTH_BITS + huffman(gaps);
    return Math.min(plain, coded + places);
  }

  /** Returns the bits that all symbols take together, by how often each occurs. */
  private static long huffman(Map<Integer, Long> counts) {
    PriorityQueue<Long> queue = new PriorityQueue<>(counts.values());
    long bits = 0;
    while (queue.size() > 1) {
      long both = queue.remove() + queue.remove();
      bits += both;
      queue.add(both);
    }
    return bits;
  }
}
