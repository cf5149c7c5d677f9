package dev.fovea.bench;

import dev.fovea.bench.HttpLoad.Rate;
import dev.fovea.engine.Engine;
import dev.fovea.io.Json;
import dev.fovea.tensor.FoveaException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * Requests per second of Fovea's server, of FastAPI with ONNX Runtime and of DJL with ONNX Runtime
 * in turn, for the same network, with every answer compared.
 *
 * @param home the source checkout
 * @param threads how many threads each side has
 */
record ServeSpeed(Path home, int threads) {
  private static final List<String> NETS = List.of("lenet5", "mobilenet", "resnet50");
  private static final List<Integer> CLIENTS = List.of(1, 8, 64);
  private static final int WARM_UP = 8;
  private static final String FASTAPI = "fastapi";
  private static final String DJL = "djl";

  /** Prints a line per network and number of clients. */
  void print(Optional<String> net, int rounds, double seconds, boolean beside, boolean json) {
    for (String name : net.map(List::of).orElse(NETS)) {
      measure(BenchNets.find(name), rounds, seconds, beside, json);
    }
  }

  private void measure(BenchNet net, int rounds, double seconds, boolean beside, boolean json) {
    try {
      Path folder = Files.createTempDirectory("fovea-serve");
      Path file = folder.resolve(net.name() + ".onnx");
      net.model(Engine.shared()).save(file);
      ServeWork work = ServeWork.of(file, 2);
      try (ServerProcess own = ServerProcess.fovea(home, file, WARM_UP)) {
        Map<String, Served> all = new LinkedHashMap<>();
        all.put(Result.FOVEA, new Served(work.inProtocol(own.port()), own));
        try (PeerServers peers = new PeerServers(work, all)) {
          if (beside) {
            peers.start(FASTAPI, () -> ServerProcess.python(home, file, threads));
            peers.start(DJL, () -> ServerProcess.djl(file, threads, work.shape()));
          }
          rows(net.name(), all, rounds, seconds, json);
        }
      } finally {
        Files.delete(file);
        Files.delete(folder);
      }
    } catch (IOException | MissingException e) {
      throw new FoveaException("serve: " + e.getMessage(), e);
    }
  }

  private static void rows(
      String net, Map<String, Served> all, int rounds, double seconds, boolean json) {
    for (Served one : all.values()) {
      Rate _ = one.clients().measure(CLIENTS.get(1), WARM_UP);
    }
    for (int clients : CLIENTS) {
      Map<String, List<Cost>> measured = new LinkedHashMap<>();
      for (int i = 0; i < rounds; i++) {
        all.forEach((name, one) ->
            measured
                .computeIfAbsent(name, n -> new ArrayList<>())
                .add(one.measure(clients, seconds)));
      }
      Map<String, Cost> costs = new LinkedHashMap<>();
      measured.forEach((name, some) -> costs.put(name, median(some)));
      Row row = new Row(net, clients, costs);
      System.out.println(json ? row.json() : row.text());
    }
  }

  /** Returns the round in the middle. */
  private static Cost median(List<Cost> rounds) {
    return rounds.stream()
        .sorted(Comparator.comparingDouble(c -> c.rate().perSecond()))
        .toList()
        .get(rounds.size() / 2);
  }

  /** A server and its clients. */
  record Served(HttpLoad clients, ServerProcess server) {
    private Cost measure(int count, double seconds) {
      double before = server.processorSeconds();
      Rate rate = clients.measure(count, seconds);
      double took = server.processorSeconds() - before;
      return new Cost(rate, 1e3 * took / rate.answers());
    }
  }

  /**
   * What a request costs.
   *
   * @param rate how soon it is answered
   * @param processor the processor time of the server's process in milliseconds
   */
  private record Cost(Rate rate, double processor) {}

  private record Row(String net, int clients, Map<String, Cost> costs) {
    String text() {
      StringBuilder line = new StringBuilder();
      line.append(String.format(Locale.ROOT, "%-10s %3d clients", net, clients));
      double own = Objects.requireNonNull(costs.get(Result.FOVEA)).rate().perSecond();
      costs.forEach((name, c) -> {
        line.append("  ").append(name).append(text(c));
        if (!name.equals(Result.FOVEA)) {
          line.append(String.format(Locale.ROOT, " %.2f×", own / c.rate().perSecond()));
        }
      });
      return line.toString();
    }

    private static String text(Cost c) {
      Rate r = c.rate();
      return String.format(
          Locale.ROOT,
          " %.1f/s p50 %.2f p99 %.2f p99.9 %.2f ms, processor %.3f ms",
          r.perSecond(),
          r.p50(),
          r.p99(),
          r.p999(),
          c.processor());
    }

    String json() {
      Map<String, Object> fields = new LinkedHashMap<>();
      fields.put("net", net);
      fields.put("clients", clients);
      costs.forEach((name, c) -> fields.put(name, json(c)));
      return Json.write(fields);
    }

    private static Map<String, Object> json(Cost c) {
      Rate r = c.rate();
      Map<String, Object> fields = new LinkedHashMap<>();
      fields.put("per_second", r.perSecond());
      fields.put("p50_ms", r.p50());
      fields.put("p99_ms", r.p99());
      fields.put("p999_ms", r.p999());
      fields.put("processor_ms", c.processor());
      return fields;
    }
  }
}
