package dev.fovea.cli;

import dev.fovea.io.FileNames;
import dev.fovea.tensor.FoveaException;
import dev.fovea.vision.ClassMap;
import dev.fovea.vision.Images;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** The files that the classes of pixels, or pictures of them, are written to. */
final class MaskFiles {
  private static final String PNG = ".png";
  private static final List<String> ENDINGS = List.of(PNG, ".npy", ".json");

  private MaskFiles() {}

  /**
   * Returns files for some pictures that are pictures themselves.
   *
   * @param option the option that names them, for messages
   * @throws FoveaException as {@link #of}, or if the file is no .png file
   */
  static OutputFiles pictures(String option, Path out, List<Path> pictures) {
    OutputFiles all = of(option, out, pictures);
    if (!all.files().values().stream().allMatch(f -> FileNames.hasEnding(f, PNG))) {
      throw new FoveaException(option + " " + out + ": a name that ends in .png expected");
    }
    return all;
  }

  /**
   * Returns the files for some pictures.
   *
   * @param option the option that names them, for messages
   * @param out a file for one picture, or a folder in which each gets a .png file of its name
   * @throws FoveaException if two pictures would get the same file, or one its own
   */
  static OutputFiles of(String option, Path out, List<Path> pictures) {
    return OutputFiles.of(option, out, isFolder(option, out), pictures, PNG);
  }

  private static boolean isFolder(String option, Path out) {
    if (Files.isDirectory(out)) {
      return true;
    }
    if (ENDINGS.stream().anyMatch(ending -> FileNames.hasEnding(out, ending))) {
      return false;
    }
    if (!OutputFiles.isFolder(out)) {
      throw new FoveaException(
          option + " " + out + ": a name that ends in .png, .npy or .json, or a folder, expected");
    }
    return true;
  }

  /**
   * Writes the classes of a picture's pixels.
   *
   * @return the file
   * @throws FoveaException if it cannot be written
   */
  static Path write(Path file, ClassMap map) {
    if (FileNames.hasEnding(file, PNG)) {
      Images.writePng(file, map.toImage());
    } else {
      Raw.write(file, Map.of("classes", map.numbers()));
    }
    return file;
  }
}
