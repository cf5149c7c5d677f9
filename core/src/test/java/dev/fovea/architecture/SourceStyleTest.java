package dev.fovea.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The sources of all modules, read as text. */
final class SourceStyleTest {

  private static final int FEWER_LINES_THAN = 600;

  @Test
  void sourcesAreFound() {
    assertThat(Sources.all("src"))
        .contains(Sources.ROOT.resolve("core/src/main/java/module-info.java"));
  }

  @Test
  void filesAreShortUnlessGenerated() {
    List<String> tooLong =
        Sources.handwritten("src").stream()
            .filter(file -> Sources.lines(file).size() >= FEWER_LINES_THAN)
            .map(file -> Sources.ROOT.relativize(file) + ": " + Sources.lines(file).size())
            .toList();
    assertThat(tooLong).isEmpty();
  }

  /**
   * Numbers in texts do not follow the language of the machine, where digits may be others and 0.5
   * may be 0,5, nor does the case of letters.
   */
  @Test
  void textsAreTheSameInEveryLanguage() {
    String literals = "(?:\"(?:[^\"\\\\]++|\\\\.)*+\"\\s*+\\+?\\s*+)++";
    Pattern numbers = Pattern.compile("%[-+ ,0#(]*\\d*(?:\\.\\d+)?[dfeEgG]");
    Pattern formatted = Pattern.compile("(" + literals + ")\\)*\\s*\\.formatted\\(");
    Pattern others =
        Pattern.compile(
            "(?:String\\.format|\\.printf)\\((?!\\s*Locale\\.ROOT)|\\.to(?:Lower|Upper)Case\\(\\)");
    Set<String> found = new TreeSet<>();
    for (Path file : Sources.handwritten("src/main")) {
      String text = String.join("\n", Sources.lines(file));
      formatted
          .matcher(text)
          .results()
          .map(MatchResult::group)
          .filter(literal -> numbers.matcher(literal).find())
          .forEach(literal -> found.add(Sources.ROOT.relativize(file) + ": " + literal));
      others
          .matcher(text)
          .results()
          .forEach(call -> found.add(Sources.ROOT.relativize(file) + ": " + call.group()));
    }
    assertThat(found).isEmpty();
  }

  @Test
  void everyPackageIsNullMarked() {
    Set<Path> unmarked = new TreeSet<>();
    for (Path file : Sources.all("src")) {
      Path info = file.resolveSibling("package-info.java");
      // Module declarations and single-file programs such as generators are in no package.
      boolean inPackage = Sources.lines(file).stream().anyMatch(l -> l.startsWith("package "));
      if (inPackage && !isMarked(info) && !isMarked(mainOf(info))) {
        unmarked.add(Sources.ROOT.relativize(info));
      }
    }
    assertThat(unmarked).isEmpty();
  }

  private static boolean isMarked(Path info) {
    return Files.exists(info) && Sources.lines(info).contains("@NullMarked");
  }

  /** A package of tests may have its mark in the main sources, with the package itself. */
  private static Path mainOf(Path info) {
    String relative = Sources.ROOT.relativize(info).toString();
    return Sources.ROOT.resolve(relative.replace("/src/test/", "/src/main/"));
  }
}
