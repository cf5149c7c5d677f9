package dev.fovea.train;

import dev.fovea.data.Batch;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import java.util.List;

/** The targets of a batch, each by itself. */
final class Targets {
  private Targets() {}

  /**
   * Returns target {@code i} of all samples [N, …]: the batch's own tensor if there is no other.
   */
  static Tensor of(Batch batch, List<Shape> shapes, int i) {
    if (shapes.size() == 1) {
      return batch.target();
    }
    int from = 0;
    int stride = 0;
    for (int k = 0; k < shapes.size(); k++) {
      from += k < i ? shapes.get(k).elements() : 0;
      stride += shapes.get(k).elements();
    }
    int n = shapes.get(i).elements();
    Tensor target = Tensor.zeros(shapes.get(i).prepend(batch.size()));
    for (int s = 0; s < batch.size(); s++) {
      System.arraycopy(batch.target().data(), s * stride + from, target.data(), s * n, n);
    }
    return target;
  }
}
