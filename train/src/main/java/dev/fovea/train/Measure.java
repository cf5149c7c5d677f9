package dev.fovea.train;

import dev.fovea.data.Batch;
import dev.fovea.data.Dataset;
import dev.fovea.tensor.Tensor;
import java.util.List;

/**
 * Figures of a whole data set that are no sums over its samples, such as mean average precision:
 * what a network answers is collected, and looked at once at the end.
 *
 * <p>A measure never changes. Only evaluations have measures: while a network learns, each batch is
 * answered by another one.
 */
public interface Measure {
  /** Returns the names of the figures: lower-case letters, digits and underscores. */
  List<String> names();

  /** Begins to measure a data set. */
  Collector collect(Dataset data);

  /** What was collected of a data set; used by one thread. */
  interface Collector {
    /**
     * Adds a batch; batches come in the order of the samples.
     *
     * @param batch the samples, valid during the call
     * @param outputs the outputs of the network for them [N, …]
     */
    void add(Batch batch, List<Tensor> outputs);

    /** Returns the figures in the order of their names; NaN for one that these data do not have. */
    List<Double> values();
  }
}
