package dev.fovea.apps;

import dev.fovea.io.Json;
import dev.fovea.io.Table;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Tensor;
import dev.fovea.vision.Images;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The frame of an example program: its arguments, its progress, its results.
 *
 * <p>All examples take the same arguments: {@code --data-dir DIR} for real data in place of the
 * embedded one, {@code --out DIR} for pictures (runs/NAME by default), {@code --seed N}, {@code
 * --short} for a run that only shows that all works, and {@code --json} for the results as the last
 * line of output.
 *
 * <pre>{@code
 * void main(String[] args) {
 *   Example gan = Example.start("gan", args);
 *   for (int i = 0; i < gan.steps(1_500); i++) { … gan.progress(i, "loss", loss); }
 *   gan.measure("Fréchet distance", distance, 38.2);
 *   gan.picture("samples.png", sheet);
 *   gan.end();
 * }
 * }</pre>
 */
public final class Example {
  private static final int LINES = 10;
  private static final int SHORTER = 100;

  /** A result beside that of the same recipe in PyTorch, where there is one. */
  private record Result(String name, double value, Optional<Double> twin) {}

  private final String name;
  private final Arguments arguments;
  private final long begin = System.nanoTime();
  private final List<Result> results = new ArrayList<>();
  private final List<Path> pictures = new ArrayList<>();
  private int steps = 1;

  private Example(String name, Arguments arguments) {
    this.name = name;
    this.arguments = arguments;
  }

  /**
   * Starts an example.
   *
   * @throws FoveaException if an argument is not known
   */
  public static Example start(String name, String... args) {
    Example example = new Example(name, Arguments.parse(name, args));
    System.out.println(
        name
            + ": "
            + example.arguments.dataDir().map(Path::toString).orElse("embedded data")
            + ", seed "
            + example.arguments.seed()
            + (example.isShort() ? ", short" : ""));
    return example;
  }

  /** Returns whether this run only shows that all works. */
  public boolean isShort() {
    return arguments.isShort();
  }

  /** Returns the folder of real data, if one was given. */
  public Optional<Path> dataDir() {
    return arguments.dataDir();
  }

  /** Returns the randomness of the run. */
  public Seed seed() {
    return Seed.of(arguments.seed());
  }

  /** Returns a number of steps, samples or epochs: a hundredth, at least 2, in a short run. */
  public int count(int full) {
    return isShort() ? Math.max(2, full / SHORTER) : full;
  }

  /** Returns the number of training steps; {@link #progress} is told each. */
  public int steps(int full) {
    steps = count(full);
    return steps;
  }

  /**
   * Tells of a step from 0; ten of all are printed.
   *
   * @param losses what the step came to, each with its name, such as "loss", 0.31
   */
  public void progress(int step, Object... losses) {
    int every = Math.max(1, steps / LINES);
    if ((step + 1) % every == 0) {
      String text =
          Stream.of(losses)
              .map(l -> l instanceof Number n ? number(n.doubleValue()) : l.toString())
              .collect(Collectors.joining(" "));
      System.out.println("  " + (step + 1) + "/" + steps + "  " + text + "  " + seconds() + " s");
    }
  }

  private long seconds() {
    return (System.nanoTime() - begin) / 1_000_000_000L;
  }

  /** Takes a result that has no twin. */
  public void measure(String what, double value) {
    results.add(new Result(what, value, Optional.empty()));
  }

  /**
   * Takes a result.
   *
   * @param twin what the same recipe reaches in PyTorch
   */
  public void measure(String what, double value, double twin) {
    results.add(new Result(what, value, Optional.of(twin)));
  }

  /** Writes a picture. */
  public void picture(String file, BufferedImage image) {
    Images.writePng(place(file), image);
  }

  /** Writes a picture [H, W, C] with values 0 … 255. */
  public void picture(String file, Tensor picture) {
    Images.writePng(place(file), picture);
  }

  private Path place(String file) {
    Path folder = arguments.out().orElse(Path.of("runs", name));
    try {
      Files.createDirectories(folder);
    } catch (IOException e) {
      throw new FoveaException(folder + ": the folder could not be made: " + e.getMessage(), e);
    }
    Path path = folder.resolve(file);
    pictures.add(path);
    return path;
  }

  /** Prints the results. */
  public void end() {
    boolean twins = results.stream().anyMatch(r -> r.twin().isPresent());
    Table table = twins ? new Table("measure", "Fovea", "PyTorch") : new Table("measure", "Fovea");
    for (Result r : results) {
      String own = number(r.value());
      if (twins) {
        table.row(r.name(), own, r.twin().map(Example::number).orElse("–"));
      } else {
        table.row(r.name(), own);
      }
    }
    System.out.print(table);
    pictures.forEach(p -> System.out.println("picture: " + p));
    System.out.println("time: " + seconds() + " s");
    if (arguments.isJson()) {
      System.out.println(Json.write(report()));
    }
  }

  private Map<String, Object> report() {
    Map<String, Object> measures = new LinkedHashMap<>();
    results.forEach(r -> measures.put(r.name(), r.value()));
    Map<String, Object> twins = new LinkedHashMap<>();
    results.forEach(r -> r.twin().ifPresent(t -> twins.put(r.name(), t)));
    Map<String, Object> report = new LinkedHashMap<>();
    report.put("example", name);
    report.put("measures", measures);
    report.put("pytorch", twins);
    report.put("pictures", pictures.stream().map(Path::toString).toList());
    report.put("seconds", seconds());
    return report;
  }

  /** Returns a number with four digits that count. */
  private static String number(double value) {
    return String.format(Locale.ROOT, Math.abs(value) < 1 ? "%.4f" : "%.4g", value);
  }
}
