package dev.fovea.vision;

import dev.fovea.io.TextFile;
import dev.fovea.tensor.FoveaException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * Pictures named in a list of separated values: {@code file,class} or {@code file,class,part}, the
 * part being to train on or to test with, by the names that {@link ImageFolder} knows.
 *
 * <p>Values are separated by commas, semicolons or tabs. Files are found from the list's own
 * folder, also without the ending of their names. With a heading the columns may have any order,
 * and others may stand between them: usual names of the columns are known, such as {@code
 * image_id,label} or {@code path,target}; of other names, the column whose values are files is that
 * of the files. Values may stand in double quotes, a quote within them doubled. The text is UTF-8
 * or UTF-16. Classes are sorted by name. Without parts a fifth of every class, or another share, is
 * kept to test with, as of a folder.
 */
public final class ImageList {
  private static final long MAX_BYTES = 1L << 28;
  private static final char[] SEPARATORS = {',', ';', '\t'};
  private static final List<String> ENDINGS =
      List.of("jpg", "png", "jpeg", "JPG", "PNG", "JPEG", "tif", "gif", "bmp", "pgm", "ppm");
  private static final Set<String> FILES =
      Set.of(
          "file",
          "files",
          "path",
          "paths",
          "image",
          "images",
          "img",
          "picture",
          "photo",
          "id",
          "filename",
          "filenames",
          "filepath",
          "imageid",
          "imgid",
          "imagename",
          "imgname",
          "imagepath",
          "imgpath",
          "imagefile",
          "imagefilename",
          "picturename",
          "name",
          "fname");
  private static final Set<String> CLASSES =
      Set.of(
          "class",
          "classes",
          "label",
          "labels",
          "target",
          "targets",
          "category",
          "classname",
          "labelname",
          "classlabel",
          "classid",
          "labelid",
          "categoryname",
          "species",
          "breed",
          "diagnosis",
          "y");
  private static final Set<String> PARTS =
      Set.of("part", "split", "set", "subset", "partition", "usage", "dataset", "datasplit");

  private final Path list;

  private ImageList(Path list) {
    this.list = list;
  }

  /** One picture of the list. */
  private record Picture(Path file, String label, boolean test) {}

