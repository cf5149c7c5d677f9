package dev.fovea.train;

import dev.fovea.tensor.FoveaException;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The loss and the metrics of a network on some samples.
 *
 * @param loss the mean loss per sample
 * @param metrics the metrics by name, in the order of the trainer
 */
public record Scores(double loss, Map<String, Double> metrics) {
  /** Copies the map. */
  public Scores {
    metrics = Collections.unmodifiableMap(new LinkedHashMap<>(metrics));
  }

  /**
   * Returns the value of a metric.
   *
   * @throws FoveaException if it was not measured
   */
  public double metric(String name) {
    Double value = metrics.get(name);
    if (value == null) {
      throw new FoveaException("no metric " + name + "; there are " + metrics.keySet());
    }
    return value;
  }
}
