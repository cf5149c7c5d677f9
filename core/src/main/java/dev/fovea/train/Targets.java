package dev.fovea.train;

import dev.fovea.data.Batch;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** The inputs and targets of a batch, each by itself. */
final class Targets {
  private Targets() {}

  /**
   * Returns target {@code i} of all samples [N, …]: the batch's own tensor if there is no other.
   */
  static Tensor of(Batch batch, List<Shape> shapes, int i) {
    return part(batch.target(), shapes, i);
  }

  /** Returns the inputs of a batch, each by itself. */
  static List<Tensor> inputs(Batch batch, List<Shape> shapes) {
    return IntStream.range(0, shapes.size()).mapToObj(i -> part(batch.input(), shapes, i)).toList();
  }

  private static Tensor part(Tensor packed, List<Shape> shapes, int i) {
    if (shapes.size() == 1) {
      return packed;
    }
    int from = 0;
    int stride = 0;
    for (int k = 0; k < shapes.size(); k++) {
      from += k < i ? shapes.get(k).elements() : 0;
      stride += shapes.get(k).elements();
    }
    int n = shapes.get(i).elements();
    int samples = packed.data().length / stride;
    Tensor part = Tensor.zeros(shapes.get(i).prepend(samples));
    for (int s = 0; s < samples; s++) {
      System.arraycopy(packed.data(), s * stride + from, part.data(), s * n, n);
    }
    return part;
  }

  /**
   * Returns target {@code i} with NaN for labels that a loss of it leaves out; the tensor itself if
   * there are none.
   */
  static Tensor counted(Tensor target, @Nullable Objective objective, int i) {
    if (objective == null) {
      return target;
    }
    float[] values = target.data();
    int first = 0;
    while (first < values.length && !objective.ignores(i, values[first])) {
      first++;
    }
    if (first == values.length) {
      return target;
    }
    float[] counted = values.clone();
    for (int k = first; k < counted.length; k++) {
      counted[k] = objective.ignores(i, values[k]) ? Float.NaN : values[k];
    }
    return Tensor.of(target.shape(), counted);
  }
}
