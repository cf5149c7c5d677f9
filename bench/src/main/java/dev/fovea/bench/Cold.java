package dev.fovea.bench;

import dev.fovea.bench.TorchContestant.Torch;
import dev.fovea.io.Json;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * The time from the start of a process to its first prediction, Fovea and Python with PyTorch in
 * turn. Both build the network with random parameters and predict one picture of noise.
 */
final class Cold {
  /** What a process says when the network is built. */
  static final String BUILT = "built";

  /** What the line with the prediction begins with. */
  static final String PREDICTED = "predicted";

  private static final String SCRIPT =
      """
      import os, sys
      sys.path.insert(0, os.path.dirname(os.path.abspath(sys.argv[1])))
      import torch, torch_peers as peers
      torch.set_num_threads(int(sys.argv[3]))
      make, chw, _ = peers.NETS[sys.argv[2]]
      net = make().eval()
      print("built", flush=True)
      with torch.inference_mode():
          print("predicted", float(net(torch.randn(1, *chw)).flatten()[0]), flush=True)
      """;

  private final String net;
  private final int threads;
  private final Torch torch;
  private final Optional<List<String>> archived;

  Cold(String net, int threads, Torch torch) {
    this.net = BenchNets.find(net).name();
    this.threads = threads;
    this.torch = torch;
    this.archived = ArchivedStart.of(Peers.checkout(), ColdChild.class);
  }

  /** Milliseconds since the process was started. */
  private record Times(double built, double predicted) {}

  /** Runs the rounds, the first of which is not counted: it brings files into memory. */
  String measure(int rounds, boolean json) {
    List<Times> ours = new ArrayList<>();
    List<Times> theirs = new ArrayList<>();
    Optional<String> missing = torch.problem();
    for (int i = 0; i <= rounds; i++) {
      try {
        ours.add(time(fovea()));
      } catch (MissingException e) {
        throw new IllegalStateException("fovea: " + e.reason(), e);
      }
      if (missing.isEmpty()) {
        try {
          theirs.add(time(python()));
        } catch (MissingException e) {
          missing = Optional.of(e.reason());
        }
      }
    }
    List<Times> counted = missing.isEmpty() ? theirs.subList(1, theirs.size()) : List.of();
    ours.removeFirst();
    return json ? json(ours, counted, missing) : text(ours, counted, missing);
  }

  private List<String> fovea() {
    List<String> command = new ArrayList<>(archived.orElseGet(() -> Peers.fovea(ColdChild.class)));
    command.addAll(List.of(net, "" + threads));
    return command;
  }

  private List<String> python() {
    return List.of(torch.python(), "-c", SCRIPT, torch.script().toString(), net, "" + threads);
  }

  private static Times time(List<String> command) throws MissingException {
    try {
      File errors = File.createTempFile("fovea-bench", ".log");
      try {
        long begin = System.nanoTime();
        Process process = new ProcessBuilder(command).redirectError(errors).start();
        BufferedReader out = process.inputReader(StandardCharsets.UTF_8);
        double built = await(out, BUILT, begin, errors);
        double done = await(out, PREDICTED, begin, errors);
        process.waitFor();
        return new Times(built, done);
      } finally {
        Files.deleteIfExists(errors.toPath());
      }
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static double await(BufferedReader out, String word, long begin, File errors)
      throws IOException, MissingException {
    for (String line = out.readLine(); line != null; line = out.readLine()) {
      if (line.startsWith(word)) {
        return (System.nanoTime() - begin) * 1e-6;
      }
    }
    throw new MissingException("its process ended: " + LiveContestant.lastLine(errors.toPath()));
  }

  private static List<Double> predicted(List<Times> times) {
    return times.stream().map(Times::predicted).toList();
  }

  private static double ratio(List<Times> ours, List<Times> theirs) {
    List<Double> ratios = new ArrayList<>();
    for (int i = 0; i < theirs.size(); i++) {
      ratios.add(theirs.get(i).predicted / ours.get(i).predicted);
    }
    return StepTimes.median(ratios);
  }

  private String text(List<Times> ours, List<Times> theirs, Optional<String> missing) {
    String text =
        MachineLimits.describe()
            + String.format(
                Locale.ROOT,
                "%nfirst prediction of a fresh process, %s, %d threads, ms: median"
                    + " (shortest–longest), of which until the network is built%n",
                net,
                threads)
            + line(archived.isPresent() ? "Fovea, archived" : "Fovea, no archive", ours);
    return theirs.isEmpty()
        ? text + "  torch is missing: " + missing.orElse("")
        : text
            + line("Python + PyTorch", theirs)
            + String.format(Locale.ROOT, "PyTorch / Fovea %.2f×", ratio(ours, theirs));
  }

  private static String line(String name, List<Times> times) {
    List<Double> all = predicted(times);
    return String.format(
        Locale.ROOT,
        "%-18s %8.0f (%.0f–%.0f) %8.0f%n",
        name,
        StepTimes.median(all),
        all.stream().mapToDouble(Double::doubleValue).min().orElse(Double.NaN),
        all.stream().mapToDouble(Double::doubleValue).max().orElse(Double.NaN),
        StepTimes.median(times.stream().map(Times::built).toList()));
  }

  private String json(List<Times> ours, List<Times> theirs, Optional<String> missing) {
    Map<String, Object> ms = new LinkedHashMap<>();
    Map<String, Object> built = new LinkedHashMap<>();
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("net", net);
    fields.put("cold", true);
    fields.put("archive", archived.isPresent());
    fields.put("threads", threads);
    put(ms, built, Result.FOVEA, ours);
    put(ms, built, Result.TORCH, theirs);
    fields.put("ms", ms);
    fields.put("built_ms", built);
    if (!theirs.isEmpty()) {
      fields.put("ratio", Map.of(Result.TORCH, Result.rounded(ratio(ours, theirs))));
    }
    fields.put("missing", missing.map(why -> Map.of(Result.TORCH, why)).orElse(Map.of()));
    return Json.write(fields);
  }

  private static void put(
      Map<String, Object> ms, Map<String, Object> built, String name, List<Times> times) {
    if (!times.isEmpty()) {
      ms.put(name, Result.rounded(StepTimes.median(predicted(times))));
      built.put(name, Result.rounded(StepTimes.median(times.stream().map(Times::built).toList())));
    }
  }
}
