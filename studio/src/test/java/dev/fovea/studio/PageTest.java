package dev.fovea.studio;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The files of the page, as they lie in the sources. */
final class PageTest {
  private static final Path PAGE = PageTexts.PAGE;
  private static final Path LIB = PAGE.resolve("lib");

  private static List<Path> own(String ending) throws IOException {
    try (Stream<Path> all = Files.walk(PAGE)) {
      return all.filter(f -> !f.startsWith(LIB) && f.toString().endsWith(ending)).toList();
    }
  }

  /**
   * With the libraries, of 60 kB, all bytes of the page stay below 600 kB; of the languages English
   * alone is counted.
   */
  @Test
  void isSmall() throws IOException {
    long bytes = 0;
    for (Path f : own("")) {
      boolean counts = !f.startsWith(PAGE.resolve("texts")) || f.endsWith("en.json");
      bytes += counts && Files.isRegularFile(f) ? Files.size(f) : 0;
    }
    assertThat(bytes).isBetween(50_000L, 540_000L);
  }

  @Test
  void hasShortScripts() throws IOException {
    int all = 0;
    List<String> tooLong = new ArrayList<>();
    for (Path f : own(".js")) {
      int lines = Files.readAllLines(f).size();
      all += lines;
      if (lines > 400) {
        tooLong.add(f + ": " + lines);
      }
    }
    assertThat(tooLong).isEmpty();
    assertThat(all).isBetween(1_000, 6_000);
  }

  /** Everything is text or a canvas: nothing that was sent is ever read as HTML. */
  @Test
  void neverReadsHtml() throws IOException {
    List<String> found = new ArrayList<>();
    for (Path f : own(".js")) {
      String text = Files.readString(f);
      for (String room :
          List.of("innerHTML", "insertAdjacentHTML", "document.write", "eval(", "unsafeHTML")) {
        if (text.contains(room)) {
          found.add(f + ": " + room);
        }
      }
    }
    assertThat(found).isEmpty();
  }
}
