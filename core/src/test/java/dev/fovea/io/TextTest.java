package dev.fovea.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fovea.data.Preprocessing;
import dev.fovea.tensor.FoveaException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class TextTest {
  @TempDir private Path folder;

  @Test
  void lineEndsBecomeSpaces() {
    assertThat(Text.oneLine(" a \r\n\n b\u2028c\n")).isEqualTo("a b c");
  }

  /** A long run of blanks is passed once, not once for each of them, which would take hours. */
  @Test
  void longRunsOfBlanksArePassedOnce() {
    String blanks = " ".repeat(1_000_000);
    assertThat(Text.oneLine("a" + blanks + "b")).isEqualTo("a" + blanks + "b");
    assertThat(Text.oneLine("a" + blanks + "\n" + blanks + "b")).isEqualTo("a b");
    assertThat(Text.oneLine("a" + "\t\n".repeat(1_000_000) + "b")).isEqualTo("a b");
  }

  /** The same as of the pattern that says it shortest, for all texts of six of these characters. */
  @Test
  void blanksAroundLineBreaksBecomeOneSpace() {
    String signs = "a \t\r\n\u2028";
    for (int i = 0; i < 46_656; i++) { // 6⁶
      StringBuilder text = new StringBuilder("x");
      for (int n = i, k = 0; k < 6; n /= 6, k++) {
        text.append(signs.charAt(n % 6));
      }
      String s = text.append('x').toString();
      assertThat(Text.unbroken(s)).isEqualTo(s.replaceAll("\\s*\\R\\s*", " "));
    }
  }

  @Test
  void controlAndFormattingCharactersAreShownAsQuestionMarks() {
    // Escape, CSI of 8 bits, delete, override of the direction, zero width space.
    assertThat(Text.oneLine("a\u001b[1m\u009b31m\u007f\u202e\u200bé漢")).isEqualTo("a?[1m?31m???é漢");
  }

  @Test
  void longTextIsCut() {
    assertThat(Text.shown("x".repeat(80))).isEqualTo("x".repeat(80));
    assertThat(Text.shown("x".repeat(81))).isEqualTo("x".repeat(80) + "…");
    assertThat(Text.cut("ab😀d", 3)).isEqualTo("ab…");
    assertThat(Text.cut("ab😀d", 4)).isEqualTo("ab😀…");
  }

  @Test
  void fieldOfAnyLengthGivesAShortMessage() {
    assertThatThrownBy(() -> Preprocessing.parse("{\"" + "x".repeat(200_000) + "\":1}", "file"))
        .isInstanceOf(FoveaException.class)
        .satisfies(e -> assertThat(String.valueOf(e.getMessage()).length()).isLessThan(300));
  }

  @Test
  void tensorNameOfAnyLengthGivesAShortMessage() throws Exception {
    Path file = folder.resolve("m.safetensors");
    byte[] header = ("{\"" + "x".repeat(200_000) + "\":1}").getBytes(StandardCharsets.US_ASCII);
    byte[] all = new byte[8 + header.length];
    for (int i = 0; i < 4; i++) {
      all[i] = (byte) (header.length >> (8 * i));
    }
    System.arraycopy(header, 0, all, 8, header.length);
    Files.write(file, all);
    assertThatThrownBy(() -> Safetensors.read(file))
        .isInstanceOf(FoveaException.class)
        .satisfies(e ->
            assertThat(String.valueOf(e.getMessage()).length())
                .isLessThan(200 + file.toString().length()));
  }
}
