package dev.fovea.train;

import dev.fovea.engine.graph.Graph;
import dev.fovea.nn.Model;
import dev.fovea.nn.Traced;
import dev.fovea.op.Normalization;
import java.util.List;

/** Which layers of a model learn from the mean and the variance of each batch. */
public final class BatchStatistics {
  /** Of fewer samples a batch, its mean and variance are uncertain: 8. */
  public static final int ENOUGH = 8;

  private BatchStatistics() {}

  /**
   * Returns the paths of the batch norms that take mean and variance of each batch when the model
   * is trained; those that are frozen, or behave as in inference, do not.
   */
  public static List<String> layers(Model model) {
    Traced traced = model.trace(2, true);
    return Graph.topological(traced.outputs()).stream()
        .filter(v -> v.op() instanceof Normalization.BatchMoments)
        .map(traced.paths()::of)
        .distinct()
        .toList();
  }
}
