package dev.fovea.vision;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

final class CsvTextTest {
  private static List<String> values(String text) {
    return CsvText.parse("x.csv", text, ',').getFirst().values();
  }

  @Test
  void lineBreaksWithinQuotesAreSpaces() {
    assertThat(values("\"a \r\n\n b\", c ,\"d\"\"\"")).containsExactly("a b", "c", "d\"");
  }

  /** A long run of blanks is passed once, not once for each of them, which would take hours. */
  @Test
  void longRunsOfBlanksArePassedOnce() {
    String far = "a" + " ".repeat(1_000_000) + "b";
    assertThat(values(far + ",c")).containsExactly(far, "c");
  }
}
