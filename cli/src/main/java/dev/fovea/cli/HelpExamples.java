package dev.fovea.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.IHelpSectionRenderer;
import picocli.CommandLine.Model.UsageMessageSpec;

/** The examples of a command's help, whose long lines go on behind a backslash as a shell wants. */
final class HelpExamples {
  /** What an example begins with. */
  private static final String START = "  fovea ";

  private static final String NEXT = "      ";
  private static final String MORE = " \\";

  private HelpExamples() {}

  /** Lets a command and those below it show their examples so that they can be copied. */
  static void makeCopyable(CommandLine command) {
    Map<String, IHelpSectionRenderer> sections = command.getHelpSectionMap();
    sections.put(
        UsageMessageSpec.SECTION_KEY_FOOTER,
        help -> {
          UsageMessageSpec usage = help.commandSpec().usageMessage();
          List<String> lines = new ArrayList<>();
          for (String line : usage.footer()) {
            lines.addAll(broken(line, usage.width()));
          }
          usage.footer(lines.toArray(String[]::new));
          return help.footer();
        });
    command.setHelpSectionMap(sections);
  }

  /** Returns the lines of an example, each of at most so many characters if words are no longer. */
  static List<String> broken(String line, int width) {
    if (!line.startsWith(START) || line.length() <= width) {
      return List.of(line);
    }
    List<String> lines = new ArrayList<>();
    StringBuilder current = new StringBuilder("  fovea");
    for (String word : words(line.substring(START.length()))) {
      if (current.length() + 1 + word.length() + MORE.length() > width) {
        lines.add(current + MORE);
        current.setLength(0);
        current.append(NEXT).append(word);
      } else {
        current.append(' ').append(word);
      }
    }
    lines.add(current.toString());
    return lines;
  }

  /** Splits at spaces outside of quotes. */
  private static List<String> words(String text) {
    List<String> words = new ArrayList<>();
    boolean quoted = false;
    int from = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      quoted ^= c == '\'' || c == '"';
      if (c == ' ' && !quoted) {
        words.add(text.substring(from, i));
        from = i + 1;
      }
    }
    words.add(text.substring(from));
    return words;
  }
}
