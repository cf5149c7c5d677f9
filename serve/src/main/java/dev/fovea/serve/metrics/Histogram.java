package dev.fovea.serve.metrics;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.DoubleAdder;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Stream;

/** How often numbers up to certain bounds occur, for each combination of labels. */
public final class Histogram implements Metric {
  private final String name;
  private final String help;
  private final List<String> labels;
  private final double[] bounds;
  private final Map<List<String>, Series> all = new ConcurrentHashMap<>();

  /**
   * Creates a histogram.
   *
   * @param bounds the largest number of each bucket but the last, ascending
   */
  Histogram(String name, String help, List<String> labels, double... bounds) {
    this.name = name;
    this.help = help;
    this.labels = labels;
    this.bounds = bounds;
  }

  private record Series(List<LongAdder> buckets, DoubleAdder sum) {
    static Series of(int buckets) {
      return new Series(Stream.generate(LongAdder::new).limit(buckets).toList(), new DoubleAdder());
    }
  }

  /** Adds a number to the series with these values of the labels. */
  public void add(double value, String... values) {
    Series s = all.computeIfAbsent(List.of(values), v -> Series.of(bounds.length + 1));
    int bucket = 0;
    while (bucket < bounds.length && value > bounds[bucket]) {
      bucket++;
    }
    s.buckets.get(bucket).increment();
    s.sum.add(value);
  }

  @Override
  public void append(StringBuilder out) {
    Metric.head(out, name, help, "histogram");
    all.forEach((values, s) -> append(out, new Labels(labels, values), s));
  }

  private void append(StringBuilder out, Labels key, Series s) {
    long count = 0;
    for (int i = 0; i <= bounds.length; i++) {
      count += s.buckets.get(i).sum();
      String bound = i < bounds.length ? Double.toString(bounds[i]) : "+Inf";
      line(out, "_bucket" + key.text("le=\"" + bound + "\""), Long.toString(count));
    }
    line(out, "_sum" + key.text(), Double.toString(s.sum.sum()));
    line(out, "_count" + key.text(), Long.toString(count));
  }

  private void line(StringBuilder out, String series, String value) {
    out.append(name).append(series).append(' ').append(value).append('\n');
  }
}
