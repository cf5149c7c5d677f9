package dev.fovea.io;

import java.nio.file.Path;
import java.util.Locale;

/** File names and their endings. */
public final class FileNames {
  private FileNames() {}

  /** Returns a file's name without its last ending; a leading dot does not begin an ending. */
  public static String stem(Path file) {
    String name = String.valueOf(file.getFileName());
    int dot = name.lastIndexOf('.');
    return dot > 0 ? name.substring(0, dot) : name;
  }

  /**
   * Returns whether a file's name has this ending, ignoring case.
   *
   * @param ending such as {@code .png}, in lower case
   */
  public static boolean hasEnding(Path file, String ending) {
    return String.valueOf(file.getFileName()).toLowerCase(Locale.ROOT).endsWith(ending);
  }
}
