package dev.fovea.serve.metrics;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/** A number that only grows, for each combination of labels. */
public final class Counter implements Metric {
  private final String name;
  private final String help;
  private final List<String> labels;
  private final Map<List<String>, LongAdder> series = new ConcurrentHashMap<>();

  Counter(String name, String help, List<String> labels) {
    this.name = name;
    this.help = help;
    this.labels = labels;
  }

  /** Adds one to the series with these values of the labels. */
  public void add(String... values) {
    add(1, values);
  }

  /** Adds a number to the series with these values of the labels. */
  public void add(long n, String... values) {
    series.computeIfAbsent(List.of(values), v -> new LongAdder()).add(n);
  }

  @Override
  public void append(StringBuilder out) {
    Metric.head(out, name, help, "counter");
    series.forEach((values, sum) ->
        out.append(name)
            .append(new Labels(labels, values).text())
            .append(' ')
            .append(sum.sum())
            .append('\n'));
  }
}
