package dev.fovea.train;

import dev.fovea.engine.graph.Graph;
import dev.fovea.nn.Model;
import dev.fovea.nn.Traced;
import dev.fovea.op.Normalization;
import java.util.List;

/** Finds batch norms that take mean and variance of few samples while a model is trained. */
public final class BatchStatistics {
  /** Of fewer samples a batch, its mean and variance are uncertain: 8. */
  public static final int ENOUGH = 8;

  private BatchStatistics() {}

  /**
   * Returns the paths of the batch norms that take mean and variance of fewer than {@link #ENOUGH}
   * samples when the model is trained. Those that are frozen, or behave as in inference, take none.
   * Where a batch norm sees regions or windows of pictures, each of them is a sample.
   *
   * @param batch the number of pictures of a batch
   */
  public static List<String> layersWithFewSamples(Model model, int batch) {
    if (batch >= ENOUGH) {
      return List.of();
    }
    Traced traced = model.trace(batch, true);
    return Graph.topological(traced.outputs()).stream()
        .filter(v -> v.op() instanceof Normalization.BatchMoments)
        .filter(v -> v.input(0).shape().dim(0) < ENOUGH)
        .map(traced.paths()::of)
        .distinct()
        .toList();
  }
}
