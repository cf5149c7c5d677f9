package dev.fovea.studio.state;

import dev.fovea.formats.Formats;
import dev.fovea.io.FileNames;
import dev.fovea.io.Text;
import dev.fovea.tensor.FoveaException;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/**
 * The files of networks that lie in a folder. Each has an id, its path under the folder, and is
 * opened by that alone: what is not in the list is not opened. Links are not followed.
 */
public final class ModelFolder {
  /** So many files are told of at most, the first in the order of the alphabet. */
  private static final int MOST = 500;

  private static final int DEPTH = 4;

  /** So many files are looked at, in whatever folder this is. */
  private static final int MOST_FILES = 50_000;

  /** Networks told as text lie beside their weights, which are in the list. */
  private static final List<String> TEXTS = List.of(".prototxt", ".cfg");

  /** What Windows takes for a device, whatever its ending. */
  private static final Pattern DEVICE =
      Pattern.compile("(con|prn|aux|nul|com\\d|lpt\\d)(\\..*)?", Pattern.CASE_INSENSITIVE);

  private final Path root;

  /** Creates what looks into a folder, which need not be there. */
  public ModelFolder(Path root) {
    this.root = root;
  }

  /** Returns the ids of the files, in the order of the alphabet. */
  public List<String> ids() {
    return List.copyOf(files().keySet());
  }

  /**
   * Returns a file.
   *
   * @throws FoveaException if the folder has none of this id
   */
  public Path file(String id) {
    return Optional.ofNullable(files().get(id))
        .filter(this::isInside)
        .orElseThrow(() -> new FoveaException("models: there is no network " + Text.shown(id)));
  }

  /** A folder on the way may have become a link since it was listed. */
  private boolean isInside(Path file) {
    try {
      return file.toRealPath().startsWith(root.toRealPath())
          && Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS);
    } catch (IOException e) {
      return false;
    }
  }

  private NavigableMap<String, Path> files() {
    NavigableMap<String, Path> found = new TreeMap<>();
    try {
      if (Files.isDirectory(root)) {
        Path own = root.toRealPath(); // the folder itself may be a link
        Files.walkFileTree(own, Set.of(), DEPTH, new Finder(own, found));
      }
    } catch (IOException e) {
      throw new FoveaException("models: " + root + " cannot be read", e);
    }
    return found;
  }

  private static final class Finder extends SimpleFileVisitor<Path> {
    private final Path own;
    private final NavigableMap<String, Path> found;
    private int seen;

    Finder(Path own, NavigableMap<String, Path> found) {
      this.own = own;
      this.found = found;
    }

    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes about) {
      Path path = own.relativize(file);
      if (about.isRegularFile() && isNetwork(path)) {
        found.put(id(path), file);
      }
      if (found.size() > MOST) {
        found.pollLastEntry(); // folders tell their files in any order
      }
      seen++;
      return seen < MOST_FILES ? FileVisitResult.CONTINUE : FileVisitResult.TERMINATE;
    }

    @Override
    public FileVisitResult visitFileFailed(Path file, IOException e) {
      return FileVisitResult.CONTINUE;
    }

    private static boolean isNetwork(Path path) {
      return Formats.ENDINGS.stream()
              .filter(ending -> !TEXTS.contains(ending))
              .anyMatch(ending -> FileNames.hasEnding(path, ending))
          && StreamSupport.stream(path.spliterator(), false)
              .map(Path::toString)
              .noneMatch(part ->
                  DEVICE.matcher(part).matches() || part.chars().anyMatch(Character::isISOControl));
    }

    private static String id(Path path) {
      return StreamSupport.stream(path.spliterator(), false)
          .map(Path::toString)
          .collect(Collectors.joining("/"));
    }
  }
}
