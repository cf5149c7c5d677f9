package dev.fovea.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fovea.tensor.FoveaException;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class TextFileTest {
  @TempDir private Path dir;

  private Path file(byte... bytes) throws IOException {
    return Files.write(dir.resolve("t.txt"), bytes);
  }

  @ParameterizedTest
  @ValueSource(strings = {"UTF-8", "UTF-16LE", "UTF-16BE"})
  void unicodeIsReadWithAndWithoutAMark(String charset) throws IOException {
    for (String text : new String[] {"a", "one\ntwo", "cat\u00e9 \u732b \ud83d\udc08"}) {
      byte[] marked = ("\uFEFF" + text).getBytes(Charset.forName(charset));
      assertThat(TextFile.read(file(marked), 100)).isEqualTo(text);
    }
    byte[] plain = "one\ntwo".getBytes(Charset.forName(charset));
    assertThat(TextFile.read(file(plain), 100)).isEqualTo("one\ntwo");
    assertThat(TextFile.read(file(), 100)).isEmpty();
  }

  @Test
  void whatIsNoUnicodeIsNamed() throws IOException {
    Path latin = file("caf\u00e9s".getBytes(StandardCharsets.ISO_8859_1));
    assertThatThrownBy(() -> TextFile.read(latin, 100))
        .isInstanceOf(FoveaException.class)
        .hasMessage(
            latin
                + ": text in UTF-8 expected, byte e9 at 3 is none; it looks like Latin-1: save it"
                + " as UTF-8");
    Path chinese = file("ab\u732b\u72d7".getBytes(Charset.forName("GBK")));
    assertThatThrownBy(() -> TextFile.read(chinese, 100))
        .hasMessageEndingWith(" byte b9 at 4 is none; it looks like GBK: save it as UTF-8");
    Path odd = file((byte) 0xFF, (byte) 0xFE, (byte) 'a');
    assertThatThrownBy(() -> TextFile.read(odd, 100))
        .hasMessage(odd + ": a damaged text in UTF-16LE");
    byte[] start = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n', 0, 0, 0, 13};
    Path picture = file(start);
    assertThatThrownBy(() -> TextFile.read(picture, 100, "names"))
        .hasMessage(picture + ": a PNG picture, expected names");
    assertThatThrownBy(() -> TextFile.readAscii(picture, 100))
        .hasMessage(picture + ": a PNG picture, expected text");
  }

  /** In formats whose words are ASCII, letters of any encoding stand in comments. */
  @Test
  void ofFormatsInAsciiOtherLettersDoNotMatter() throws IOException {
    assertThat(TextFile.readAscii(file("# \u732b\na=1".getBytes(StandardCharsets.UTF_8)), 100))
        .isEqualTo("# \u732b\na=1");
    assertThat(TextFile.readAscii(file("# \u732b\na=1".getBytes(Charset.forName("GBK"))), 100))
        .startsWith("# ")
        .endsWith("\na=1");
    Path zeros = file((byte) 'a', (byte) 0, (byte) 0, (byte) 'b');
    assertThatThrownBy(() -> TextFile.readAscii(zeros, 100))
        .hasMessage(zeros + ": not a text file: it holds bytes of 0");
  }

  /** A device without end says that it has 0 bytes. */
  @Test
  void noMoreIsReadThanIsAllowed() {
    Path zeros = Path.of("/dev/zero");
    Assumptions.assumeTrue(Files.exists(zeros), "this system has no /dev/zero");
    assertThatThrownBy(() -> FileBytes.read(zeros, 10))
        .isInstanceOf(FoveaException.class)
        .hasMessage(zeros + ": has more than 10 bytes, at most 10 are read");
  }

  @Test
  void lengthAndKindAreChecked() throws IOException {
    Path file = file(new byte[11]);
    assertThatThrownBy(() -> TextFile.read(file, 10))
        .hasMessage(file + ": has 11 bytes, at most 10 are read");
    assertThatThrownBy(() -> TextFile.read(dir, 10))
        .hasMessage(dir + ": a folder, expected a file");
    assertThatThrownBy(() -> TextFile.read(dir.resolve("none"), 10))
        .hasMessage(dir.resolve("none") + ": cannot be read: no such file or folder");
  }
}
