package dev.fovea.serve.protocol;

import dev.fovea.tensor.Tensor;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The highest values of an output as the classification extension of Triton names them: {@code
 * VALUE:INDEX:LABEL}, without a label where there is none; the first of equal ones first.
 *
 * @param count how many are named; all if there are fewer
 * @param labels the labels; used if there is one for each value
 */
record TopClasses(int count, List<String> labels) {
  /** Returns the names of each sample, one sample after the other. */
  List<String> names(Tensor output) {
    int samples = output.shape().dim(0);
    int values = output.data().length / samples;
    List<String> names = new ArrayList<>();
    for (int i = 0; i < samples; i++) {
      int first = i * values;
      IntStream.range(0, values)
          .boxed()
          .sorted(Comparator.comparingDouble(v -> -rank(output.data()[first + v])))
          .limit(count)
          .forEach(v -> names.add(name(output.data()[first + v], v, values)));
    }
    return names;
  }

  /** What is no number is no class either. */
  private static float rank(float value) {
    return Float.isNaN(value) ? Float.NEGATIVE_INFINITY : value;
  }

  private String name(float value, int index, int values) {
    String label = labels.size() == values ? ":" + labels.get(index) : "";
    return value + ":" + index + label;
  }
}
