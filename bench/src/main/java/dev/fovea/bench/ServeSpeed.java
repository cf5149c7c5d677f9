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
import java.util.Optional;

/**
 * Requests per second of Fovea's server and of FastAPI with ONNX Runtime in turn, for the same
 * network, with every answer compared.
 *
 * @param home the source checkout
 * @param threads how many threads each side has
 */
record ServeSpeed(Path home, int threads) {
  private static final List<String> NETS = List.of("lenet5", "mobilenet", "resnet50");
  private static final List<Integer> CLIENTS = List.of(1, 8, 64);
  private static final int WARM_UP = 8;

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
        if (beside) {
          besidePeer(net.name(), file, work, own, rounds, seconds, json);
        } else {
          rows(net.name(), work.inProtocol(own.port()), Optional.empty(), rounds, seconds, json);
        }
      } finally {
        Files.delete(file);
        Files.delete(folder);
      }
    } catch (IOException | MissingException e) {
      throw new FoveaException("serve: " + e.getMessage(), e);
    }
  }

  private void besidePeer(
      String net,
      Path file,
      ServeWork work,
      ServerProcess own,
      int rounds,
      double seconds,
      boolean json) {
    HttpLoad ours = work.inProtocol(own.port());
    try (ServerProcess peer = ServerProcess.python(home, file, threads)) {
      rows(net, ours, Optional.of(work.plain(peer.port())), rounds, seconds, json);
    } catch (MissingException e) {
      System.err.println("fovea: FastAPI with ONNX Runtime is missing: " + e.reason());
      rows(net, ours, Optional.empty(), rounds, seconds, json);
    }
  }

  private static void rows(
      String net, HttpLoad own, Optional<HttpLoad> peer, int rounds, double seconds, boolean json) {
    Rate _ = own.measure(CLIENTS.get(1), WARM_UP);
    peer.ifPresent(p -> {
      Rate _ = p.measure(CLIENTS.get(1), seconds);
    });
    for (int clients : CLIENTS) {
      List<Rate> ours = new ArrayList<>();
      List<Rate> theirs = new ArrayList<>();
      for (int i = 0; i < rounds; i++) {
        ours.add(own.measure(clients, seconds));
        peer.ifPresent(p -> theirs.add(p.measure(clients, seconds)));
      }
      Row row = new Row(net, clients, median(ours), peer.map(p -> median(theirs)));
      System.out.println(json ? row.json() : row.text());
    }
  }

  /** Returns the round in the middle. */
  private static Rate median(List<Rate> rounds) {
    return rounds.stream()
        .sorted(Comparator.comparingDouble(Rate::perSecond))
        .toList()
        .get(rounds.size() / 2);
  }

  private record Row(String net, int clients, Rate own, Optional<Rate> peer) {
    String text() {
      return String.format(Locale.ROOT, "%-10s %3d clients  Fovea %s", net, clients, text(own))
          + peer.map(p ->
                  String.format(
                      Locale.ROOT,
                      "   FastAPI %s   %.2f×",
                      text(p),
                      own.perSecond() / p.perSecond()))
              .orElse("");
    }

    private static String text(Rate r) {
      return String.format(
          Locale.ROOT,
          "%8.1f/s p50 %.2f p99 %.2f p99.9 %.2f ms",
          r.perSecond(),
          r.p50(),
          r.p99(),
          r.p999());
    }

    String json() {
      Map<String, Object> fields = new LinkedHashMap<>();
      fields.put("net", net);
      fields.put("clients", clients);
      fields.put("fovea", json(own));
      peer.ifPresent(p -> fields.put("fastapi", json(p)));
      return Json.write(fields);
    }

    private static Map<String, Object> json(Rate r) {
      Map<String, Object> fields = new LinkedHashMap<>();
      fields.put("per_second", r.perSecond());
      fields.put("p50_ms", r.p50());
      fields.put("p99_ms", r.p99());
      fields.put("p999_ms", r.p999());
      return fields;
    }
  }
}
