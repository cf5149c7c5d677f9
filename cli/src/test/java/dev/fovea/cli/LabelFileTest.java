package dev.fovea.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fovea.tensor.FoveaException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class LabelFileTest {
  @TempDir private Path dir;

  private Path file(String text) throws IOException {
    return Files.writeString(dir.resolve("labels"), text, StandardCharsets.UTF_8);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a\nb\nc",
        "a\nb\nc\n",
        "a\nb\nc\n\n \n",
        "a\r\nb\r\nc\r\n\r\n",
        "\uFEFFa\nb\nc\n",
        "[\"a\", \"b\", \"c\"]",
        "{\"0\": \"a\", \"1\": \"b\", \"2\": \"c\"}",
        "{\"2\": \"c\", \"0\": \"a\", \"1\": \"b\"}\n",
        "\uFEFF{\"b\": 1, \"a\": 0, \"c\": 2}",
        "{\"0\": [\"n01\", \"a\"], \"1\": [\"n02\", \"b\"], \"2\": [\"n03\", \"c\"]}"
      })
  void everyFormGivesTheNames(String text) throws IOException {
    assertThat(LabelFile.read(file(text))).containsExactly("a", "b", "c");
  }

  @Test
  void emptyNamesWithinStay() throws IOException {
    assertThat(LabelFile.read(file("a\n\nc\n"))).containsExactly("a", "", "c");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " \n\n", "[]", "{}"})
  void aFileWithoutNamesIsRefused(String text) throws IOException {
    Path file = file(text);
    assertThatThrownBy(() -> LabelFile.read(file))
        .isInstanceOf(FoveaException.class)
        .hasMessage(
            file
                + ": no names in it, expected a text with the name of one class per line, or JSON");
  }

  @Test
  void aPictureIsNamed() throws IOException {
    Path picture = Fixtures.picture(dir.resolve("seven.png"), 8, 8);
    assertThatThrownBy(() -> LabelFile.read(picture))
        .hasMessage(
            picture
                + ": a PNG picture, expected a text with the name of one class per line, or JSON");
  }

  @Test
  void gapsInTheNumbersAreRefused() throws IOException {
    for (String text : new String[] {"{\"0\": \"a\", \"2\": \"c\"}", "{\"a\": 1, \"b\": 1}"}) {
      Path file = file(text);
      assertThatThrownBy(() -> LabelFile.read(file))
          .isInstanceOf(FoveaException.class)
          .hasMessage(file + ": the classes are not numbered from 0 on, without gaps");
    }
  }
}
