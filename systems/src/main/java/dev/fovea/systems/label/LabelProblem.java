package dev.fovea.systems.label;

import dev.fovea.io.Text;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Something that is wrong with labels, and what became of it.
 *
 * @param file the file that says so
 * @param object which object or line of the file, from 1; 0 for the file as a whole
 * @param text what is wrong: the numbers and the rule
 * @param outcome what became of it
 */
public record LabelProblem(Path file, int object, String text, Outcome outcome) {
  /** The endings of files that say something in each line. */
  private static final Set<String> LINES = Set.of("txt", "csv");

  /** What becomes of what is wrong. */
  public enum Outcome {
    /** It is left out. */
    DROPPED,
    /** It is cut off at the edges of the picture. */
    CLIPPED,
    /** It is as it was; somebody should know. */
    NOTED;

    private String text() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** Makes the text a single line. */
  public LabelProblem {
    text = Text.oneLine(text);
  }

  /** Returns the problem as one line. */
  public String line() {
    boolean lines = LINES.contains(FileIndex.ending(file));
    String place = object == 0 ? "" : (lines ? ", line " : ", object ") + object;
    String end = outcome == Outcome.NOTED ? "" : ": " + outcome.text();
    return file + place + ": " + text + end;
  }

  /** Returns a line that counts problems, such as {@code 2 dropped, 1 clipped}; empty of none. */
  public static String summary(List<LabelProblem> problems) {
    return String.join(
        ", ",
        Stream.of(Outcome.values())
            .filter(o -> count(problems, o) > 0)
            .map(o -> count(problems, o) + " " + o.text())
            .toList());
  }

  private static long count(List<LabelProblem> problems, Outcome outcome) {
    return problems.stream().filter(p -> p.outcome == outcome).count();
  }
}
