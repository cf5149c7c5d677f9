package dev.fovea.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Rng;
import dev.fovea.tensor.Seed;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class JsonTest {
  @Test
  void readsEveryKindOfValue() {
    String text =
        " { \"a\" : [1, -2.5, 1e3, true, false, null], \"b\": {\"\": \"x\\\"\\\\\\/\\b\\f\\n\\r\\t\"},"
            + "\"c\":\"\\u00e9\\uD83D\\uDE00é\", \"d\":[], \"e\":{} } ";
    assertThat(Json.parseObject(text, "t"))
        .containsEntry("a", List.of(1L, -2.5, 1000.0, true, false, Json.Null.NULL))
        .containsEntry("b", Map.of("", "x\"\\/\b\f\n\r\t"))
        .containsEntry("c", "é😀é")
        .containsEntry("d", List.of())
        .containsEntry("e", Map.of());
  }

  @Test
  void anArrayOfNumbersIsOneOfPrimitives() {
    Object read = Json.parse("[1, -2.5, 9223372036854775807, 1e3, 0, 7]", "t");
    assertThat(read)
        .isInstanceOf(JsonNumbers.class)
        .isEqualTo(List.of(1L, -2.5, Long.MAX_VALUE, 1000.0, 0L, 7L));
    JsonNumbers numbers = (JsonNumbers) read;
    assertThat(numbers.at(1)).isEqualTo(-2.5);
    assertThat(numbers.at(2)).isEqualTo(0x1p63);
    assertThatThrownBy(() -> numbers.set(0, 2L)).isInstanceOf(UnsupportedOperationException.class);
    assertThat(Json.parse("[1, 2.5, [3], 4]", "t")).isEqualTo(List.of(1L, 2.5, List.of(3L), 4L));
    assertThat(Json.write(read)).isEqualTo("[1,-2.5,9223372036854775807,1000.0,0,7]");
  }

  /** Short and long forms alike are the doubles that Java's own reader makes of them. */
  @Test
  void fractionsAreTheNearestDoubles() {
    Rng rng = Seed.of(1).rng();
    for (int i = 0; i < 2_000; i++) {
      int digits = 1 + rng.nextInt(17);
      StringBuilder text = new StringBuilder(rng.nextInt(2) == 0 ? "-" : "");
      text.append(rng.nextInt(10)).append('.');
      for (int k = 0; k < digits; k++) {
        text.append(rng.nextInt(10));
      }
      String number = text.append(rng.nextInt(4) == 0 ? "e-3" : "").toString();
      assertThat(Json.parse(number, "t")).as(number).isEqualTo(Double.parseDouble(number));
    }
    assertThat(Json.parse("-0.0", "t")).isEqualTo(-0.0);
  }

  @Test
  void wholeNumbersKeepAllTheirDigits() {
    assertThat(Json.parse("-9223372036854775808", "t")).isEqualTo(Long.MIN_VALUE);
    assertThat(Json.parse("9223372036854775807", "t")).isEqualTo(Long.MAX_VALUE);
    assertThat(Json.parse("9223372036854775808", "t")).isEqualTo(0x1p63);
    assertThat(Json.parse("-0", "t")).isEqualTo(0L);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "{",
        "[1",
        "[1,]",
        "{\"a\":1,}",
        "{a:1}",
        "'a'",
        "01",
        "-",
        "1.",
        ".5",
        "1e",
        "+1",
        "nul",
        "truex",
        "[1]x",
        "\"a",
        "\"\\x\"",
        "\"\\u12g4\"",
        "\"\\uD800\"",
        "\"\\uDC00 \"",
        "\"\n\"",
        "1e999",
        "NaN",
        "{\"a\":1,\"a\":2}",
        "{\"a\" 1}",
        "[1 2]",
        "\u0000"
      })
  void rejectsWhatIsNotStrictJson(String text) {
    assertThatThrownBy(() -> Json.parse(text, "file x"))
        .isInstanceOf(FoveaException.class)
        .hasMessageStartingWith("file x: not valid JSON: ")
        .hasMessageMatching("[^\n]*");
  }

  @Test
  void nestingIsBounded() {
    String deepest = "[".repeat(Json.MAX_DEPTH) + "]".repeat(Json.MAX_DEPTH);
    assertThat(Json.write(Json.parse(deepest, "t"))).isEqualTo(deepest);
    assertThatThrownBy(() -> Json.parse("[".repeat(1_000_000), "t"))
        .isInstanceOf(FoveaException.class)
        .hasMessageContaining("nested deeper than 64");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"a\":[1,-2.5,true,null],\"b\":{}}|{\"a\":[1,-2.5,true,null],\"b\":{}}",
        "\"\\u0001\\\"\\n\"|\"\\u0001\\\"\\n\"",
        "[ ]|[]"
      })
  void writesWhatItReads(String in, String out) {
    assertThat(Json.write(Json.parse(in, "t"))).isEqualTo(out);
  }

  @Test
  void writesOnlyWhatHasAForm() {
    assertThat(Json.write(List.of(1, 2f, 0.1f, "\ud800"))).isEqualTo("[1,2.0,0.1,\"\\ud800\"]");
    assertThatThrownBy(() -> Json.write(Double.NaN)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Json.write('c')).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void namesWhatHasTheWrongType() {
    Map<String, Object> o = Json.parseObject("{\"a\":\"x\",\"n\":1,\"b\":true}", "m");
    assertThat(Json.number(Json.member(o, "n", "m"), "m n")).isEqualTo(1.0);
    assertThat(Json.bool(Json.member(o, "b", "m"), "m b")).isTrue();
    assertThatThrownBy(() -> Json.member(o, "z", "m")).hasMessage("m: \"z\" is missing");
    assertThat(Json.integer(7.0, "m a")).isEqualTo(7);
    assertThatThrownBy(() -> Json.integer(7.5, "m a")).hasMessage("m a: 7.5 is not a whole number");
    assertThatThrownBy(() -> Json.integer(1e300, "m a"))
        .hasMessageEndingWith(" is not a whole number");
    assertThatThrownBy(() -> Json.integer("x", "m a"))
        .hasMessage("m a: \"x\" is not a whole number");
    assertThatThrownBy(() -> Json.number("x", "m a")).hasMessage("m a: \"x\" is not a number");
    assertThatThrownBy(() -> Json.string(1L, "m n")).hasMessage("m n: 1 is not a string");
    assertThatThrownBy(() -> Json.bool(1L, "m n")).hasMessage("m n: 1 is not true or false");
    assertThatThrownBy(() -> Json.array(1L, "m n")).hasMessage("m n: 1 is not an array");
    assertThatThrownBy(() -> Json.parseObject("[1]", "m")).hasMessage("m: [1] is not an object");
  }
}
