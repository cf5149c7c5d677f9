package dev.fovea.cli;

import dev.fovea.tensor.FoveaException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import picocli.CommandLine.TypeConversionException;

/** Names of files on the command line. */
final class FileName {
  private FileName() {}

  /**
   * Returns the path of a name.
   *
   * @throws FoveaException if the JVM cannot spell the name: it takes the encoding of names from
   *     the locale, and plain ASCII in the locale C
   */
  static Path path(String name) {
    try {
      return Path.of(name);
    } catch (InvalidPathException e) {
      throw new FoveaException(
          "file name \"" + name + "\": not in the character set of the locale; set LC_ALL=C.UTF-8",
          e);
    }
  }

  /** Returns the path of an option's value, for the parser of the command line. */
  static Path convert(String name) {
    try {
      return path(name);
    } catch (FoveaException e) {
      throw new TypeConversionException(e.getMessage());
    }
  }
}
