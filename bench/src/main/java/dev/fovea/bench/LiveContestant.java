package dev.fovea.bench;

import dev.fovea.io.Json;
import dev.fovea.tensor.FoveaException;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/** A contestant whose process lives through all rounds: a JVM that runs a {@link Child}. */
final class LiveContestant implements Contestant {
  private final String name;
  private final List<String> command;
  private final List<String> last;
  private @Nullable Running running;

  private record Running(Process process, BufferedReader out, Writer in, Path errors) {}

  /**
   * Creates a contestant.
   *
   * @param name its name in reports
   * @param command the command; the case's arguments follow it
   * @param last further arguments after those
   */
  LiveContestant(String name, List<String> command, List<String> last) {
    this.name = name;
    this.command = List.copyOf(command);
    this.last = List.copyOf(last);
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public void open(Case c) throws MissingException {
    List<String> all = new ArrayList<>(command);
    all.addAll(c.arguments());
    all.addAll(last);
    try {
      File errors = File.createTempFile("fovea-bench", ".log");
      ProcessBuilder builder = new ProcessBuilder(all).redirectError(errors);
      builder.environment().put("OMP_NUM_THREADS", "" + c.threads());
      Process process = builder.start();
      running =
          new Running(
              process,
              process.inputReader(StandardCharsets.UTF_8),
              process.outputWriter(StandardCharsets.UTF_8),
              errors.toPath());
    } catch (IOException e) {
      throw new MissingException("could not be started: " + e.getMessage());
    }
    answer(running());
  }

  @Override
  public Measurement measure(double seconds) throws MissingException {
    Running r = running();
    try {
      r.in.write(seconds + "\n");
      r.in.flush();
    } catch (IOException e) {
      throw new MissingException("has ended: " + lastLine(r.errors));
    }
    Map<String, Object> row = answer(r);
    return new Measurement(
        number(row, "ms"),
        MachineLimits.peakMegabytes(r.process.pid()),
        optional(row, "peak_gflops"));
  }

  /** Reads the next JSON object; what libraries print in between is left out. */
  private static Map<String, Object> answer(Running r) throws MissingException {
    try {
      for (String line = r.out.readLine(); line != null; line = r.out.readLine()) {
        if (line.startsWith("{")) {
          Map<String, Object> row = Json.parseObject(line, "answer");
          if (row.get("missing") instanceof String reason) {
            throw new MissingException(reason);
          }
          return row;
        }
      }
      throw new MissingException("its process ended: " + lastLine(r.errors));
    } catch (IOException | FoveaException e) {
      throw new MissingException("gave no answer: " + e.getMessage());
    }
  }

  private static double number(Map<String, Object> row, String key) {
    return Json.number(Json.member(row, key, "answer"), key);
  }

  private static OptionalDouble optional(Map<String, Object> row, String key) {
    return row.get(key) instanceof Number n
        ? OptionalDouble.of(n.doubleValue())
        : OptionalDouble.empty();
  }

  /** Returns the first line of what a process wrote to its error output that tells of an error. */
  static String lastLine(Path errors) {
    try {
      List<String> lines =
          new String(Files.readAllBytes(errors), StandardCharsets.UTF_8)
              .lines()
              .filter(l -> !l.isBlank())
              .toList();
      return lines.stream()
          .filter(l -> l.contains("Error") || l.contains("Exception"))
          .findFirst()
          .orElse(lines.isEmpty() ? "it said nothing" : lines.getLast())
          .strip();
    } catch (IOException e) {
      return "it said nothing";
    }
  }

  private Running running() {
    Running r = running;
    if (r == null) {
      throw new IllegalStateException(name + " is not open");
    }
    return r;
  }

  @Override
  public void close() {
    Running r = running;
    running = null;
    if (r == null) {
      return;
    }
    r.process.destroy();
    try {
      r.process.waitFor();
      r.in.close();
      r.out.close();
      Files.deleteIfExists(r.errors);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