  /** Where the values stand in a line of a number of values; part is −1 where there is none. */
  private record Columns(boolean heading, int count, int file, int label, int part) {}

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
    List<Picture> pictures = new ImageList(list).pictures();
    List<String> classes = classes(list, pictures, options);
    Map<String, Integer> numbers = new HashMap<>();
    List<ImageFolder.Entry> train = new ArrayList<>();
    List<ImageFolder.Entry> test = new ArrayList<>();
    for (Picture p : pictures) {
      int label = numbers.computeIfAbsent(p.label, name -> options.number(classes, name));
      (p.test ? test : train).add(new ImageFolder.Entry(p.file, label));
    }
    if (!test.isEmpty()) {
      return new ImageListing(list, classes, train, test, true, List.of());
    }
    List<ImageFolder.Entry> kept = new ArrayList<>();
    ImageFolder.divide(train, classes.size(), options, kept, test);
    return new ImageListing(list, classes, kept, test, false, List.of());
  }

  private static List<String> classes(
      Path list, List<Picture> pictures, ImageFolder.Options options) {
    TreeSet<String> names = new TreeSet<>();
    pictures.forEach(p -> names.add(p.label));
    if (!options.classes().isEmpty()) {
      options.requireKnown(list, names);
      return options.classes();
    }
    if (names.size() < 2) {
      throw new FoveaException(
          "%s: %s classes, expected two or more".formatted(list, names.size()));
    }
    List<String> classes = List.copyOf(names);
    ImageFolder.requireNames(list, classes);
    return classes;
  }

  private List<Picture> pictures() {
    List<CsvText.Line> lines = lines();
    if (lines.isEmpty()) {
      return List.of();
    }
    Columns columns = columns(lines);
    return lines.subList(columns.heading ? 1 : 0, lines.size()).stream()
        .map(line -> picture(line, columns))
        .toList();
  }

  /** Returns the lines with the separator that makes sense of the first one. */
  private List<CsvText.Line> lines() {
    String text = TextFile.read(list, MAX_BYTES);
    int end = (int) text.chars().takeWhile(c -> c != '\n' && c != '\r').count();
    String first = text.substring(0, end);
    char separator = SEPARATORS[0];
    for (char s : SEPARATORS) {
      if (first.indexOf(separator) < 0 && first.indexOf(s) >= 0) {
        separator = s;
      }
    }
    for (char s : SEPARATORS) {
      List<String> names = List.of(first.split(Pattern.quote(String.valueOf(s))));
      if (find(names, FILES) >= 0 && find(names, CLASSES) >= 0) {
        separator = s;
      }
    }
    return CsvText.parse(list.toString(), text, separator);
  }

  /** Returns the column with one of these names, or −1. */
  private static int find(List<String> heading, Set<String> names) {
    for (int i = 0; i < heading.size(); i++) {
      String name = heading.get(i).toLowerCase(Locale.ROOT).replaceAll("[^\\p{L}]", "");
      if (names.contains(name)) {
        return i;
      }
    }
    return -1;
  }

  private Columns columns(List<CsvText.Line> lines) {
    List<String> first = lines.getFirst().values();
    int file = find(first, FILES);
    int label = find(first, CLASSES);
    if (exists(first) >= 0 || (lines.size() == 1 && (file < 0 || label < 0))) {
      return plain(first);
    }
    int example = exists(lines.get(Math.min(1, lines.size() - 1)).values());
    if (file < 0 && label < 0 && example < 0) {
      return plain(first);
    }
    // A column of files is worth more than its name: an id may be a number beside the file's name.
    int named = example >= 0 ? example : file >= 0 ? file : label == 0 ? 1 : 0;
    int classes = label >= 0 && label != named ? label : first.size() == 2 ? 1 - named : -1;
    int part = find(first, PARTS);
    if (first.size() <= 3 && named == 0 && part < 0) {
      classes = classes < 0 ? 1 : classes;
      part = classes == 1 ? 2 : -1;
    }
    if (classes < 0 || named >= first.size()) {
      throw wrong(
          lines.getFirst().number(),
          "no column of classes among %s; name it label or class",
          ImageFolder.some(first));
    }
    return new Columns(true, first.size(), named, classes, part);
  }

  /**
   * Returns the columns of lines without a heading: the class first if only the other is a file.
   */
  private Columns plain(List<String> first) {
    boolean swapped = first.size() == 2 && exists(first) == 1;
    return new Columns(false, -1, swapped ? 1 : 0, swapped ? 0 : 1, 2);
  }

  /** Returns the first value that names a file, or −1. */
  private int exists(List<String> values) {
    for (int i = 0; i < values.size(); i++) {
      try {
        if (!values.get(i).isEmpty() && Files.isRegularFile(resolved(values.get(i)))) {
          return i;
        }
      } catch (InvalidPathException e) {
        // No name of a file.
      }
    }
    return -1;
  }

  /** Returns the file of a name; contests leave out the ending. */
  private Path resolved(String name) {
    Path file = list.resolveSibling(name);
    if (Files.exists(file)) {
      return file;
    }
    return ENDINGS.stream()
        .map(ending -> list.resolveSibling(name + "." + ending))
        .filter(Files::isRegularFile)
        .findFirst()
        .orElse(file);
  }

  private Picture picture(CsvText.Line line, Columns columns) {
    List<String> values = line.values();
    int n = values.size();
    boolean wide = columns.count > 3;
    if (wide ? n != columns.count : n <= Math.max(columns.file, columns.label) || n > 3) {
      String expected =
          wide ? columns.count + " as in the heading" : "file,class or file,class,part";
      throw wrong(line.number(), n + " values, expected %s", expected);
    }
    String file = values.get(columns.file);
    String label = values.get(columns.label);
    if (file.isEmpty() || label.isEmpty()) {
      throw wrong(line.number(), "the %s is empty", file.isEmpty() ? "file" : "class");
    }
    boolean parted = columns.part >= 0 && columns.part < n;
    try {
      return new Picture(
          resolved(file), label, parted && isTest(line.number(), values.get(columns.part)));
    } catch (InvalidPathException e) {
      throw wrong(line.number(), "\"%s\" is no name of a file", file);
    }
  }

  private boolean isTest(int number, String part) {
    return PartName.parse(part)
        .map(name -> name.part() != PartName.Part.TRAIN)
        .orElseThrow(() -> wrong(number, "part \"%s\", expected train or test", part));
  }

  private FoveaException wrong(int number, String what, Object value) {
    return new FoveaException(list + ", line " + number + ": " + what.formatted(value));
  }
}
