package dev.fovea.studio.state;

import dev.fovea.formats.tensorboard.EventFile;
import dev.fovea.io.Json;
import dev.fovea.io.Safetensors;
import dev.fovea.io.Text;
import dev.fovea.tensor.FoveaException;
import dev.fovea.train.History;
import dev.fovea.train.Scores;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * The trainings that lie in a folder, each in a folder of its own: those of {@code fovea train},
 * with {@code history.csv}, and those that others logged for TensorBoard. Links are not followed.
 */
public final class RunFolders {
  /** So many trainings are told of at most. */
  public static final int MOST = 500;

  private static final int DEPTH = 4;

  /** So many files are looked at, in whatever folder this is. */
  private static final int MOST_FILES = 50_000;

  private static final long MAX_HISTORY = 8 << 20;
  private static final int MAX_SETTING = 200;
  private static final int MOST_SETTINGS = 64;

  /** So many bytes are read, and so many curves told, for one answer. */
  private static final long MOST_BYTES = 1 << 28;

  private static final int MOST_NUMBERS = 20_000;
  private static final String HISTORY = "history.csv";
  private static final String MODEL = "model.safetensors";
  private static final String EVENTS = "events.out.tfevents.";

  private final Path root;

  /** Creates what looks into a folder, which need not be there. */
  public RunFolders(Path root) {
    this.root = root;
  }

  /**
   * A training.
   *
   * @param name the path of its folder under the root
   * @param curves its numbers by their name, such as {@code validation accuracy}
   * @param settings how it was trained, by name; empty where nobody wrote it down
   * @param problem what is wrong with its files in one line; empty if nothing is
   */
  public record Run(
      String name, Map<String, Curve> curves, Map<String, String> settings, String problem) {}

  /**
   * Returns the file of the network that a training came to.
   *
   * @throws FoveaException if there is no such training, or it has left none
   */
  public Path model(String name) {
    Path file = folder(folders(), name).resolve(MODEL);
    if (!isFile(file)) {
      throw new FoveaException("runs: " + Text.shown(name) + " has no " + MODEL);
    }
    return file;
  }

  private static Path folder(Map<String, Path> folders, String name) {
    return Optional.ofNullable(folders.get(name))
        .orElseThrow(() -> new FoveaException("runs: there is no training " + Text.shown(name)));
  }

  /** Returns the folders of trainings by their names, in the order of the alphabet. */
  private Map<String, Path> folders() {
    TreeMap<String, Path> found = new TreeMap<>();
    try {
      if (Files.isDirectory(root)) {
        Path own = root.toRealPath(); // the folder itself may be a link
        Files.walkFileTree(own, Set.of(), DEPTH, new Finder(own, found));
      }
    } catch (IOException e) {
      throw new FoveaException("runs: " + root + " cannot be read", e);
    }
    return found;
  }

  /**
   * What is told of the first trainings.
   *
   * @param runs what is kept of each
   * @param all how many there are, at most {@value #MOST}
   */
  public record Told<T>(List<T> runs, int all) {}

  /**
   * Tells of the trainings in the order of the alphabet. One after the other is read and told, so
   * that never more than one is held.
   *
   * @param most of how many; the files of the others are not read
   * @param told what is kept of each
   */
  public <T> Told<T> first(int most, Function<Run, T> told) {
    Budget budget = new Budget();
    Map<String, Path> folders = folders();
    List<T> runs =
        folders.entrySet().stream()
            .limit(Math.min(most, MOST))
            .map(e -> told.apply(read(e.getKey(), e.getValue(), budget)))
            .toList();
    return new Told<>(runs, Math.min(folders.size(), MOST));
  }

  /**
   * Reads some trainings, one after the other.
   *
   * @param seen takes each
   * @throws FoveaException if there is none of such a name
   */
  public void named(List<String> names, Consumer<Run> seen) {
    Map<String, Path> folders = folders();
    Budget budget = new Budget();
    names.stream().distinct().map(name -> read(name, folder(folders, name), budget)).forEach(seen);
  }

  /** How much is read for one answer. */
  private static final class Budget {
    private long bytes = MOST_BYTES;
    private int numbers = MOST_NUMBERS;

    void file(Path file) {
      try {
        bytes -= Files.size(file);
      } catch (IOException e) {
        throw new FoveaException(file + ": cannot be read", e);
      }
      if (bytes < 0) {
        throw new FoveaException(
            "%s: not read; the files of all trainings together have more than %s bytes"
                .formatted(file, MOST_BYTES));
      }
    }

    void curves(Path folder, int count) {
      numbers -= count;
      if (numbers < 0) {
        throw new FoveaException(
            "%s: not shown; all trainings together tell more than %s numbers"
                .formatted(folder, MOST_NUMBERS));
      }
    }
  }

