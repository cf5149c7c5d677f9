package dev.fovea.train;

import dev.fovea.data.Batch;
import dev.fovea.data.Dataset;
import dev.fovea.tensor.Tensor;
import java.util.List;

/**
 * A metric of a whole data set that is not a sum over samples, such as mean average precision:
 * outputs are collected and evaluated once at the end.
 *
 * <p>A measure is immutable. Measures are computed in evaluations only, since the network changes
 * from batch to batch during training.
 */
public interface Measure {
  /** Returns the names of the figures: lower-case letters, digits and underscores. */
  List<String> names();

  /** Returns whether a higher figure of a name is better; true by default. */
  default boolean higherIsBetter(String name) {
    return true;
  }

  /** Returns an empty collector for a data set. */
  Collector collect(Dataset data);

  /** A collector of the outputs for a data set; used by one thread. */
  interface Collector {
    /**
     * Adds a batch; batches come in the order of the samples.
     *
     * @param batch the samples, valid during the call
     * @param outputs the outputs of the network for them [N, …]
     */
    void add(Batch batch, List<Tensor> outputs);

    /**
     * Returns the figures in the order of their names; NaN for one that is undefined for these
     * data.
     */
    List<Double> values();
  }
}
