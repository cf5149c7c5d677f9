package dev.fovea.cli;

import dev.fovea.tensor.Tensor;
import dev.fovea.vision.TerminalPicture;
import dev.fovea.vision.TerminalPicture.Mode;
import java.io.Console;
import java.util.List;
import java.util.Locale;

/** What the output can show. */
final class Terminal {
  private static final int DEFAULT_COLUMNS = 80;

  private Terminal() {}

  /** Returns whether a person sees the output as it comes. */
  @SuppressWarnings("SystemConsoleNull") // it is null again since JDK 25 where there is no terminal
  static boolean isInteractive() {
    Console console = System.console();
    return console != null && console.isTerminal() && !"dumb".equals(System.getenv("TERM"));
  }

  /** Returns the number of letters of a line. */
  static int columns() {
    String columns = System.getenv("COLUMNS");
    return columns != null && columns.matches("[1-9]\\d{1,3}")
        ? Integer.parseInt(columns)
        : DEFAULT_COLUMNS;
  }

  /** Returns how pictures are shown: colours only on a terminal that has them. */
  static Mode pictureMode() {
    if (!isInteractive() || System.getenv("NO_COLOR") != null) {
      return Mode.ASCII;
    }
    String depth = String.valueOf(System.getenv("COLORTERM")).toLowerCase(Locale.ROOT);
    return depth.equals("truecolor") || depth.equals("24bit") ? Mode.TRUE_COLOUR : Mode.COLOURS_256;
  }

  /** Prints a picture with values 0 … 255. */
  static void print(Tensor picture) {
    List<String> lines = TerminalPicture.lines(picture, pictureMode(), columns());
    lines.forEach(System.out::println);
  }
}
