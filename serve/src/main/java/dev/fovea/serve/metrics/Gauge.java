package dev.fovea.serve.metrics;

import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** Numbers of the moment, asked for when they are read. */
final class Gauge implements Metric {
  private final String name;
  private final String help;
  private final List<String> labels;
  private final Supplier<Map<List<String>, Long>> values;

  Gauge(String name, String help, List<String> labels, Supplier<Map<List<String>, Long>> values) {
    this.name = name;
    this.help = help;
    this.labels = labels;
    this.values = values;
  }

  @Override
  public void append(StringBuilder out) {
    Metric.head(out, name, help, "gauge");
    values
        .get()
        .forEach((key, value) ->
            out.append(name)
                .append(new Labels(labels, key).text())
                .append(' ')
                .append(value.longValue())
                .append('\n'));
  }
}
