package dev.fovea.train;

import dev.fovea.tensor.FoveaException;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How well a network does on some samples.
 *
 * @param loss the mean loss per sample
 * @param metrics the metrics by name, in the order in which they were asked for
 */
public record Scores(double loss, Map<String, Double> metrics) {
  /** Copies the map. */
  public Scores {
    metrics = Collections.unmodifiableMap(new LinkedHashMap<>(metrics));
  }

  /**
   * Returns the value of a metric.
   *
   * @throws FoveaException if it was not asked for
   */
  public double metric(String name) {
    Double value = metrics.get(name);
    if (value == null) {
      throw new FoveaException("no metric " + name + "; there are " + metrics.keySet());
    }
    return value;
  }
}
