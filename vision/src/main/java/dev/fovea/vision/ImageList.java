package dev.fovea.vision;

import dev.fovea.io.AtomicFiles;
import dev.fovea.tensor.FoveaException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Pictures named in a list of comma-separated values: {@code file,class} or {@code
 * file,class,part}, the part being {@code train} or {@code test}.
 *
 * <p>Files are found from the list's own folder. A first line {@code file,…}, {@code path,…},
 * {@code image,…} or {@code filename,…} is a heading. Values may stand in double quotes, a quote
 * within them doubled. Classes are sorted by name. Without parts a fifth of every class, or another
 * share, is kept to test with, as of a folder.
 */
public final class ImageList {
  private static final Set<String> HEADINGS = Set.of("file", "path", "image", "filename");
  private static final Set<String> TEST = Set.of("test", "val", "validation");
  private static final long MAX_BYTES = 1L << 28;

  private ImageList() {}

  /** One line of the list. */
  private record Line(Path file, String label, String part) {}

  /**
   * Opens the pictures of a list.
   *
   * @throws FoveaException if a line is not understood, the message names it, or as {@link
   *     ImageFolder#open}
   */
  public static DataSource open(Path list, ImageFolder.Options options) {
    return ImageFolder.load("csv", list(list, options), options);
  }

  static ImageListing list(Path list, ImageFolder.Options options) {
    List<Line> lines = lines(list);
    TreeSet<String> names = new TreeSet<>();
    lines.forEach(l -> names.add(l.label));
    if (names.size() < 2) {
      throw new FoveaException(
          "%s: %d classes, expected two or more".formatted(list, names.size()));
    }
    List<String> classes = List.copyOf(names);
    ImageFolder.requireNames(list, classes);
    Map<String, Integer> numbers = new TreeMap<>();
    classes.forEach(c -> numbers.put(c, numbers.size()));
    List<ImageFolder.Entry> train = new ArrayList<>();
    List<ImageFolder.Entry> test = new ArrayList<>();
    for (Line l : lines) {
      Integer label = numbers.get(l.label);
      ImageFolder.Entry entry = new ImageFolder.Entry(l.file, label == null ? -1 : label);
      (TEST.contains(l.part) ? test : train).add(entry);
    }
    if (!test.isEmpty()) {
      return new ImageListing(list, classes, train, test, true);
    }
    List<ImageFolder.Entry> kept = new ArrayList<>();
    ImageFolder.divide(train, classes.size(), options, kept, test);
    return new ImageListing(list, classes, kept, test, false);
  }

  private static List<Line> lines(Path list) {
    List<String> text = text(list);
    List<Line> lines = new ArrayList<>();
    for (int i = 0; i < text.size(); i++) {
      List<String> values = values(list, i + 1, text.get(i));
      boolean heading = i == 0 && HEADINGS.contains(values.getFirst().toLowerCase(Locale.ROOT));
      if (!heading && !text.get(i).isBlank()) {
        lines.add(line(list, i + 1, values));
      }
    }
    return lines;
  }

  private static List<String> text(Path list) {
    try {
      if (Files.size(list) > MAX_BYTES) {
        throw new FoveaException(
            list + ": a list of " + Files.size(list) + " bytes, allowed are " + MAX_BYTES);
      }
      String all = Files.readString(list, StandardCharsets.UTF_8);
      // Spreadsheets begin their files with a mark of the byte order.
      return (all.startsWith("\uFEFF") ? all.substring(1) : all).lines().toList();
    } catch (IOException e) {
      throw new FoveaException(list + ": cannot be read: " + AtomicFiles.reason(e), e);
    }
  }

  private static Line line(Path list, int number, List<String> values) {
    if (values.size() < 2 || values.size() > 3) {
      throw wrong(list, number, "%d values, expected file,class or file,class,part", values.size());
    }
    String part = values.size() == 2 ? "train" : values.get(2).toLowerCase(Locale.ROOT);
    if (!part.equals("train") && !TEST.contains(part)) {
      throw wrong(list, number, "part \"%s\", expected train or test", part);
    }
    if (values.get(0).isEmpty() || values.get(1).isEmpty()) {
      throw wrong(list, number, "%s is empty", values.get(0).isEmpty() ? "the file" : "the class");
    }
    try {
      return new Line(list.resolveSibling(values.get(0)), values.get(1), part);
    } catch (InvalidPathException e) {
      throw wrong(list, number, "\"%s\" is no name of a file", values.get(0));
    }
  }

  private static FoveaException wrong(Path list, int number, String what, Object value) {
    return new FoveaException(list + ", line " + number + ": " + what.formatted(value));
  }

  /** Returns the values of a line; quotes may hold commas. */
  private static List<String> values(Path list, int number, String line) {
    List<String> values = new ArrayList<>();
    StringBuilder value = new StringBuilder();
    boolean quoted = false;
    for (int i = 0; i < line.length(); i++) {
      char c = line.charAt(i);
      boolean doubled = quoted && c == '"' && i + 1 < line.length() && line.charAt(i + 1) == '"';
      if (doubled) {
        value.append(c);
        i++;
      } else if (c == '"') {
        quoted = !quoted;
      } else if (c == ',' && !quoted) {
        values.add(value.toString().strip());
        value.setLength(0);
      } else {
        value.append(c);
      }
    }
    if (quoted) {
      throw wrong(list, number, "a quote that does not end%s", "");
    }
    values.add(value.toString().strip());
    return values;
  }
}
