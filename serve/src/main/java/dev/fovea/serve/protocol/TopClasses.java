package dev.fovea.serve.protocol;

import dev.fovea.tensor.Tensor;
import java.util.AbstractList;
import java.util.Arrays;
import java.util.List;

/**
 * The highest values of an output as the classification extension of Triton names them: {@code
 * VALUE:INDEX:LABEL}, without a label where there is none; the first of equal ones first.
 *
 * @param count how many are named; all if there are fewer
 * @param labels the labels; used if there is one for each value
 */
record TopClasses(int count, List<String> labels) {
  /**
   * Returns the names of each sample, one sample after the other. They are made when they are asked
   * for: there may be as many as pixels of a picture.
   */
  List<String> names(Tensor output) {
    float[] data = output.data();
    int samples = output.shape().dim(0);
    int values = data.length / samples;
    int most = Math.min(count, values);
    int[] highest = new int[samples * most];
    long[] keys = new long[values];
    for (int i = 0; i < samples; i++) {
      for (int v = 0; v < values; v++) {
        keys[v] = (long) ~order(data[i * values + v]) << Integer.SIZE | v;
      }
      Arrays.sort(keys);
      for (int j = 0; j < most; j++) {
        highest[i * most + j] = (int) keys[j];
      }
    }
    return new AbstractList<>() {
      @Override
      public String get(int i) {
        return name(data[i / most * values + highest[i]], highest[i], values);
      }

      @Override
      public int size() {
        return highest.length;
      }
    };
  }

  /** Returns a whole number that is the higher the higher the value is; NaN is no class. */
  private static int order(float value) {
    float rank = Float.isNaN(value) ? Float.NEGATIVE_INFINITY : value + 0f; // one zero, not two
    int bits = Float.floatToIntBits(rank);
    return bits ^ (bits >> (Integer.SIZE - 1) & Integer.MAX_VALUE);
  }

  private String name(float value, int index, int values) {
    String label = labels.size() == values ? ":" + labels.get(index) : "";
    return value + ":" + index + label;
  }
}
