package dev.fovea.apps;

import dev.fovea.io.AtomicFiles;
import dev.fovea.io.Json;
import dev.fovea.io.Table;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Tensor;
import dev.fovea.train.Epochs;
import dev.fovea.train.History;
import dev.fovea.train.ProgressListener;
import dev.fovea.train.Training;
import dev.fovea.vision.Images;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The frame of an example program: its arguments, its progress, its results.
 *
 * <p>All examples take the same arguments: {@code --data-dir DIR} for real data in place of the
 * embedded one, {@code --out DIR} for pictures and results.json (runs/NAME by default), {@code
 * --seed N}, {@code --short} for a run that only shows that all works, and {@code --json} for the
 * results as the last line of output.
 *
 * <pre>{@code
 * void main(String[] args) {
 *   Example gan = Example.start("gan", args);
 *   for (int i = 0; i < gan.steps(1_500); i++) { … gan.progress(i, "loss", loss); }
 *   gan.measure("Fréchet distance", distance);
 *   gan.picture("samples.png", sheet);
 *   gan.end();
 * }
 * }</pre>
 */
public final class Example {
  /** The file of results in the folder of pictures. */
  public static final String RESULTS = "results.json";

  private static final int LINES = 10;
  private static final int SHORTER = 100;

  /** A result beside that of the same recipe in PyTorch, where there is one. */
  private record Result(String name, double value, Optional<Double> twin) {}

  private final String name;
  private final Arguments arguments;
  private final long begin = System.nanoTime();
  private final List<Result> results = new ArrayList<>();
  private final Map<String, Double> twins = new HashMap<>();
  private final List<Path> pictures = new ArrayList<>();
  private int steps = 1;
  private boolean usesRealData;

  private Example(String name, Arguments arguments) {
    this.name = name;
    this.arguments = arguments;
  }

  /**
   * Starts an example.
   *
   * @throws FoveaException if an argument is not known, or the folder of results cannot be made
   */
  public static Example start(String name, String... args) {
    Example example = new Example(name, Arguments.parse(name, args));
    example.requirePlace();
    System.out.println(
        name
            + ": "
            + example.arguments.dataDir().map(Path::toString).orElse("embedded data")
            + ", seed "
            + example.arguments.seed()
            + (example.isShort() ? ", short" : ""));
    return example;
  }

  /** Looks at the place of the results before any work is done for them. */
  private void requirePlace() {
    @Nullable Path there = out().toAbsolutePath();
    while (there != null && !Files.exists(there, LinkOption.NOFOLLOW_LINKS)) {
      there = there.getParent();
    }
    if (there != null && !(Files.isDirectory(there) && Files.isWritable(there))) {
      throw new FoveaException(
          "%s: no results can be written to %s: %s is %s"
              .formatted(
                  name,
                  out(),
                  there,
                  Files.isDirectory(there) ? "read-only" : "a file, expected a folder"));
    }
  }

  private Path out() {
    return arguments.out().orElse(Path.of("runs", name));
  }

  /** Returns whether this run only shows that all works. */
  public boolean isShort() {
    return arguments.isShort();
  }

  /**
   * Returns the folder of a set of real data, if {@code --data-dir} was given: the folder of that
   * name in it, or it itself.
   */
  public Optional<Path> data(String set) {
    usesRealData |= arguments.dataDir().isPresent();
    return arguments
        .dataDir()
        .map(dir -> {
          Path inside = dir.resolve(set);
          return Files.isDirectory(inside) ? inside : dir;
        });
  }

  /** Returns a file in the folder of real data, such as a trained network, if it is there. */
  public Optional<Path> find(String path) {
    Optional<Path> file =
        arguments.dataDir().map(dir -> dir.resolve(path)).filter(Files::isRegularFile);
    usesRealData |= file.isPresent();
    return file;
  }

  /**
   * Returns a file or folder in the folder of real data, if {@code --data-dir} was given.
   *
   * @throws FoveaException if it is not there
   */
  public Optional<Path> need(String path) {
    Optional<Path> file = arguments.dataDir().map(dir -> dir.resolve(path));
    file.ifPresent(f -> {
      if (!Files.exists(f)) {
        throw lacks(path);
      }
    });
    usesRealData |= file.isPresent();
    return file;
  }

  /**
   * Returns those of some sets that are in the folder of real data, by name: a folder of that name
   * in it, or it itself if it is called so. There are none without {@code --data-dir}.
   *
   * @throws FoveaException if it has none of them
   */
  public Map<String, Path> sets(String... names) {
    Map<String, Path> sets = new LinkedHashMap<>();
    for (String set : names) {
      data(set)
          .filter(f -> f.toAbsolutePath().normalize().endsWith(set))
          .ifPresent(f -> sets.put(set, f));
    }
    if (sets.isEmpty() && arguments.dataDir().isPresent()) {
      throw lacks("folder " + String.join(" or ", names));
    }
    return sets;
  }

