package dev.fovea.cli;

import dev.fovea.io.AtomicFiles;
import dev.fovea.io.FileNames;
import dev.fovea.io.Text;
import dev.fovea.tensor.FoveaException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * The files that something about each picture is written to.
 *
 * @param files the file of each picture
 */
record OutputFiles(Map<Path, Path> files) {
  /**
   * Returns the files for some pictures.
   *
   * @param option the option that names them, for messages
   * @param out a file for one picture, or a folder in which each gets a file of its name
   * @param folder whether it is a folder
   * @param ending of the files in a folder
   * @throws FoveaException if two pictures would get the same file, or one its own
   */
  static OutputFiles of(
      String option, Path out, boolean folder, List<Path> pictures, String ending) {
    if (folder) {
      return in(option, out, pictures, ending);
    }
    if (pictures.size() > 1) {
      throw new FoveaException(
          "%s %s: a folder for %s pictures expected".formatted(option, out, pictures.size()));
    }
    requireOther(option, pictures.get(0), out);
    return new OutputFiles(Map.of(pictures.get(0), out));
  }

  /** Returns the files for some pictures in a folder; see {@link #of}. */
  static OutputFiles in(String option, Path folder, List<Path> pictures, String ending) {
    Map<Path, Path> files = new LinkedHashMap<>();
    Set<Path> taken = new HashSet<>();
    for (Path picture : pictures) {
      Path file = folder.resolve(FileNames.stem(picture) + ending);
      requireOther(option, picture, file);
      if (!taken.add(file) && !file.equals(files.get(picture))) {
        throw new FoveaException(
            "%s %s: several of the pictures would be written to %s"
                .formatted(option, folder, file));
      }
      files.put(picture, file);
    }
    return new OutputFiles(files);
  }

  private static void requireOther(String option, Path picture, Path file) {
    if (picture.toAbsolutePath().normalize().equals(file.toAbsolutePath().normalize())) {
      throw new FoveaException(option + " " + file + ": would overwrite the picture");
    }
  }

  /** Returns whether a path is a folder, or would be one: its name has no ending. */
  static boolean isFolder(Path path) {
    return Files.isDirectory(path) || !String.valueOf(path.getFileName()).contains(".");
  }

  /** Returns the file of a picture, whose folder is there. */
  Path fileOf(Path picture) {
    Path file = name(picture);
    createFolderOf(file);
    return file;
  }

  /** Returns the name of the file of a picture. */
  Path name(Path picture) {
    return Objects.requireNonNull(files.get(picture));
  }

  /** Makes the folder of a file where there is none. */
  static void createFolderOf(Path file) {
    Path folder = file.toAbsolutePath().resolveSibling("");
    try {
      Files.createDirectories(folder);
    } catch (IOException e) {
      throw new FoveaException(folder + ": cannot be made: " + AtomicFiles.reason(e), e);
    }
  }

  /** Returns the bytes of a file. */
  static long size(Path file) {
    try {
      return Files.size(file);
    } catch (IOException e) {
      throw new FoveaException(file + ": cannot be read: " + AtomicFiles.reason(e), e);
    }
  }

  /**
   * Requires the ending of the files that an option writes.
   *
   * @throws FoveaException if the file has another
   */
  static void requireEnding(String option, Path out, String ending) {
    if (!out.toString().endsWith(ending)) {
      throw new FoveaException(
          "%s writes %s files, got %s".formatted(option, ending, Text.oneLine(out.toString())));
    }
  }
}
