package dev.fovea.serve.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fovea.io.Json;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class PackingTest {
  private static final List<Integer> NUMBERS = Collections.nCopies(600, 7);
  private static final Reply LONG = Reply.json(NUMBERS);

  private static Reply answered(String accepted, Reply reply) {
    Request request =
        new Request(
            "",
            "GET",
            "/",
            "",
            name -> name.equals("Accept-Encoding") ? accepted : null,
            Body.of(),
            1,
            new MemoryBudget(1).share(),
            Runnable::run,
            false);
    return Packing.of(request, reply);
  }

  @ParameterizedTest
  @ValueSource(strings = {"gzip", "deflate, GZIP;q=0.5", "br , gzip", "*", "gzip;q=1.0,*;q=0"})
  void packsForThoseWhoAccept(String accepted) throws IOException {
    Reply reply = answered(accepted, LONG);
    assertThat(reply.headers())
        .containsEntry("Content-Encoding", "gzip")
        .containsEntry("Vary", "Accept-Encoding");
    assertThat(reply.content()).hasSizeLessThan(100);
    try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(reply.content()))) {
      assertThat(new String(in.readAllBytes(), StandardCharsets.UTF_8))
          .isEqualTo(Json.write(NUMBERS));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "deflate", "gzip;q=0", "gzip; q=0.000", "*;q=0", "gzip;q=0, *", "x;"})
  void leavesTheOthersAlone(String accepted) {
    Reply reply = answered(accepted, LONG);
    assertThat(reply.content()).isEqualTo(LONG.content());
    assertThat(reply.headers())
        .doesNotContainKey("Content-Encoding")
        .containsEntry("Vary", "Accept-Encoding");
  }

  @Test
  void shortAnswersAndNumbersAsBytesAreNotWorthIt() {
    Reply small = Reply.json(List.of(1, 2));
    assertThat(answered("gzip", small)).isSameAs(small);
    Reply bytes = Reply.of(200, "application/octet-stream", new byte[10_000]);
    assertThat(answered("gzip", bytes)).isSameAs(bytes);
  }
}