  private static final class Finder extends SimpleFileVisitor<Path> {
    private final Path own;
    private final Map<String, Path> found;
    private int seen;

    Finder(Path own, Map<String, Path> found) {
      this.own = own;
      this.found = found;
    }

    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes about) {
      String name = String.valueOf(file.getFileName());
      Path folder = file.getParent();
      if (about.isRegularFile()
          && folder != null
          && (name.equals(HISTORY) || name.startsWith(EVENTS))) {
        found.put(own.relativize(folder).toString(), folder);
      }
      seen++;
      return seen < MOST_FILES ? FileVisitResult.CONTINUE : FileVisitResult.TERMINATE;
    }

    @Override
    public FileVisitResult visitFileFailed(Path file, IOException e) {
      return FileVisitResult.CONTINUE;
    }
  }

  private static Run read(String name, Path folder, Budget budget) {
    Map<String, Curve> curves = new LinkedHashMap<>();
    String problem = "";
    try {
      if (isFile(folder.resolve(HISTORY))) {
        budget.file(folder.resolve(HISTORY));
        curves.putAll(history(folder.resolve(HISTORY)));
      } else {
        curves.putAll(events(folder, budget));
      }
      budget.curves(folder, curves.size());
    } catch (FoveaException e) {
      curves.clear();
      problem = String.valueOf(e.getMessage());
    }
    return new Run(name, curves, settings(folder.resolve(MODEL)), problem);
  }

  private static boolean isFile(Path file) {
    return Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS);
  }

  private static Map<String, Curve> history(Path file) {
    try {
      if (Files.size(file) > MAX_HISTORY) {
        throw new FoveaException(file + ": longer than " + MAX_HISTORY + " bytes");
      }
    } catch (IOException e) {
      throw new FoveaException(file + ": cannot be read", e);
    }
    Map<String, Curve> curves = new LinkedHashMap<>();
    for (History.Epoch e : History.read(file).epochs()) {
      scores(curves, "train ", e.number(), e.train());
      e.validation().ifPresent(v -> scores(curves, "validation ", e.number(), v));
      add(curves, "learning rate", e.number(), e.learningRate());
      add(curves, "seconds", e.number(), e.seconds());
    }
    return curves;
  }

  private static void scores(Map<String, Curve> to, String what, int epoch, Scores scores) {
    add(to, what + "loss", epoch, scores.loss());
    scores.metrics().forEach((name, value) -> add(to, what + name, epoch, value));
  }

  private static void add(Map<String, Curve> to, String name, long step, double value) {
    to.computeIfAbsent(name, n -> new Curve()).add(step, value);
  }

  /** Reads all event files of a folder: a training that went on has begun another. */
  private static Map<String, Curve> events(Path folder, Budget budget) {
    Map<String, Curve> curves = new LinkedHashMap<>();
    try (Stream<Path> files = Files.list(folder)) {
      files
          .filter(f -> String.valueOf(f.getFileName()).startsWith(EVENTS) && isFile(f))
          .sorted()
          .forEach(f -> {
            budget.file(f);
            EventFile.read(f).scalars().forEach((tag, s) -> add(curves, tag, s));
          });
    } catch (IOException e) {
      throw new FoveaException(folder + ": cannot be read", e);
    }
    return curves;
  }

  /** Adds a series; steps that an earlier file told are told anew. */
  private static void add(Map<String, Curve> to, String tag, EventFile.Series series) {
    Curve curve = to.computeIfAbsent(tag, n -> new Curve());
    long[] steps = series.steps();
    double[] values = series.values();
    for (int i = 0; i < steps.length; i++) {
      if (i == 0) {
        curve.cut(steps[i] - 1);
      }
      curve.add(steps[i], values[i]);
    }
  }

  /** Returns how a network was trained, as {@code fovea train} writes it into its file. */
  private static Map<String, String> settings(Path model) {
    Map<String, String> settings = new LinkedHashMap<>();
    if (!isFile(model)) {
      return settings;
    }
    try {
      Map<String, String> texts = Safetensors.readMetadata(model);
      for (String name : List.of("net", "data")) {
        if (texts.containsKey(name)) {
          settings.put(name, setting(texts.getOrDefault(name, "")));
        }
      }
      Json.parseObject(texts.getOrDefault("training", "{}"), "training").entrySet().stream()
          .limit(MOST_SETTINGS)
          .forEach(e -> settings.put(setting(e.getKey()), setting(Json.write(e.getValue()))));
    } catch (FoveaException e) {
      settings.clear(); // another tool's file, or a damaged one: its curves are shown all the same
    }
    return settings;
  }

  private static String setting(String text) {
    boolean quoted = text.length() > 1 && text.startsWith("\"") && text.endsWith("\"");
    return Text.cut(
        Text.oneLine(quoted ? text.substring(1, text.length() - 1) : text), MAX_SETTING);
  }
}
