package dev.fovea.train;

import dev.fovea.data.Batch;
import dev.fovea.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/** The targets of a batch as metrics see them. */
final class Targets {
  private Targets() {}

  /**
   * Returns target {@code i} with NaN for labels that a loss of it leaves out; the tensor itself if
   * there are none.
   */
  static Tensor counted(Batch batch, @Nullable Objective objective, int i) {
    Tensor target = batch.targets().get(i);
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
