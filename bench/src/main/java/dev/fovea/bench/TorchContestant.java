package dev.fovea.bench;

import dev.fovea.io.Json;
import dev.fovea.tensor.FoveaException;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/** PyTorch through its script, which starts anew for each measurement and warms up by itself. */
final class TorchContestant implements Contestant {
  private static final int POLL_MILLIS = 50;

  private final String name;
  private final Torch torch;
  private final List<String> options;
  private @Nullable Case current;

  /**
   * Creates a contestant.
   *
   * @param name its name in reports
   * @param torch where PyTorch is
   * @param options options of the script that choose how it runs
   */
  TorchContestant(String name, Torch torch, String... options) {
    this.name = name;
    this.torch = torch;
    this.options = List.of(options);
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public void open(Case c) throws MissingException {
    Peers.requireNoFile(c.net());
    Optional<String> problem = torch.problem();
    if (problem.isPresent()) {
      throw new MissingException(problem.get());
    }
    current = c;
  }

  @Override
  public Measurement measure(double seconds) throws MissingException {
    Case c = current;
    if (c == null) {
      throw new IllegalStateException(name + " is not open");
    }
    try {
      File errors = File.createTempFile("fovea-bench", ".log");
      try {
        return measure(new ProcessBuilder(command(c, seconds)).redirectError(errors), c, errors);
      } finally {
        Files.deleteIfExists(errors.toPath());
      }
    } catch (IOException e) {
      throw new MissingException("could not be run: " + e.getMessage());
    }
  }

  private List<String> command(Case c, double seconds) {
    List<String> command = new ArrayList<>(torch.command());
    command.addAll(
        List.of("--net", c.net(), "--mode", c.mode().label(), "--batch", "" + c.batch()));
    command.addAll(List.of("--threads", "" + c.threads(), "--seconds", "" + seconds));
    command.addAll(options);
    return command;
  }

  private Measurement measure(ProcessBuilder builder, Case c, File errors)
      throws IOException, MissingException {
    Process process = builder.start();
    HighWater memory = new HighWater(process.pid());
    Thread watcher = Thread.ofPlatform().daemon().start(memory);
    String row = "";
    try (BufferedReader out = process.inputReader(StandardCharsets.UTF_8)) {
      for (String line = out.readLine(); line != null; line = out.readLine()) {
        row = line.startsWith("{") ? line : row;
      }
      if (process.waitFor() != 0) {
        throw new MissingException("failed: " + LiveContestant.lastLine(errors.toPath()));
      }
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    } finally {
      process.destroy();
      watcher.interrupt();
    }
    return new Measurement(millis(row, c), memory.megabytes(), OptionalDouble.empty());
  }

  private double millis(String row, Case c) throws MissingException {
    if (row.isEmpty()) {
      throw new MissingException("the script has no row " + c);
    }
    try {
      return Json.number(Json.member(Json.parseObject(row, "script"), "ms", "script"), "ms");
    } catch (FoveaException e) {
      throw new MissingException("the script's answer was not understood: " + e.getMessage());
    }
  }

  @Override
  public void close() {
    current = null;
  }

  /** Asks for the memory of a process again and again, since nobody can when it has ended. */
  private static final class HighWater implements Runnable {
    private final long pid;
    private volatile double most = -1;

    HighWater(long pid) {
      this.pid = pid;
    }

    @Override
    public void run() {
      try {
        while (true) {
          MachineLimits.peakMegabytes(pid).ifPresent(mb -> most = Math.max(most, mb));
          Thread.sleep(POLL_MILLIS);
        }
      } catch (InterruptedException e) {
        // The process has ended.
      }
    }

    OptionalDouble megabytes() {
      return most < 0 ? OptionalDouble.empty() : OptionalDouble.of(most);
    }
  }

  /**
   * Where PyTorch is.
   *
   * @param python the interpreter
   * @param script the script that measures it
   * @param bfloat16 whether its products are in bfloat16, wherever autocast has them
   * @param problem why it cannot be used, and how to get it; empty if it can
   */
  record Torch(String python, Path script, boolean bfloat16, Optional<String> problem) {
    private static final String PYTHON = "python3";

    /** Looks for the interpreter, the package and the script. */
    static Torch find(Path script) {
      return new Torch(PYTHON, script, false, problemOf(script));
    }

    /** Returns it with products in bfloat16. */
    Torch inBfloat16() {
      return new Torch(python, script, true, problem);
    }

    /** Returns the beginning of a command that measures one row of any batch size. */
    List<String> command() {
      Path rows = Peers.checkout().resolve("bench/peers/torch_row.py");
      List<String> command = new ArrayList<>(List.of(python, rows.toString()));
      if (bfloat16) {
        command.add("--bf16");
      }
      command.add(script.toString());
      return command;
    }

    private static Optional<String> problemOf(Path script) {
      if (!Files.isReadable(script)) {
        return Optional.of("no script " + script + "; --torch-script names it");
      }
      try {
        Process p =
            new ProcessBuilder(PYTHON, "-c", "import torch")
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        return p.waitFor() == 0
            ? Optional.empty()
            : Optional.of("python3 has no torch; pip install torch (the CPU wheel) gets it");
      } catch (IOException e) {
        return Optional.of("no python3 in PATH; install Python 3, then pip install torch");
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }
  }
}
