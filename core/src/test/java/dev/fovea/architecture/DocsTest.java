package dev.fovea.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What pages point at is there. */
final class DocsTest {
  private static final List<String> PAGES =
      List.of(
          "README.md",
          "CONTRIBUTING.md",
          "docs/commands.md",
          "docs/course.md",
          "docs/design.md",
          "docs/guide/getting-started.md",
          "docs/guide/own-data.md",
          "docs/guide/own-layers-and-losses.md",
          "docs/guide/saving-and-shipping.md",
          "docs/guide/training-recipes.md",
          "docs/guide/troubleshooting.md",
          "docs/insight.md",
          "docs/library.md",
          "docs/performance.md",
          "docs/results.md",
          "docs/scale.md",
          "docs/serving.md",
          "docs/studio.md",
          "docs/training.md",
          "docs/vision.md",
          "docs/zoo.md");
  private static final Pattern LINK = Pattern.compile("\\]\\(([^)#:]+)\\)");
  private static final Pattern SCRIPT =
      Pattern.compile("(?<!\\.)\\B\\./([a-z][\\w./-]*)|\\b(bench/run)\\b");

  @Test
  void everyLinkAndScriptExists() {
    List<String> missing = new ArrayList<>();
    int found = 0;
    for (String page : PAGES) {
      Path file = Sources.ROOT.resolve(page);
      String text = String.join("\n", Sources.lines(file));
      for (Matcher m = LINK.matcher(text); m.find(); found++) {
        if (!Files.exists(file.resolveSibling(m.group(1)))) {
          missing.add(page + ": " + m.group(1));
        }
      }
      for (Matcher m = SCRIPT.matcher(text); m.find(); found++) {
        String script = m.group(1) != null ? m.group(1) : m.group(2);
        if (!Files.isExecutable(Sources.ROOT.resolve(script))) {
          missing.add(page + ": " + script);
        }
      }
    }
    assertThat(missing).isEmpty();
    assertThat(found).isGreaterThan(5);
  }
}
