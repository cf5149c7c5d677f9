package dev.fovea.serve.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fovea.io.Json;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class JsonMemoryTest {
  private static final int COUNT = 50_000;
  private static final int KEPT = 5;

  private static byte[] list(String element, int count) {
    return ("[" + (element + ",").repeat(count - 1) + element + "]")
        .getBytes(StandardCharsets.UTF_8);
  }

  /** What is read of any form takes no more than was told, or a request could fill the heap. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "7",
        "-0.12345678",
        "1234,\"\"",
        "\"\"",
        "\"ab\"",
        "\"\u00e9\u4e2d\"",
        "[]",
        "[1]",
        "[[2]]",
        "{}",
        "{\"\":1}",
        "{\"a\":{\"b\":[1,2]}}",
        "{\"a\":1,\"b\":\"c\"}",
        "true"
      })
  void isNoLessThanWhatIsRead(String element) {
    byte[] json = list(element, COUNT);
    List<Object> read = new ArrayList<>();
    long before = used();
    for (int i = 0; i < KEPT; i++) {
      read.add(Json.parse(new String(json, StandardCharsets.UTF_8), "test"));
    }
    long one = (used() - before) / KEPT;
    assertThat(read).hasSize(KEPT);
    assertThat(one).isLessThan(JsonMemory.bytes(json, json.length));
  }

  private static long used() {
    System.gc();
    Runtime r = Runtime.getRuntime();
    return r.totalMemory() - r.freeMemory();
  }

  /** Numbers as they mostly are must not take many times what they do. */
  @Test
  void numbersTakeSevenTimesTheirText() {
    byte[] json = list("0.1234567", COUNT);
    assertThat(JsonMemory.bytes(json, json.length)).isLessThan(8L * json.length);
    assertThat(JsonMemory.bytes(json, 0)).isZero();
  }
}
