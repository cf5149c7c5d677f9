package dev.fovea.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;

/**
 * What a page of the docs shows: its fenced pieces of code, in their order.
 *
 * @param pieces the pieces
 */
record DocPage(List<Piece> pieces) {
  /** A fence, and the name of a file where one stands in the line above. */
  private static final Pattern FENCE =
      Pattern.compile("(?:`([^`\n]+)`:\n\n)?```(\\w+)\n(.*?)\n```\n", Pattern.DOTALL);

  /**
   * One piece of code.
   *
   * @param file the file it is; empty if it is a part of one
   * @param language its language, such as {@code java}
   * @param text the code
   */
  record Piece(String file, String language, String text) {}

  /** Reads a page. */
  static DocPage read(Path file) {
    try {
      return of(Files.readString(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static DocPage of(String text) {
    return new DocPage(
        FENCE
            .matcher(text)
            .results()
            .map(m -> new Piece(m.group(1) == null ? "" : m.group(1), m.group(2), m.group(3)))
            .toList());
  }

  /** Returns the pieces that are whole files of a language. */
  List<Piece> files(String language) {
    return in(language).stream().filter(p -> !p.file().isEmpty()).toList();
  }

  /** Returns the texts of the pieces of a language that are parts of files, or commands. */
  List<String> parts(String language) {
    return in(language).stream().filter(p -> p.file().isEmpty()).map(Piece::text).toList();
  }

  private List<Piece> in(String language) {
    return pieces.stream().filter(p -> p.language().equals(language)).toList();
  }

  /** Returns what the first group of a pattern that took part found, anywhere in the code. */
  List<String> find(Pattern pattern) {
    return pieces.stream()
        .flatMap(p -> pattern.matcher(p.text()).results())
        .map(m -> m.group(1) != null ? m.group(1) : m.group(2))
        .toList();
  }
}
