package dev.fovea.bench;

import static dev.fovea.nn.Losses.crossEntropy;

import dev.fovea.data.DataSplit;
import dev.fovea.data.Digits;
import dev.fovea.engine.Engine;
import dev.fovea.insight.explain.Explainer;
import dev.fovea.insight.explain.Method;
import dev.fovea.insight.probe.Target;
import dev.fovea.nn.Model;
import dev.fovea.optim.Optimizers;
import dev.fovea.studio.Studio;
import dev.fovea.studio.StudioOptions;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import dev.fovea.train.Epochs;
import dev.fovea.train.Trainer;
import dev.fovea.zoo.Scale;
import dev.fovea.zoo.Zoo;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/**
 * The budgets of the studio, as far as they need no browser: how long it takes to start, to answer
 * a stroke, to explain, to open a large graph, and what watching costs a training.
 */
public final class StudioSpeed {
  private static final int STROKES = 300;
  private static final int WARM = 50;
  private static final int DRAWING = 28 * 28;
  private static final int SAMPLES = 3_000;

  private final int rounds;

  private StudioSpeed(int rounds) {
    this.rounds = rounds;
  }

  /** Measures all budgets, in as many rounds as the only argument says; 3 by default. */
  public static void main(String[] args) {
    int rounds = args.length == 0 ? 3 : Integer.parseInt(args[0]);
    new StudioSpeed(rounds).measure(row -> System.out.println(row.text()));
    System.exit(0); // the digits are learned on a thread of their own
  }

  /**
   * A budget and what was measured.
   *
   * @param name what is measured
   * @param budget the most it may be
   * @param measured what it is
   * @param unit of both
   */
  private record Row(String name, double budget, double measured, String unit) {
    String text() {
      return String.format(
          Locale.ROOT,
          "%-52s %10.3f %-3s budget %8.2f  %s",
          name,
          measured,
          unit,
          budget,
          measured <= budget ? "kept" : "over");
    }
  }

  /** Measures all rows, each told as soon as it is there. */
  private void measure(Consumer<Row> row) {
    row.accept(start());
    strokes().forEach(row);
    row.accept(explain("lenet5", Shape.of(28, 28, 1), 5));
    row.accept(explain("resnet18", Shape.of(224, 224, 3), 150));
    row.accept(graph());
    row.accept(training());
  }

  /** Returns the seconds from the start of a process until its page answers. */
  private Row start() {
    double best = Double.MAX_VALUE;
    for (int i = 0; i < rounds; i++) {
      long begin = System.nanoTime();
      try {
        Process child =
            new ProcessBuilder(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "--add-modules=jdk.incubator.vector",
                    "-XX:+UseSerialGC",
                    "-cp",
                    System.getProperty("java.class.path"),
                    StudioChild.class.getName())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        try (BufferedReader lines = child.inputReader();
            HttpClient http = HttpClient.newHttpClient()) {
          URI page = URI.create(String.valueOf(lines.readLine()));
          var _ =
              http.send(HttpRequest.newBuilder(page.resolve("/")).build(), BodyHandlers.ofString());
          best = Math.min(best, (System.nanoTime() - begin) / 1e9);
        } finally {
          child.destroy();
        }
      } catch (IOException e) {
        throw new FoveaException("studio: cannot be started: " + e.getMessage(), e);
      } catch (InterruptedException e) {
        throw stopped(e);
      }
    }
    return new Row("start of a process until its page answers", 0.6, best, "s");
  }

  private static FoveaException stopped(InterruptedException e) {
    Thread.currentThread().interrupt();
    return new FoveaException("studio: the measurement was stopped", e);
  }

  /** A page without a browser: it has the session and asks. */
  private static final class Client implements AutoCloseable {
    private static final String JSON = "application/json";

    private final HttpClient http = HttpClient.newHttpClient();
    private final URI page;
    private String cookie = "";

    Client(Studio studio) {
      this.page = studio.address();
      String token = page.getFragment().substring("token=".length());
      byte[] body = ("{\"token\":\"" + token + "\"}").getBytes(StandardCharsets.US_ASCII);
      String set = send("session", JSON, body).headers().firstValue("Set-Cookie").orElseThrow();
      cookie = set.split(";", 2)[0];
    }

    byte[] ask(String action, String body) {
      return bytes(action, JSON, body.getBytes(StandardCharsets.UTF_8));
    }

    byte[] bytes(String action, String type, byte[] body) {
      return send(action, type, body).body();
    }

    private HttpResponse<byte[]> send(String action, String type, byte[] body) {
      try {
        return http.send(request(action, type, body), BodyHandlers.ofByteArray());
      } catch (IOException e) {
        throw new FoveaException("studio: " + action + ": " + e.getMessage(), e);
      } catch (InterruptedException e) {
        throw stopped(e);
      }
    }

    private HttpRequest request(String action, String type, byte[] body) {
      HttpRequest.Builder request =
          HttpRequest.newBuilder(page.resolve("/api/" + action))
              .header("X-Fovea", "1")
              .header("Content-Type", type)
              .POST(BodyPublishers.ofByteArray(body));
      return (cookie.isEmpty() ? request : request.header("Cookie", cookie)).build();
    }

