package dev.fovea.cli;

import dev.fovea.io.AtomicFiles;
import dev.fovea.tensor.FoveaException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** Pictures and folders of pictures on the command line. */
final class PictureFiles {
  private static final List<String> ENDINGS =
      List.of(".png", ".jpg", ".jpeg", ".gif", ".bmp", ".tif", ".tiff", ".pgm", ".ppm");

  private PictureFiles() {}

  /**
   * Returns pictures, with those in a folder, by name, in place of each folder.
   *
   * @throws FoveaException if a folder cannot be read or holds no pictures
   */
  static List<Path> of(List<Path> named) {
    List<Path> all = new ArrayList<>();
    for (Path path : named) {
      if (Files.isDirectory(path)) {
        all.addAll(in(path));
      } else {
        all.add(path);
      }
    }
    return all;
  }

  private static List<Path> in(Path folder) {
    try (Stream<Path> files = Files.list(folder)) {
      List<Path> pictures =
          files.filter(PictureFiles::isPicture).filter(Files::isRegularFile).sorted().toList();
      if (pictures.isEmpty()) {
        throw new FoveaException(folder + ": a folder without pictures");
      }
      return pictures;
    } catch (IOException e) {
      throw new FoveaException(folder + ": cannot be read: " + AtomicFiles.reason(e), e);
    }
  }

  private static boolean isPicture(Path file) {
    String name = String.valueOf(file.getFileName()).toLowerCase(Locale.ROOT);
    return ENDINGS.stream().anyMatch(name::endsWith);
  }
}
