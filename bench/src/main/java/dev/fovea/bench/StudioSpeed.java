package dev.fovea.bench;

import static dev.fovea.nn.Layers.conv2d;
import static dev.fovea.nn.Layers.relu;
import static dev.fovea.nn.Layers.sequence;

import dev.fovea.engine.Engine;
import dev.fovea.insight.explain.Explainer;
import dev.fovea.insight.explain.Method;
import dev.fovea.insight.probe.Target;
import dev.fovea.nn.Layer;
import dev.fovea.nn.Model;
import dev.fovea.studio.Studio;
import dev.fovea.studio.StudioOptions;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import dev.fovea.zoo.Scale;
import dev.fovea.zoo.Zoo;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;

/**
 * The budgets of the studio, as far as they need no browser: how long it takes to start, to answer
 * a stroke, to explain, to open a large graph, and what watching costs a training.
 */
public final class StudioSpeed {
  private static final int STROKES = 300;
  private static final int WARM = 50;
  private static final int DRAWING = 28 * 28;

  private final int rounds;
  private final double seconds;

  private StudioSpeed(int rounds, double seconds) {
    this.rounds = rounds;
    this.seconds = seconds;
  }

  /**
   * Measures all budgets.
   *
   * @param args how many rounds, by default 3, how many seconds each training takes, by default 20,
   *     and the rows: by default all of {@code start}, {@code strokes}, {@code explain}, {@code
   *     graph} and {@code training}
   */
  public static void main(String[] args) {
    int rounds = args.length == 0 ? 3 : Integer.parseInt(args[0]);
    double seconds = args.length < 2 ? 20 : Double.parseDouble(args[1]);
    List<String> names = Arrays.stream(args).skip(2).toList();
    new StudioSpeed(rounds, seconds).measure(names, row -> System.out.println(row.text()));
  }

  /**
   * A budget and what was measured.
   *
   * @param name what is measured
   * @param budget the most it may be; NaN where it has none
   * @param measured what it is
   * @param unit of both
   */
  private record Row(String name, double budget, double measured, String unit) {
    String text() {
      String told = String.format(Locale.ROOT, "%-52s %10.3f %-3s", name, measured, unit);
      return Double.isNaN(budget)
          ? told
          : told
              + String.format(
                  Locale.ROOT, " budget %8.2f  %s", budget, measured <= budget ? "kept" : "over");
    }
  }

  /** Measures what is named, each row told as soon as it is there. */
  private void measure(List<String> names, Consumer<Row> row) {
    Map<String, Runnable> all = new LinkedHashMap<>();
    all.put("start", () -> row.accept(start()));
    all.put("strokes", () -> strokes().forEach(row));
    all.put(
        "explain",
        () -> {
          row.accept(explain("lenet5", Shape.of(28, 28, 1), 5));
          row.accept(explain("resnet18", Shape.of(224, 224, 3), 150));
        });
    all.put(
        "graph",
        () -> {
          row.accept(graph("DenseNet-121", denseNet()));
          row.accept(graph("5,000 layers", large()));
        });
    all.put("training", () -> training().forEach(row));
    if (!all.keySet().containsAll(names)) {
      throw new FoveaException("studio: rows are " + String.join(", ", all.keySet()));
    }
    all.forEach((name, work) -> {
      if (names.isEmpty() || names.contains(name)) {
        work.run();
      }
    });
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

  static FoveaException stopped(InterruptedException e) {
    Thread.currentThread().interrupt();
    return new FoveaException("studio: the measurement was stopped", e);
  }

  /** Returns how long a drawing takes until all maps of LeNet-5 are with the page. */
  private static List<Row> strokes() {
    try (Studio studio = Studio.start(StudioOptions.usual());
        StudioClient page = StudioClient.of(studio)) {
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

  private static Model denseNet() {
    return Zoo.find("densenet121")
        .model(Scale.full(10), Shape.of(64, 64, 3), Seed.of(1), Engine.shared());
  }

  /** Returns a network of 50 blocks of 100 layers. */
  private static Model large() {
    Layer[] blocks = new Layer[50];
    for (int i = 0; i < blocks.length; i++) {
      Layer[] layers = new Layer[100];
      for (int j = 0; j < layers.length; j++) {
        layers[j] = j % 2 == 0 ? conv2d(2, 3).same() : relu();
      }
      blocks[i] = sequence(layers);
    }
    return Model.build(sequence(blocks), Shape.of(8, 8, 1), Seed.of(1), Engine.shared());
  }

  /** Returns how long a network of many layers takes to open, folded, the first time. */
  private Row graph(String name, Model model) {
    double best = Double.MAX_VALUE;
    for (int i = 0; i < rounds; i++) {
      try (Studio studio = Studio.open(model);
          StudioClient page = StudioClient.of(studio)) {
        long begin = System.nanoTime();
        var _ = page.ask("graph/open", "{\"model\":\"m3\",\"open\":[]}");
        best = Math.min(best, (System.nanoTime() - begin) / 1e9);
      }
    }
    return new Row("graph of " + name + ", folded", 2, best, "s");
  }

  /** Returns by how many percent a training is slower, and takes more work, that a page watches. */
  private List<Row> training() {
    WatchedTraining.Cost cost = WatchedTraining.measure(rounds, seconds);
    return List.of(
        new Row("training with a page open slower by (same bits)", 2, cost.percentOfTime(), "%"),
        new Row("its process takes more processor time by", 2, cost.percentOfWork(), "%"),
        new Row("of it in threads that do not train", 2, cost.percentOfBeside(), "%"),
        new Row("the page itself, a process of its own", Double.NaN, cost.percentOfPage(), "%"));
  }
}
