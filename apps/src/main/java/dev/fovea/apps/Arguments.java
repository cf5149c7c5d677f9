package dev.fovea.apps;

import dev.fovea.io.Suggest;
import dev.fovea.tensor.FoveaException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;

/**
 * The arguments of an example.
 *
 * @param dataDir the folder of real data
 * @param out the folder of pictures
 * @param seed the seed
 * @param isShort whether the run only shows that all works
 * @param isJson whether the last line of output is the results as JSON
 */
record Arguments(
    Optional<Path> dataDir, Optional<Path> out, long seed, boolean isShort, boolean isJson) {
  private static final List<String> NAMES =
      List.of("--data-dir", "--out", "--seed", "--short", "--json");

  /**
   * Reads arguments.
   *
   * @param program for messages
   * @throws FoveaException if one is not known, lacks its value, or has a bad one
   */
  static Arguments parse(String program, String... args) {
    Optional<Path> dataDir = Optional.empty();
    Optional<Path> out = Optional.empty();
    long seed = 1;
    boolean isShort = false;
    boolean isJson = false;
    Iterator<String> words = List.of(args).iterator();
    while (words.hasNext()) {
      String word = words.next();
      switch (word) {
        case "--data-dir" -> dataDir = Optional.of(folder(program, value(program, word, words)));
        case "--out" -> out = Optional.of(Path.of(value(program, word, words)));
        case "--seed" -> seed = number(program, value(program, word, words));
        case "--short" -> isShort = true;
        case "--json" -> isJson = true;
        default ->
            throw new FoveaException(
                program + ": no argument \"" + word + "\"" + Suggest.hint(word, NAMES));
      }
    }
    return new Arguments(dataDir, out, seed, isShort, isJson);
  }

  private static String value(String program, String name, Iterator<String> words) {
    if (!words.hasNext()) {
      throw new FoveaException(program + ": " + name + " needs a value");
    }
    return words.next();
  }

  private static Path folder(String program, String text) {
    Path folder = Path.of(text);
    if (!Files.isDirectory(folder)) {
      throw new FoveaException(
          "%s: --data-dir %s: %s"
              .formatted(
                  program,
                  folder,
                  Files.exists(folder) ? "a file, expected a folder" : "no such folder"));
    }
    return folder;
  }

  private static long number(String program, String text) {
    try {
      return Long.parseLong(text);
    } catch (NumberFormatException e) {
      throw new FoveaException(program + ": --seed \"" + text + "\" is not a whole number", e);
    }
  }
}