  private FoveaException lacks(String what) {
    String folder = arguments.dataDir().map(Path::toString).orElse("");
    return new FoveaException(folder + ": no " + what + " in it");
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
   * Tells of a step from 0; ten of all are printed, the last one among them, or all if there are
   * fewer.
   *
   * @param losses what the step came to, each with its name, such as "loss", 0.31
   */
  public void progress(int step, Object... losses) {
    int all = Math.max(1, steps);
    if (LINES * (step + 1L) / all > LINES * (long) step / all) {
      String text =
          Stream.of(losses)
              .map(l -> l instanceof Number n ? number(n.doubleValue()) : l.toString())
              .collect(Collectors.joining(" "));
      System.out.println("  " + (step + 1) + "/" + steps + "  " + text + "  " + seconds() + " s");
    }
  }

  /** Returns the number of epochs of a training; {@link #listener} tells of each. */
  public Epochs epochs(int full) {
    return Epochs.epochs(steps(full));
  }

  /** Returns a listener that tells of the epochs of a training; ten of all are printed. */
  public ProgressListener listener() {
    return new ProgressListener() {
      @Override
      public void onEpoch(Training training, History.Epoch epoch) {
        progress(epoch.number() - 1, "loss", epoch.train().loss());
      }
    };
  }

  private long seconds() {
    return (System.nanoTime() - begin) / 1_000_000_000L;
  }

  /**
   * Takes what the same recipe reaches in PyTorch, by the names of the results; results of these
   * names are then shown as by {@link #measure(String, double, double)}.
   */
  public void twins(Map<String, Double> figures) {
    twins.putAll(figures);
  }

  /** Takes a result; NaN means that it could not be measured. JSON has null for it, and for ∞. */
  public void measure(String what, double value) {
    Double twin = twins.get(what);
    if (twin == null) {
      results.add(new Result(what, value, Optional.empty()));
    } else {
      measure(what, value, twin);
    }
  }

  /**
   * Takes a result of the real data.
   *
   * @param twin what the same recipe reaches in PyTorch; a short run and one on embedded data do
   *     not show it, for it has learned something else
   */
  public void measure(String what, double value, double twin) {
    add(what, value, twin, usesRealData && !isShort());
  }

  /**
   * Takes a result of data that the example draws itself, with or without real ones.
   *
   * @param twin what the same recipe reaches in PyTorch; a short run does not show it
   */
  public void measureDrawn(String what, double value, double twin) {
    add(what, value, twin, !isShort());
  }

  private void add(String what, double value, double twin, boolean comparable) {
    results.add(new Result(what, value, comparable ? Optional.of(twin) : Optional.empty()));
  }

  /** Writes a picture: as JPEG where the file ends in .jpg, else as PNG. */
  public void picture(String file, BufferedImage image) {
    if (file.endsWith(".jpg")) {
      Images.writeJpeg(place(file), image);
    } else {
      Images.writePng(place(file), image);
    }
  }

  /** Writes a picture [H, W, C] with values 0 … 255, in the same way. */
  public void picture(String file, Tensor picture) {
    picture(file, Images.toBufferedImage(picture));
  }

  private Path place(String file) {
    Path path = folder().resolve(file);
    pictures.add(path);
    return path;
  }

  /** Returns the folder of pictures and results, which is there. */
  private Path folder() {
    Path folder = out();
    try {
      Files.createDirectories(folder);
    } catch (IOException e) {
      throw new FoveaException(
          folder + ": the folder could not be made: " + AtomicFiles.reason(e), e);
    }
    return folder;
  }

  /** Prints the results and writes them, as JSON, beside the pictures. */
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
    if (arguments.dataDir().isPresent() && !usesRealData) {
      System.out.println("--data-dir is ignored: " + name + " used no data from it");
    }
    pictures.forEach(p -> System.out.println("picture: " + p));
    System.out.println("time: " + seconds() + " s");
    String report = Json.write(report());
    AtomicFiles.write(folder().resolve(RESULTS), report + "\n");
    if (arguments.isJson()) {
      System.out.println(report);
    }
  }

  private Map<String, Object> report() {
    Map<String, Object> measures = new LinkedHashMap<>();
    for (Result r : results) {
      measures.put(r.name(), Double.isFinite(r.value()) ? r.value() : Json.Null.NULL);
    }
    Map<String, Object> twins = new LinkedHashMap<>();
    results.forEach(r -> r.twin().ifPresent(t -> twins.put(r.name(), t)));
    Map<String, Object> report = new LinkedHashMap<>();
    report.put("example", name);
    report.put("measures", measures);
    report.put("pytorch", twins);
    report.put("real_data", usesRealData);
    report.put("short", isShort());
    report.put("pictures", pictures.stream().map(p -> p.getFileName().toString()).toList());
    report.put("seconds", seconds());
    return report;
  }

  /** Returns a number with four digits that count. */
  private static String number(double value) {
    if (!Double.isFinite(value)) {
      return Double.isNaN(value) ? "–" : value > 0 ? "∞" : "−∞";
    }
    return String.format(Locale.ROOT, Math.abs(value) < 1 ? "%.4f" : "%.4g", value);
  }
}
