package dev.fovea.cli;

import dev.fovea.io.AtomicFiles;
import dev.fovea.io.FileNames;
import dev.fovea.tensor.FoveaException;
import dev.fovea.vision.ClassMap;
import dev.fovea.vision.Images;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/**
 * The files that the classes of pixels are written to.
 *
 * @param files the file of each picture
 */
record MaskFiles(Map<Path, Path> files) {
  private static final List<String> ENDINGS = List.of(".png", ".npy", ".json");

  /**
   * Returns files for some pictures that are pictures themselves.
   *
   * @param option the option that says so, for messages
   * @throws FoveaException as {@link #of}, or if the file is no .png file
   */
  static MaskFiles pictures(String option, Path out, List<Path> pictures) {
    MaskFiles all = of(option, out, pictures);
    for (Path file : all.files.values()) {
      if (!file.toString().toLowerCase(Locale.ROOT).endsWith(".png")) {
        throw new FoveaException(option + " " + out + ": a name that ends in .png expected");
      }
      createFolder(file.toAbsolutePath().resolveSibling(""));
    }
    return all;
  }

  /**
   * Returns the files for some pictures.
   *
   * @param option the option that says so, for messages
   * @param out a file for one picture, or a folder in which each gets a .png file of its name
   * @throws FoveaException if two pictures would get the same file, or one its own
   */
  static MaskFiles of(String option, Path out, List<Path> pictures) {
    Map<Path, Path> files = new LinkedHashMap<>();
    if (!isFolder(option, out)) {
      if (pictures.size() > 1) {
        throw new FoveaException(
            "%s %s: a folder for %s pictures expected".formatted(option, out, pictures.size()));
      }
      requireOther(option, pictures.get(0), out);
      return new MaskFiles(Map.of(pictures.get(0), out));
    }
    for (Path picture : pictures) {
      Path file = out.resolve(FileNames.stem(picture) + ".png");
      requireOther(option, picture, file);
      if (files.containsValue(file) && !file.equals(files.get(picture))) {
        throw new FoveaException(
            "%s %s: several of the pictures would be written to %s".formatted(option, out, file));
      }
      files.put(picture, file);
    }
    return new MaskFiles(files);
  }

  private static boolean isFolder(String option, Path out) {
    String name = String.valueOf(out.getFileName()).toLowerCase(Locale.ROOT);
    if (Files.isDirectory(out)) {
      return true;
    }
    if (ENDINGS.stream().anyMatch(name::endsWith)) {
      return false;
    }
    if (name.contains(".")) {
      throw new FoveaException(
          option + " " + out + ": a name that ends in .png, .npy or .json, or a folder, expected");
    }
    return true;
  }

  private static void requireOther(String option, Path picture, Path file) {
    if (picture.toAbsolutePath().normalize().equals(file.toAbsolutePath().normalize())) {
      throw new FoveaException(option + " " + file + ": is the picture itself");
    }
  }

  /** Returns the file of a picture. */
  Path fileOf(Path picture) {
    return Objects.requireNonNull(files.get(picture));
  }

  /**
   * Writes the classes of a picture's pixels.
   *
   * @return the file
   * @throws FoveaException if it cannot be written
   */
  Path write(Path picture, ClassMap map) {
    Path file = fileOf(picture);
    if (String.valueOf(file.getFileName()).toLowerCase(Locale.ROOT).endsWith(".png")) {
      createFolder(file.toAbsolutePath().resolveSibling(""));
      Images.writePng(file, map.toImage());
    } else {
      Raw.write(file, Map.of("classes", map.numbers()));
    }
    return file;
  }

  /** Makes a folder where there is none. */
  static void createFolder(Path folder) {
    try {
      Files.createDirectories(folder);
    } catch (IOException e) {
      throw new FoveaException(folder + ": cannot be made: " + AtomicFiles.reason(e), e);
    }
  }
}