    @Override
    public void close() {
      http.close();
    }
  }

  /** Returns how long a drawing takes until all maps of LeNet-5 are with the page. */
  private static List<Row> strokes() {
    try (Studio studio = Studio.start(StudioOptions.usual());
        Client page = new Client(studio)) {
      while (!new String(page.ask("draw/progress", "{}"), StandardCharsets.UTF_8)
          .contains("accuracy\":0.9")) {
        Thread.sleep(200); // it learns at the beginning
      }
      byte[] drawing = new byte[DRAWING];
      double[] millis = new double[STROKES];
      for (int i = -WARM; i < STROKES; i++) {
        drawing[(i + WARM) % DRAWING] = (byte) 200;
        long begin = System.nanoTime();
        var _ = page.bytes("draw/see", "application/octet-stream", drawing);
        if (i >= 0) {
          millis[i] = (System.nanoTime() - begin) / 1e6;
        }
      }
      Arrays.sort(millis);
      return List.of(
          new Row("stroke to all maps of LeNet-5, median", 33, millis[STROKES / 2], "ms"),
          new Row("stroke to all maps of LeNet-5, p95", 33, millis[STROKES * 95 / 100], "ms"));
    } catch (InterruptedException e) {
      throw stopped(e);
    }
  }

  private Row explain(String net, Shape input, double budget) {
    Model model = Zoo.find(net).model(Scale.full(10), input, Seed.of(1), Engine.shared());
    Explainer explainer = Explainer.of(model, Target.logit(3));
    Tensor picture = Tensor.full(input, 0.5f);
    double best = Double.MAX_VALUE;
    for (int i = 0; i < 10 * rounds; i++) {
      long begin = System.nanoTime();
      var _ = explainer.explain(Method.parse("grad-cam"), picture);
      best = Math.min(best, (System.nanoTime() - begin) / 1e6);
    }
    return new Row("Grad-CAM of " + net, budget, best, "ms");
  }

  /** Returns how long a network of many layers takes to open, folded. */
  private Row graph() {
    Model model =
        Zoo.find("densenet121")
            .model(Scale.full(10), Shape.of(64, 64, 3), Seed.of(1), Engine.shared());
    try (Studio studio = Studio.open(model);
        Client page = new Client(studio)) {
      double best = Double.MAX_VALUE;
      for (int i = 0; i < rounds; i++) {
        long begin = System.nanoTime();
        var _ = page.ask("graph/open", "{\"model\":\"m3\",\"open\":[]}");
        best = Math.min(best, (System.nanoTime() - begin) / 1e9);
      }
      return new Row("graph of DenseNet-121, folded", 2, best, "s");
    }
  }

  /** Returns by how many percent a training is slower whose page asks for all it can. */
  private Row training() {
    DataSplit digits = Digits.load(Seed.of(1), SAMPLES, 200);
    List<Double> shares = new ArrayList<>();
    for (int i = 0; i <= rounds; i++) {
      Model plain = lenet(digits);
      double without = fit(Optional.empty(), plain, digits);
      Model seen = lenet(digits);
      double with;
      try (Studio studio = Studio.start(StudioOptions.usual())) {
        with = fit(Optional.of(studio), seen, digits);
      }
      if (!Arrays.equals(plain.parameters().values(), seen.parameters().values())) {
        throw new FoveaException("studio: watching has changed the training");
      }
      if (i > 0) { // the first round compiles
        shares.add(100 * (with / without - 1));
      }
    }
    double median = shares.stream().sorted().toList().get(shares.size() / 2);
    return new Row("training with a page open slower by (same bits)", 2, median, "%");
  }

  private static Model lenet(DataSplit digits) {
    return Zoo.find("lenet5")
        .model(Scale.full(10), digits.train().inputShape(), Seed.of(2), Engine.shared());
  }

  private static double fit(Optional<Studio> studio, Model model, DataSplit digits) {
    Trainer plain = Trainer.of(model, crossEntropy(), Optimizers.adam(1e-3)).seed(Seed.of(3));
    Trainer trainer = studio.map(s -> s.attach(plain, Optional.of(digits.test()))).orElse(plain);
    AtomicBoolean over = new AtomicBoolean();
    Optional<Thread> page = studio.map(s -> Thread.ofVirtual().start(() -> watch(s, over)));
    long begin = System.nanoTime();
    var _ = trainer.fit(digits.train().shuffled().batches(32), Epochs.epochs(2));
    double seconds = (System.nanoTime() - begin) / 1e9;
    over.set(true);
    try {
      if (page.isPresent()) {
        page.get().join();
      }
    } catch (InterruptedException e) {
      throw stopped(e);
    }
    return seconds;
  }

  /** Asks for curves and maps as often as a page does. */
  private static void watch(Studio studio, AtomicBoolean over) {
    try (Client page = new Client(studio)) {
      while (!over.get()) {
        var _ = page.ask("train/curves", "{}");
        var _ = page.ask("train/view", "{\"sample\":0}");
        Thread.sleep(100);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
