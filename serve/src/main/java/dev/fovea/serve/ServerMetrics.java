package dev.fovea.serve;

import dev.fovea.serve.batch.BatchObserver;
import dev.fovea.serve.metrics.Counter;
import dev.fovea.serve.metrics.Histogram;
import dev.fovea.serve.metrics.Metrics;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** What a server counts. */
final class ServerMetrics {
  private static final double[] SECONDS = {
    0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10
  };
  private static final double[] SAMPLES = {1, 2, 4, 8, 16, 32, 64, 128, 256, 512};
  private static final double NANOS = 1e9;
  private static final List<String> MODEL = List.of("model", "version");

  private final Metrics all = new Metrics();
  private final Counter requests =
      all.counter(
          "fovea_requests_total",
          "Requests by what was asked for, of which model, and status.",
          "route",
          "model",
          "status");
  private final Histogram duration =
      all.histogram(
          "fovea_request_seconds",
          "Time from when work on a request begins to its answer; bodies of up to 4 MiB have"
              + " arrived by then.",
          List.of("route", "model"),
          SECONDS);
  private final Histogram batches =
      all.histogram("fovea_batch_samples", "Samples in a batch.", MODEL, SAMPLES);
  private final Histogram waits =
      all.histogram(
          "fovea_queue_seconds", "How long the oldest sample of a batch waited.", MODEL, SECONDS);
  private final Histogram computations =
      all.histogram("fovea_compute_seconds", "How long a batch was computed.", MODEL, SECONDS);

  ServerMetrics(Supplier<List<LoadedModel>> models) {
    all.gauge("fovea_queue_samples", "Samples that wait.", MODEL, () -> waiting(models.get()));
    all.gauge("fovea_heap_bytes", "Heap in use.", List.of(), () -> Map.of(List.of(), heap()));
  }

  private static Map<List<String>, Long> waiting(List<LoadedModel> models) {
    Map<List<String>, Long> waiting = new LinkedHashMap<>();
    models.forEach(m -> waiting.put(labels(m.served()), (long) m.batcher().waiting()));
    return waiting;
  }

  private static long heap() {
    Runtime r = Runtime.getRuntime();
    return r.totalMemory() - r.freeMemory();
  }

  private static List<String> labels(ServedModel model) {
    return List.of(model.name(), Integer.toString(model.version()));
  }

  /** Returns what counts the batches of a model. */
  BatchObserver observer(ServedModel model) {
    String name = model.name();
    String version = Integer.toString(model.version());
    return (samples, waited, computed) -> {
      batches.add(samples, name, version);
      waits.add(waited / NANOS, name, version);
      computations.add(computed / NANOS, name, version);
    };
  }

  /**
   * Counts a request that has been answered.
   *
   * @param model a model that is or was served; empty for none
   */
  void answered(String route, String model, int status, long nanos) {
    requests.add(route, model, Integer.toString(status));
    duration.add(nanos / NANOS, route, model);
  }

  /** Returns all in Prometheus' text form. */
  String text() {
    return all.text();
  }
}
