package dev.fovea.systems.label;

import dev.fovea.io.AtomicFiles;
import dev.fovea.tensor.FoveaException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** The files below a folder, found by their names without endings. */
final class FileIndex {
  private static final int DEEPEST = 8;
  private static final int MOST_FILES = 4_000_000;
  private static final Set<String> PICTURES =
      Set.of("png", "jpg", "jpeg", "gif", "bmp", "tif", "tiff", "pgm", "ppm");

  private final Path root;
  private final List<Path> files;
  private final Map<String, List<Path>> byStem = new HashMap<>();

  private FileIndex(Path root, List<Path> files) {
    this.root = root;
    this.files = files;
    files.forEach(f -> byStem.computeIfAbsent(stem(f), s -> new ArrayList<>()).add(f));
  }

  /**
   * Lists the files below a folder in the order of their names, without hidden ones.
   *
   * @throws FoveaException if it is no folder or cannot be read
   */
  static FileIndex of(Path root) {
    if (!Files.isDirectory(root)) {
      throw new FoveaException(root + ": no such folder");
    }
    try (Stream<Path> walk = Files.walk(root, DEEPEST)) {
      List<Path> files =
          walk.filter(f -> !isHidden(root, f))
              .filter(Files::isRegularFile)
              .limit(MOST_FILES)
              .sorted()
              .toList();
      return new FileIndex(root, files);
    } catch (IOException e) {
      throw unreadable(root, e);
    } catch (UncheckedIOException e) { // of a folder within
      throw unreadable(root, Objects.requireNonNull(e.getCause()));
    }
  }

  private static FoveaException unreadable(Path root, IOException e) {
    String said = e instanceof FileSystemException f ? f.getFile() : null;
    String folder = said == null ? root.toString() : said;
    return new FoveaException(folder + ": cannot be read: " + AtomicFiles.reason(e), e);
  }

  private static boolean isHidden(Path root, Path file) {
    for (Path part : root.relativize(file)) {
      if (part.toString().startsWith(".") && part.toString().length() > 1) {
        return true;
      }
    }
    return false;
  }

  /** Returns the name of a file without folders and ending. */
  static String stem(Path file) {
    return stem(String.valueOf(file.getFileName()));
  }

  private static String stem(String name) {
    int dot = name.lastIndexOf('.');
    return dot > 0 ? name.substring(0, dot) : name;
  }

  /** Returns the ending of a file's name in small letters, without the dot. */
  static String ending(Path file) {
    String name = String.valueOf(file.getFileName());
    return name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
  }

  static boolean isPicture(Path file) {
    return PICTURES.contains(ending(file));
  }

  Path root() {
    return root;
  }

  /** Returns the files of a kind, in the order of their names. */
  List<Path> all(Predicate<Path> kind) {
    return files.stream().filter(kind).toList();
  }

  /** Returns the names of the folders between the root and a file, in small letters. */
  List<String> folders(Path file) {
    List<String> names = new ArrayList<>();
    Path relative = root.relativize(file);
    for (int i = 0; i < relative.getNameCount() - 1; i++) {
      names.add(relative.getName(i).toString().toLowerCase(Locale.ROOT));
    }
    return names;
  }

  /**
   * Returns the file of a kind that has the same name as another, but for the ending. Of several
   * the one is taken that shares most folders' names with it.
   */
  Optional<Path> like(Path other, Predicate<Path> kind) {
    return named(stem(other), new HashSet<>(folders(other)), kind);
  }

  /**
   * Returns the file of a kind with this name without its ending. Of several the one is taken that
   * lies in most of these folders, of those the one in the fewest others.
   */
  Optional<Path> named(String stem, Set<String> near, Predicate<Path> kind) {
    Path best = null;
    long most = Long.MIN_VALUE;
    for (Path f : byStem.getOrDefault(stem, List.of())) {
      List<String> own = folders(f);
      long score = own.stream().filter(near::contains).count() * (DEEPEST + 1) - own.size();
      if (score > most && kind.test(f)) {
        best = f;
        most = score;
      }
    }
    return Optional.ofNullable(best);
  }

  /**
   * Returns the file of a kind that a label file names, whatever its ending is. The folders in the
   * name need not be there: they tell files of one name apart.
   *
   * @param path the name, with folders or without
   * @param near further folders in which it may lie
   */
  Optional<Path> told(String path, Set<String> near, Predicate<Path> kind) {
    String[] parts = path.replace('\\', '/').split("/", -1);
    Set<String> all = new HashSet<>(near);
    for (int i = 0; i < parts.length - 1; i++) {
      all.add(parts[i].toLowerCase(Locale.ROOT));
    }
    return named(stem(parts[parts.length - 1]), all, kind);
  }

  /**
   * Returns whether a file is a map of segments of COCO's panoptic form, by its folder, such as
   * panoptic_train2017, or by the one around its folder where that is but a part, such as train.
   */
  boolean isPanopticMap(Path file) {
    Optional<String> own =
        folders(file).reversed().stream().filter(f -> !f.matches("(train|val|test).*")).findFirst();
    return ending(file).equals("png") && own.filter(f -> f.startsWith("panoptic")).isPresent();
  }

  /** Returns the pictures: those in folders of that name if there are some, else all. */
  List<Path> pictures() {
    List<Path> all = all(FileIndex::isPicture);
    List<Path> named =
        all.stream()
            .filter(f -> folders(f).stream().anyMatch(n -> n.matches("(jpeg)?images.*")))
            .toList();
    return named.isEmpty() ? all : named;
  }
}
