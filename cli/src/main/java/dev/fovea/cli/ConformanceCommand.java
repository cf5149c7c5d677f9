package dev.fovea.cli;

import dev.fovea.engine.Engine;
import dev.fovea.formats.onnx.Conformance;
import dev.fovea.formats.onnx.Conformance.Outcome;
import dev.fovea.formats.onnx.Conformance.Result;
import dev.fovea.io.Json;
import dev.fovea.io.Table;
import dev.fovea.io.Text;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Runs the tests of the ONNX format. */
@Command(
    name = "conformance",
    header = "Run the tests of the ONNX format below a folder.",
    description = {
      "A test is a folder with model.onnx and test_data_set_*, or a file NET.onnx beside",
      "NET_output_0.pb. Results may differ by 0.00001 + 0.001 of what is expected.",
      "The exit code is 0 once all tests have been run, whatever their results."
    },
    footer = {"", "Example:", "  fovea conformance ../shared/data/onnx-conformance"})
final class ConformanceCommand implements Runnable {
  @Parameters(paramLabel = "DIR", description = "The folder with the tests.")
  private Path folder;

  @Option(names = "--json", description = "Print one JSON object per line.")
  private boolean json;

  @Mixin private EngineOptions engine;

  @Override
  public void run() {
    try (Engine e = engine.engine()) {
      List<Result> results = new Conformance(folder, e).check(this::tell);
      if (!json) {
        System.out.print(table(results));
      }
      summarise(results);
    }
  }

  private void tell(Result r) {
    if (json) {
      Map<String, Object> fields = new LinkedHashMap<>();
      fields.put("event", "test");
      fields.put("name", r.name());
      fields.put("outcome", name(r.outcome()));
      fields.put("reason", r.reason());
      fields.put("operators", List.copyOf(r.operators()));
      System.out.println(Json.write(fields));
    } else if (r.outcome() != Outcome.PASSED) {
      System.out.println(name(r.outcome()) + "  " + Text.oneLine(r.name() + ": " + r.reason()));
    }
  }

  private static String name(Outcome outcome) {
    return outcome.name().toLowerCase(Locale.ROOT);
  }

  private static String count(Map<Outcome, Integer> counts, Outcome outcome) {
    return Integer.toString(counts.getOrDefault(outcome, 0));
  }

  /** Counts, per operator, the tests that use it. */
  private static String table(List<Result> results) {
    Map<String, Map<Outcome, Integer>> counts = new TreeMap<>();
    for (Result r : results) {
      for (String operator : r.operators()) {
        counts
            .computeIfAbsent(operator, _ -> new EnumMap<>(Outcome.class))
            .merge(r.outcome(), 1, Integer::sum);
      }
    }
    Table table = new Table("operator", ">passed", ">failed", ">unsupported");
    counts.forEach((operator, n) ->
        table.row(
            Text.shown(operator),
            count(n, Outcome.PASSED),
            count(n, Outcome.FAILED),
            count(n, Outcome.UNSUPPORTED)));
    return table.toString();
  }

  private void summarise(List<Result> results) {
    long passed = count(results, Outcome.PASSED);
    long failed = count(results, Outcome.FAILED);
    long unsupported = count(results, Outcome.UNSUPPORTED);
    if (json) {
      Map<String, Object> fields = new LinkedHashMap<>();
      fields.put("event", "result");
      fields.put("passed", passed);
      fields.put("failed", failed);
      fields.put("unsupported", unsupported);
      System.out.println(Json.write(fields));
    } else {
      System.out.printf(
          Locale.ROOT, "%d passed, %d failed, %d unsupported%n", passed, failed, unsupported);
    }
  }

  private static long count(List<Result> results, Outcome outcome) {
    return results.stream().filter(r -> r.outcome() == outcome).count();
  }
}
