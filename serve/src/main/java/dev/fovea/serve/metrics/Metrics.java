package dev.fovea.serve.metrics;

import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;

/**
 * The metrics of a server. Values of labels are names of models and the like, of which there are
 * few: what clients send never becomes one.
 */
public final class Metrics {
  /** The type of {@link #text}. */
  public static final String TYPE = "text/plain; version=0.0.4; charset=utf-8";

  private final List<Metric> all = new CopyOnWriteArrayList<>();

  /** Creates metrics of which there are none yet. */
  public Metrics() {}

  private <M extends Metric> M add(M metric) {
    all.add(metric);
    return metric;
  }

  /** Returns a new counter. */
  public Counter counter(String name, String help, String... labels) {
    return add(new Counter(name, help, List.of(labels)));
  }

  /** Returns a new histogram with these bounds between its buckets. */
  public Histogram histogram(String name, String help, List<String> labels, double... bounds) {
    return add(new Histogram(name, help, labels, bounds));
  }

  /**
   * Adds numbers of the moment.
   *
   * @param values the number for each combination of the labels' values
   */
  public void gauge(
      String name, String help, List<String> labels, Supplier<Map<List<String>, Long>> values) {
    Gauge _ = add(new Gauge(name, help, labels, values));
  }

  /** Returns all in Prometheus' text form. */
  public String text() {
    StringBuilder out = new StringBuilder();
    all.forEach(m -> m.append(out));
    return out.toString();
  }
}
