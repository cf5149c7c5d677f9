package dev.fovea.bench;

import dev.fovea.io.Json;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Shape;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * A server in a process of its own, which says on which port it listens once it is warm.
 *
 * @param port the port
 */
record ServerProcess(Process process, Path errors, int port) implements AutoCloseable {
  private static final String OPTIONS = "bin/java.options";

  /**
   * Starts a program that prints {@code {"port": N}}.
   *
   * @throws MissingException if it cannot be started, or ends
   */
  static ServerProcess start(List<String> command) throws MissingException {
    try {
      Path errors = File.createTempFile("fovea-bench", ".log").toPath();
      Process process = new ProcessBuilder(command).redirectError(errors.toFile()).start();
      BufferedReader out = process.inputReader(StandardCharsets.UTF_8);
      for (String line = out.readLine(); line != null; line = out.readLine()) {
        if (line.startsWith("{")) {
          Map<String, Object> said = Json.parseObject(line, "server");
          if (said.get("missing") instanceof String reason) {
            throw new MissingException(reason);
          }
          long port = Json.integer(Json.member(said, "port", "server"), "port");
          return new ServerProcess(process, errors, (int) port);
        }
      }
      throw new MissingException("its process ended: " + LiveContestant.lastLine(errors));
    } catch (IOException | FoveaException e) {
      throw new MissingException("could not be started: " + e.getMessage());
    }
  }

  /** Starts Fovea's server for a network in a file. */
  static ServerProcess fovea(Path home, Path file, int warmUp, String... options)
      throws MissingException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("@" + home.resolve(OPTIONS));
    command.addAll(List.of(options));
    command.addAll(
        List.of("-cp", System.getProperty("java.class.path"), ServeChild.class.getName()));
    command.addAll(List.of(file.toString(), Integer.toString(warmUp)));
    return start(command);
  }

  /** Starts the server of Python, FastAPI and ONNX Runtime for a network in a file. */
  static ServerProcess python(Path home, Path file, int threads) throws MissingException {
    String python = System.getenv().getOrDefault("FOVEA_PYTHON", "python3");
    return start(
        List.of(
            python,
            home.resolve("bench/peers/serve_peer.py").toString(),
            file.toString(),
            Integer.toString(threads)));
  }

  /** Starts the server of DJL with ONNX Runtime for a network in a file. */
  static ServerProcess djl(Path file, int threads, Shape input) throws MissingException {
    List<String> command = Peers.djlServer();
    command.addAll(List.of(file.toString(), Integer.toString(threads)));
    command.add(
        IntStream.of(input.dims()).mapToObj(Integer::toString).collect(Collectors.joining(",")));
    return start(command);
  }

  /** Returns the processor time that the process has used. */
  double processorSeconds() {
    return process.info().totalCpuDuration().orElse(Duration.ZERO).toNanos() * 1e-9;
  }

  @Override
  public void close() {
    process.destroy();
    try {
      int _ = process.waitFor();
      Files.deleteIfExists(errors);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
